-- Equity raised as known on the day; a round is a day of closing. Amounts in exact decimals, so that sums do not depend
-- on the order; where an investment does not say its amount, the sum is unknown, not smaller. Look-through amounts are those of
-- investments whose source of money is known. Investments of the bank's own group are unknown where none says whether it is one.
WITH investments AS (
    SELECT
        enterprise_id,
        closed_on,
        known_on,
        bank_group,
        CAST(amount AS DECIMAL(18, 2)) AS amount,
        CASE WHEN investor_kind = 'vc' THEN 1 ELSE 0 END AS from_vc,
        CASE WHEN money_source <> 'unknown' THEN 1 ELSE 0 END AS looked_through,
        CASE WHEN money_source = 'government' THEN 1 ELSE 0 END AS from_government,
        CASE WHEN money_source IN ('bank', 'insurance') THEN 1 ELSE 0 END AS from_bank_insurance
    FROM equity_rounds
),
invested AS (
    SELECT
        a.application_id,
        r.closed_on,
        r.bank_group,
        r.amount,
        r.from_vc,
        r.looked_through,
        r.from_government,
        r.from_bank_insurance,
        CASE WHEN r.closed_on > a.before_12 THEN 1
             WHEN r.closed_on > a.before_24 THEN 2
             WHEN r.closed_on > a.before_36 THEN 3
             ELSE 4 END AS years_ago
    FROM applications a
    JOIN investments r ON r.enterprise_id = a.enterprise_id AND r.known_on <= a.as_of AND r.closed_on <= a.as_of
),
summed AS (
    SELECT
        application_id,
        COUNT(DISTINCT closed_on) AS rounds,
        MAX(closed_on) AS last_round_on,
        SUM(amount) AS amount,
        SUM(CASE WHEN years_ago <= 1 THEN amount END) AS amount_1y,
        SUM(CASE WHEN years_ago <= 2 THEN amount END) AS amount_2y,
        SUM(CASE WHEN years_ago <= 3 THEN amount END) AS amount_3y,
        SUM(CASE WHEN from_vc = 1 THEN amount END) AS vc,
        SUM(CASE WHEN looked_through = 1 THEN amount END) AS looked_through,
        SUM(CASE WHEN from_government = 1 THEN amount END) AS government,
        SUM(CASE WHEN from_bank_insurance = 1 THEN amount END) AS bank_insurance,
        -- Investments without an amount: how many years ago the last of them was, and of which kinds there are any.
        MIN(CASE WHEN amount IS NULL THEN years_ago ELSE 9 END) AS untold_years_ago,
        MAX(CASE WHEN amount IS NULL THEN from_vc ELSE 0 END) AS vc_untold,
        MAX(CASE WHEN amount IS NULL THEN looked_through ELSE 0 END) AS looked_through_untold,
        MAX(CASE WHEN amount IS NULL THEN from_government ELSE 0 END) AS government_untold,
        MAX(CASE WHEN amount IS NULL THEN from_bank_insurance ELSE 0 END) AS bank_insurance_untold,
        CASE WHEN COUNT(bank_group) = 0 THEN NULL ELSE SUM(CASE WHEN bank_group THEN 1 ELSE 0 END) END AS of_group
    FROM invested
    GROUP BY application_id
)
SELECT
    a.application_id,
    CAST(COALESCE(s.rounds, 0) AS DOUBLE) AS rounds_total,
    s.last_round_on,
    CAST(CASE WHEN s.untold_years_ago <= 4 THEN NULL ELSE COALESCE(s.amount, 0) END AS DOUBLE) AS equity_raised_total,
    CAST(CASE WHEN s.untold_years_ago <= 1 THEN NULL ELSE COALESCE(s.amount_1y, 0) END AS DOUBLE) AS equity_raised_1y,
    CAST(CASE WHEN s.untold_years_ago <= 2 THEN NULL ELSE COALESCE(s.amount_2y, 0) END AS DOUBLE) AS equity_raised_2y,
    CAST(CASE WHEN s.untold_years_ago <= 3 THEN NULL ELSE COALESCE(s.amount_3y, 0) END AS DOUBLE) AS equity_raised_3y,
    CAST(CASE WHEN s.vc_untold = 1 THEN NULL ELSE COALESCE(s.vc, 0) END AS DOUBLE) AS vc_raised_total,
    CAST(CASE WHEN s.looked_through_untold = 1 THEN NULL ELSE COALESCE(s.looked_through, 0) END AS DOUBLE)
        AS equity_looked_through,
    CAST(CASE WHEN s.government_untold = 1 THEN NULL ELSE COALESCE(s.government, 0) END AS DOUBLE)
        AS equity_from_government,
    CAST(CASE WHEN s.bank_insurance_untold = 1 THEN NULL ELSE COALESCE(s.bank_insurance, 0) END AS DOUBLE)
        AS equity_from_bank_insurance,
    CAST(CASE WHEN s.application_id IS NULL THEN 0 ELSE s.of_group END AS DOUBLE) AS group_investments
FROM applications a
LEFT JOIN summed s ON s.application_id = a.application_id
