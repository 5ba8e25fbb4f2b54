-- Registered technology contracts known on the day, by day of signature; amounts in exact decimals, so that sums do not
-- depend on the order. Where a contract does not say its amount, the
-- sum is unknown, not smaller; the concentration of buyers is that of the contracts whose buyer and amount are known.
WITH sold AS (
    SELECT
        a.application_id,
        c.counterparty_id,
        COUNT(*) AS contracts,
        SUM(c.amount) AS amount,
        SUM(c.amount) FILTER (WHERE c.amount > 0) AS positive,
        SUM(c.amount) FILTER (WHERE c.signed_on > a.before_12) AS amount_1y,
        COUNT(*) FILTER (WHERE c.signed_on > a.before_12 AND c.amount IS NULL) AS unknown_1y,
        SUM(c.amount) FILTER (WHERE c.signed_on <= a.before_12 AND c.signed_on > a.before_24) AS amount_year_before,
        COUNT(*) FILTER (WHERE c.signed_on <= a.before_12 AND c.signed_on > a.before_24 AND c.amount IS NULL)
            AS unknown_year_before
    FROM applications a
    JOIN (
        SELECT enterprise_id, counterparty_id, known_on, signed_on, CAST(amount AS DECIMAL(18, 2)) AS amount
        FROM technology_contracts
    ) c ON c.enterprise_id = a.enterprise_id AND c.known_on <= a.as_of AND c.signed_on <= a.as_of
        AND c.signed_on > a.before_36
    GROUP BY a.application_id, c.counterparty_id
),
totals AS (
    SELECT
        application_id,
        SUM(contracts) AS contracts,
        COUNT(counterparty_id) AS buyers,
        CASE WHEN SUM(unknown_1y) > 0 THEN NULL ELSE COALESCE(SUM(amount_1y), 0) END AS amount_1y,
        CASE WHEN SUM(unknown_year_before) > 0 THEN NULL ELSE COALESCE(SUM(amount_year_before), 0) END
            AS amount_year_before,
        CAST(SUM(positive) FILTER (WHERE counterparty_id IS NOT NULL) AS DOUBLE) AS bought
    FROM sold
    GROUP BY application_id
),
concentration AS (
    SELECT
        s.application_id,
        CAST(SUM(CAST((CAST(s.positive AS DOUBLE) / t.bought) * (CAST(s.positive AS DOUBLE) / t.bought) AS DECIMAL(18, 12)))
            AS DOUBLE) AS buyer_hhi
    FROM sold s
    JOIN totals t ON t.application_id = s.application_id
    WHERE s.counterparty_id IS NOT NULL AND s.positive > 0
    GROUP BY s.application_id
)
SELECT
    a.application_id,
    CAST(COALESCE(t.contracts, 0) AS DOUBLE) AS contracts_3y,
    CAST(COALESCE(t.buyers, 0) AS DOUBLE) AS buyers_3y,
    CAST(CASE WHEN t.application_id IS NULL THEN 0 ELSE t.amount_1y END AS DOUBLE) AS contract_turnover_1y,
    CAST(CASE WHEN t.application_id IS NULL THEN 0 ELSE t.amount_year_before END AS DOUBLE)
        AS contract_turnover_year_before,
    c.buyer_hhi
FROM applications a
LEFT JOIN totals t ON t.application_id = a.application_id
LEFT JOIN concentration c ON c.application_id = a.application_id
