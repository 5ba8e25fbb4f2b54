-- The last annual statement known on the day, and the one or two consecutive years before it (335 to 396 days apart).
-- A restatement known by the day replaces the statement of its period. R&D expense is what was expensed and capitalised;
-- it is missing where what was expensed is not known; where nothing is said of capitalising, nothing was capitalised.
-- Sums over three years run over the consecutive statements known where these are fewer than three: an enterprise younger
-- than three years is assessed by its years of operation (guide to the hi-tech enterprise rules, 2016-195);
-- `statement_years` says how many they are. A statement that does not give the figure makes the sum unknown, not smaller.
WITH known AS (
    SELECT
        a.application_id,
        s.*,
        ROW_NUMBER() OVER (
            PARTITION BY a.application_id, s.period_end
            ORDER BY
                s.known_on DESC, s.revenue DESC, s.hitech_revenue DESC, s.costs DESC, s.profit DESC, s.assets DESC,
                s.current_assets DESC, s.liabilities DESC, s.current_liabilities DESC, s.receivables DESC,
                s.inventory DESC, s.cash DESC, s.operating_cash_flow DESC, s.interest_bearing_debt DESC,
                s.market_value DESC, s.retained_earnings DESC, s.ebit DESC, s.rd_expensed DESC, s.rd_capitalised DESC,
                s.rd_domestic_share DESC, s.rd_deduction_tax DESC
        ) AS version
    FROM applications a
    JOIN statements s ON s.enterprise_id = a.enterprise_id AND s.known_on <= a.as_of AND s.period_end <= a.as_of
    -- A row without a figure says nothing: it replaces no accounts.
    WHERE s.period = 'annual' AND COALESCE(
        s.revenue, s.hitech_revenue, s.costs, s.profit, s.assets, s.current_assets, s.liabilities,
        s.current_liabilities, s.receivables, s.inventory, s.cash, s.operating_cash_flow,
        s.interest_bearing_debt, s.market_value, s.retained_earnings, s.ebit, s.rd_expensed,
        s.rd_capitalised, s.rd_domestic_share, s.rd_deduction_tax
    ) IS NOT NULL
),
years AS (
    SELECT
        *,
        assets - liabilities AS net_assets,
        rd_expensed + COALESCE(rd_capitalised, 0.0) AS rd_expense,
        ROW_NUMBER() OVER (PARTITION BY application_id ORDER BY period_end DESC) AS nth
    FROM known
    WHERE version = 1
),
side_by_side AS (
    SELECT
        l.*,
        p.revenue AS revenue_prior,
        p.hitech_revenue AS hitech_revenue_prior,
        p.profit AS profit_prior,
        p.assets AS assets_prior,
        p.net_assets AS net_assets_prior,
        p.rd_expense AS rd_expense_prior,
        t.revenue AS revenue_third,
        t.rd_expense AS rd_expense_third,
        CASE WHEN t.application_id IS NOT NULL THEN 3.0 WHEN p.application_id IS NOT NULL THEN 2.0 ELSE 1.0 END
            AS statement_years
    FROM years l
    LEFT JOIN years p ON p.application_id = l.application_id AND p.nth = 2
        AND datediff('day', p.period_end, l.period_end) BETWEEN 335 AND 396
    LEFT JOIN years t ON t.application_id = p.application_id AND t.nth = 3
        AND datediff('day', t.period_end, p.period_end) BETWEEN 335 AND 396
    WHERE l.nth = 1
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
