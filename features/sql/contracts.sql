-- Registered technology contracts known on the day, by day of signature; amounts in exact decimals, so that sums do not
-- depend on the order. Where a contract does not say its amount, the
-- sum is unknown, not smaller; the concentration of buyers is that of the contracts whose buyer and amount are known.
WITH sold AS (
    SELECT
        a.application_id,
        c.signed_on,
        c.counterparty_id,
        CAST(c.amount AS DECIMAL(18, 2)) AS amount,
        CASE WHEN c.signed_on > a.as_of - INTERVAL '12' MONTH THEN 1
             WHEN c.signed_on > a.as_of - INTERVAL '24' MONTH THEN 2
             WHEN c.signed_on IS NOT NULL THEN 3 END AS years_ago
    FROM applications a
    LEFT JOIN technology_contracts c ON c.enterprise_id = a.enterprise_id AND c.known_on <= a.as_of
        AND c.signed_on <= a.as_of AND c.signed_on > a.as_of - INTERVAL '36' MONTH
),
totals AS (
    SELECT
        application_id,
        CAST(COUNT(signed_on) AS DOUBLE) AS contracts_3y,
        CAST(COUNT(DISTINCT counterparty_id) AS DOUBLE) AS buyers_3y,
        CAST(CASE WHEN COUNT(CASE WHEN years_ago = 1 THEN 1 END) = 0 THEN 0
              WHEN COUNT(CASE WHEN years_ago = 1 AND amount IS NULL THEN 1 END) > 0 THEN NULL
              ELSE SUM(CASE WHEN years_ago = 1 THEN amount END) END AS DOUBLE) AS contract_turnover_1y,
        CAST(CASE WHEN COUNT(CASE WHEN years_ago = 2 THEN 1 END) = 0 THEN 0
              WHEN COUNT(CASE WHEN years_ago = 2 AND amount IS NULL THEN 1 END) > 0 THEN NULL
              ELSE SUM(CASE WHEN years_ago = 2 THEN amount END) END AS DOUBLE) AS contract_turnover_year_before
    FROM sold
    GROUP BY application_id
),
buyers AS (
    SELECT application_id, CAST(SUM(amount) AS DOUBLE) AS amount
    FROM sold
    WHERE counterparty_id IS NOT NULL AND amount > 0
    GROUP BY application_id, counterparty_id
),
shares AS (
    SELECT
        application_id,
        amount / CAST(SUM(CAST(amount AS DECIMAL(18, 2))) OVER (PARTITION BY application_id) AS DOUBLE) AS share
    FROM buyers
),
concentration AS (
    SELECT application_id, CAST(SUM(CAST(share * share AS DECIMAL(18, 12))) AS DOUBLE) AS buyer_hhi
    FROM shares
    GROUP BY application_id
)
SELECT
    t.application_id,
    t.contracts_3y,
    t.buyers_3y,
    t.contract_turnover_1y,
    t.contract_turnover_year_before,
    c.buyer_hhi
FROM totals t
LEFT JOIN concentration c ON c.application_id = t.application_id
