-- Whether the title of hi-tech enterprise was in force on the last day of the last annual statement known on the day: the
-- lower income tax rate of that year follows it, not the title of today. As far as titles were known on the day.
WITH last AS (
    SELECT a.application_id, MAX(s.period_end) AS period_end
    FROM applications a
    JOIN statements s ON s.enterprise_id = a.enterprise_id AND s.known_on <= a.as_of AND s.period_end <= a.as_of
    WHERE s.period = 'annual' AND COALESCE(
        s.revenue, s.hitech_revenue, s.costs, s.profit, s.assets, s.current_assets, s.liabilities,
        s.current_liabilities, s.receivables, s.inventory, s.cash, s.operating_cash_flow,
        s.interest_bearing_debt, s.market_value, s.retained_earnings, s.ebit, s.rd_expensed,
        s.rd_capitalised, s.rd_domestic_share, s.rd_deduction_tax
    ) IS NOT NULL
    GROUP BY a.application_id
)
SELECT
    l.application_id,
    CAST(CASE WHEN COUNT(q.granted_on) > 0 THEN 1 ELSE 0 END AS DOUBLE) AS hitech_of_year
FROM last l
JOIN applications a ON a.application_id = l.application_id
LEFT JOIN qualifications q ON q.enterprise_id = a.enterprise_id AND q.kind = 'hitech_enterprise' AND q.known_on <= a.as_of
    AND q.granted_on <= l.period_end AND (q.expires_on IS NULL OR q.expires_on >= l.period_end)
GROUP BY l.application_id
