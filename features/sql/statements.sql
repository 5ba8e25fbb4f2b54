-- The last annual statement known on the day, and the one or two consecutive years before it (335 to 396 days apart).
-- A restatement known by the day replaces the statement of its period. R&D expense is what was expensed and capitalised;
-- it is missing where what was expensed is not known; where nothing is said of capitalising, nothing was capitalised.
-- Sums over three years run over the consecutive statements known where these are fewer than three: an enterprise younger
-- than three years is assessed by its years of operation (guide to the hi-tech enterprise rules, 2016-195);
-- `statement_years` says how many they are. A statement that does not give the figure makes the sum unknown, not smaller.
-- `place` orders the statements of an enterprise once for all its applications: of those known the highest is the last.
WITH annual AS (
    SELECT
        enterprise_id,
        period_end,
        known_on,
        revenue,
        hitech_revenue,
        costs,
        profit,
        assets,
        current_assets,
        liabilities,
        current_liabilities,
        receivables,
        inventory,
        cash,
        operating_cash_flow,
        interest_bearing_debt,
        market_value,
        retained_earnings,
        ebit,
        rd_capitalised,
        rd_domestic_share,
        rd_deduction_tax,
        assets - liabilities AS net_assets,
        rd_expensed + COALESCE(rd_capitalised, 0.0) AS rd_expense,
        ROW_NUMBER() OVER (
            ORDER BY
                enterprise_id, period_end, known_on, revenue NULLS FIRST, hitech_revenue NULLS FIRST,
                costs NULLS FIRST, profit NULLS FIRST, assets NULLS FIRST, current_assets NULLS FIRST,
                liabilities NULLS FIRST, current_liabilities NULLS FIRST, receivables NULLS FIRST,
                inventory NULLS FIRST, cash NULLS FIRST, operating_cash_flow NULLS FIRST,
                interest_bearing_debt NULLS FIRST, market_value NULLS FIRST, retained_earnings NULLS FIRST,
                ebit NULLS FIRST, rd_expensed NULLS FIRST, rd_capitalised NULLS FIRST,
                rd_domestic_share NULLS FIRST, rd_deduction_tax NULLS FIRST
        ) AS place
    FROM statements
    -- A row without a figure says nothing: it replaces no accounts.
    WHERE period = 'annual' AND COALESCE(
        revenue, hitech_revenue, costs, profit, assets, current_assets, liabilities,
        current_liabilities, receivables, inventory, cash, operating_cash_flow,
        interest_bearing_debt, market_value, retained_earnings, ebit, rd_expensed,
        rd_capitalised, rd_domestic_share, rd_deduction_tax
    ) IS NOT NULL
),
known AS (
    SELECT a.application_id, s.period_end, MAX(s.place) AS place
    FROM applications a
    JOIN annual s ON s.enterprise_id = a.enterprise_id AND s.known_on <= a.as_of AND s.period_end <= a.as_of
    GROUP BY a.application_id, s.period_end
),
years AS (
    SELECT
        application_id,
        place,
        period_end,
        LEAD(place) OVER nth AS place_prior,
        LEAD(period_end) OVER nth AS end_prior,
        LEAD(place, 2) OVER nth AS place_third,
        LEAD(period_end, 2) OVER nth AS end_third,
        ROW_NUMBER() OVER nth AS nth
    FROM known
    WINDOW nth AS (PARTITION BY application_id ORDER BY period_end DESC)
),
consecutive AS (
    SELECT
        application_id,
        place,
        CASE WHEN datediff('day', end_prior, period_end) BETWEEN 335 AND 396 THEN place_prior END AS place_prior,
        CASE WHEN datediff('day', end_prior, period_end) BETWEEN 335 AND 396
              AND datediff('day', end_third, end_prior) BETWEEN 335 AND 396 THEN place_third END AS place_third
    FROM years
    WHERE nth = 1
),
side_by_side AS (
    SELECT
        c.application_id,
        l.*,
        p.revenue AS revenue_prior,
        p.hitech_revenue AS hitech_revenue_prior,
        p.profit AS profit_prior,
        p.assets AS assets_prior,
        p.net_assets AS net_assets_prior,
        p.rd_expense AS rd_expense_prior,
        t.revenue AS revenue_third,
        t.rd_expense AS rd_expense_third,
        CASE WHEN t.place IS NOT NULL THEN 3.0 WHEN p.place IS NOT NULL THEN 2.0 ELSE 1.0 END AS statement_years
    FROM consecutive c
    JOIN annual l ON l.place = c.place
    LEFT JOIN annual p ON p.place = c.place_prior
    LEFT JOIN annual t ON t.place = c.place_third
)
SELECT
    application_id,
    period_end AS statement_on,
    revenue,
    hitech_revenue,
    costs,
    profit,
    assets,
    current_assets,
    liabilities,
    current_liabilities,
    receivables,
    inventory,
    cash,
    operating_cash_flow,
    interest_bearing_debt,
    market_value,
    retained_earnings,
    ebit,
    rd_capitalised,
    rd_domestic_share,
    rd_deduction_tax,
    net_assets,
    rd_expense,
    revenue_prior,
    hitech_revenue_prior,
    profit_prior,
    assets_prior,
    net_assets_prior,
    rd_expense_prior,
    statement_years,
    CASE WHEN statement_years = 1 THEN rd_expense WHEN statement_years = 2 THEN rd_expense + rd_expense_prior
         ELSE rd_expense + rd_expense_prior + rd_expense_third END AS rd_expense_3y,
    CASE WHEN statement_years = 1 THEN revenue WHEN statement_years = 2 THEN revenue + revenue_prior
         ELSE revenue + revenue_prior + revenue_third END AS revenue_3y,
    (rd_expense + rd_expense_prior) / 2.0 AS rd_expense_2y_mean,
    CASE WHEN rd_expense + rd_expense_prior IS NULL OR (statement_years = 3 AND rd_expense_third IS NULL) THEN NULL
         WHEN statement_years = 3 THEN LEAST(rd_expense, rd_expense_prior, rd_expense_third)
         ELSE LEAST(rd_expense, rd_expense_prior) END AS rd_expense_lowest_3y,
    CASE WHEN rd_expense + rd_expense_prior IS NULL OR (statement_years = 3 AND rd_expense_third IS NULL) THEN NULL
         WHEN statement_years = 3 THEN GREATEST(rd_expense, rd_expense_prior, rd_expense_third)
         ELSE GREATEST(rd_expense, rd_expense_prior) END AS rd_expense_highest_3y,
    CASE WHEN revenue_prior > 0 THEN revenue / revenue_prior - 1.0 END AS revenue_growth,
    CASE WHEN revenue_prior > 0 AND revenue_third > 0
         THEN (revenue / revenue_prior - 1.0 + revenue_prior / revenue_third - 1.0) / 2.0 END AS main_revenue_growth_2y
FROM side_by_side
