-- The last quarterly statement known on the day and the same quarter a year before it (335 to 396 days).
WITH known AS (
    SELECT
        a.application_id,
        s.period_end,
        s.revenue,
        s.assets,
        s.liabilities,
        ROW_NUMBER() OVER (
            PARTITION BY a.application_id
            ORDER BY s.period_end DESC, s.known_on DESC, s.revenue DESC, s.assets DESC, s.liabilities DESC
        ) AS nth
    FROM applications a
    JOIN statements s ON s.enterprise_id = a.enterprise_id AND s.known_on <= a.as_of AND s.period_end <= a.as_of
    -- A row without one of these figures says nothing, and makes no accounts younger.
    WHERE s.period = 'quarterly' AND COALESCE(s.revenue, s.assets, s.liabilities) IS NOT NULL
),
last AS (
    SELECT * FROM known WHERE nth = 1
),
before AS (
    SELECT
        l.application_id,
        k.revenue,
        ROW_NUMBER() OVER (PARTITION BY l.application_id ORDER BY k.nth) AS nth
    FROM last l
    JOIN known k ON k.application_id = l.application_id
        AND datediff('day', k.period_end, l.period_end) BETWEEN 335 AND 396
)
SELECT
    l.application_id,
    l.period_end AS quarter_on,
    l.revenue AS quarter_revenue,
    b.revenue AS quarter_revenue_prior,
    l.assets AS quarter_assets,
    l.liabilities AS quarter_liabilities
FROM last l
LEFT JOIN before b ON b.application_id = l.application_id AND b.nth = 1
