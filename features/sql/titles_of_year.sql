-- Whether the title of hi-tech enterprise was in force on the last day of the last annual statement known on the day: the
-- lower income tax rate of that year follows it, not the title of today. As far as titles were known on the day.
WITH last AS (
    SELECT a.application_id, MAX(s.period_end) AS period_end
    FROM applications a
    JOIN (
        SELECT enterprise_id, known_on, period_end
        FROM statements
        WHERE period = 'annual' AND COALESCE(
            revenue, hitech_revenue, costs, profit, assets, current_assets, liabilities,
            current_liabilities, receivables, inventory, cash, operating_cash_flow,
            interest_bearing_debt, market_value, retained_earnings, ebit, rd_expensed,
            rd_capitalised, rd_domestic_share, rd_deduction_tax
        ) IS NOT NULL
    ) s ON s.enterprise_id = a.enterprise_id AND s.known_on <= a.as_of AND s.period_end <= a.as_of
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
