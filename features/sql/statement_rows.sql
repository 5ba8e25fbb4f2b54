-- Statements known on the day, of any period, that give a figure; the accounts of an enterprise without one are not known.
SELECT
    a.application_id,
    CAST(COUNT(COALESCE(
        s.revenue, s.hitech_revenue, s.costs, s.profit, s.assets, s.current_assets, s.liabilities,
        s.current_liabilities, s.receivables, s.inventory, s.cash, s.operating_cash_flow,
        s.interest_bearing_debt, s.market_value, s.retained_earnings, s.ebit, s.rd_expensed,
        s.rd_capitalised, s.rd_domestic_share, s.rd_deduction_tax
    )) AS DOUBLE) AS statement_rows
FROM applications a
LEFT JOIN statements s ON s.enterprise_id = a.enterprise_id AND s.known_on <= a.as_of AND s.period_end <= a.as_of
GROUP BY a.application_id
