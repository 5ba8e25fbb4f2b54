-- Statements known on the day, of any period, that give a figure; the accounts of an enterprise without one are not known.
SELECT a.application_id, CAST(COUNT(s.enterprise_id) AS DOUBLE) AS statement_rows
FROM applications a
LEFT JOIN (
    SELECT enterprise_id, known_on, period_end
    FROM statements
    WHERE COALESCE(
        revenue, hitech_revenue, costs, profit, assets, current_assets, liabilities,
        current_liabilities, receivables, inventory, cash, operating_cash_flow,
        interest_bearing_debt, market_value, retained_earnings, ebit, rd_expensed,
        rd_capitalised, rd_domestic_share, rd_deduction_tax
    ) IS NOT NULL
) s ON s.enterprise_id = a.enterprise_id AND s.known_on <= a.as_of AND s.period_end <= a.as_of
GROUP BY a.application_id
