-- Equity raised as known on the day; a round is a day of closing. Amounts in exact decimals, so that sums do not depend
-- on the order; where an investment does not say its amount, the sum is unknown, not smaller. Look-through amounts are those of
-- investments whose source of money is known. Investments of the bank's own group are unknown where none says whether it is one.
WITH invested AS (
    SELECT
        a.application_id,
        r.closed_on,
        CAST(r.amount AS DECIMAL(18, 2)) AS amount,
        r.investor_kind,
        r.money_source,
        r.bank_group,
        CASE WHEN r.closed_on > a.as_of - INTERVAL '12' MONTH THEN 1
             WHEN r.closed_on > a.as_of - INTERVAL '24' MONTH THEN 2
             WHEN r.closed_on > a.as_of - INTERVAL '36' MONTH THEN 3
             WHEN r.closed_on IS NOT NULL THEN 4 END AS years_ago
    FROM applications a
    LEFT JOIN equity_rounds r ON r.enterprise_id = a.enterprise_id AND r.known_on <= a.as_of AND r.closed_on <= a.as_of
)
SELECT
    application_id,
    CAST(COUNT(DISTINCT closed_on) AS DOUBLE) AS rounds_total,
    MAX(closed_on) AS last_round_on,
    CAST(CASE WHEN COUNT(CASE WHEN closed_on IS NOT NULL THEN 1 END) = 0 THEN 0
              WHEN COUNT(CASE WHEN closed_on IS NOT NULL AND amount IS NULL THEN 1 END) > 0 THEN NULL
              ELSE SUM(CASE WHEN closed_on IS NOT NULL THEN amount END) END AS DOUBLE)
        AS equity_raised_total,
    CAST(CASE WHEN COUNT(CASE WHEN years_ago <= 1 THEN 1 END) = 0 THEN 0
              WHEN COUNT(CASE WHEN years_ago <= 1 AND amount IS NULL THEN 1 END) > 0 THEN NULL
              ELSE SUM(CASE WHEN years_ago <= 1 THEN amount END) END AS DOUBLE)
        AS equity_raised_1y,
    CAST(CASE WHEN COUNT(CASE WHEN years_ago <= 2 THEN 1 END) = 0 THEN 0
              WHEN COUNT(CASE WHEN years_ago <= 2 AND amount IS NULL THEN 1 END) > 0 THEN NULL
              ELSE SUM(CASE WHEN years_ago <= 2 THEN amount END) END AS DOUBLE)
        AS equity_raised_2y,
    CAST(CASE WHEN COUNT(CASE WHEN years_ago <= 3 THEN 1 END) = 0 THEN 0
              WHEN COUNT(CASE WHEN years_ago <= 3 AND amount IS NULL THEN 1 END) > 0 THEN NULL
              ELSE SUM(CASE WHEN years_ago <= 3 THEN amount END) END AS DOUBLE)
        AS equity_raised_3y,
    CAST(CASE WHEN COUNT(CASE WHEN investor_kind = 'vc' THEN 1 END) = 0 THEN 0
              WHEN COUNT(CASE WHEN investor_kind = 'vc' AND amount IS NULL THEN 1 END) > 0 THEN NULL
              ELSE SUM(CASE WHEN investor_kind = 'vc' THEN amount END) END AS DOUBLE)
        AS vc_raised_total,
    CAST(CASE WHEN COUNT(CASE WHEN money_source <> 'unknown' THEN 1 END) = 0 THEN 0
              WHEN COUNT(CASE WHEN money_source <> 'unknown' AND amount IS NULL THEN 1 END) > 0 THEN NULL
              ELSE SUM(CASE WHEN money_source <> 'unknown' THEN amount END) END AS DOUBLE)
        AS equity_looked_through,
    CAST(CASE WHEN COUNT(CASE WHEN money_source = 'government' THEN 1 END) = 0 THEN 0
              WHEN COUNT(CASE WHEN money_source = 'government' AND amount IS NULL THEN 1 END) > 0 THEN NULL
              ELSE SUM(CASE WHEN money_source = 'government' THEN amount END) END AS DOUBLE)
        AS equity_from_government,
    CAST(CASE WHEN COUNT(CASE WHEN money_source IN ('bank', 'insurance') THEN 1 END) = 0 THEN 0
              WHEN COUNT(CASE WHEN money_source IN ('bank', 'insurance') AND amount IS NULL THEN 1 END) > 0 THEN NULL
              ELSE SUM(CASE WHEN money_source IN ('bank', 'insurance') THEN amount END) END AS DOUBLE)
        AS equity_from_bank_insurance,
    CAST(CASE WHEN COUNT(closed_on) = 0 THEN 0 WHEN COUNT(bank_group) = 0 THEN NULL
              ELSE SUM(CASE WHEN bank_group THEN 1 ELSE 0 END) END AS DOUBLE) AS group_investments
FROM invested
GROUP BY application_id
