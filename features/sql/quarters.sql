-- The last quarterly statement known on the day and the same quarter a year before it (335 to 396 days). `place` orders
-- the statements of an enterprise once for all its applications: of those known the highest is the last.
WITH quarterly AS (
    SELECT
        enterprise_id,
        period_end,
        known_on,
        revenue,
        assets,
        liabilities,
        ROW_NUMBER() OVER (
            ORDER BY
                enterprise_id, period_end, known_on, revenue NULLS FIRST, assets NULLS FIRST, liabilities NULLS FIRST
        ) AS place
    FROM statements
    -- A row without one of these figures says nothing, and makes no accounts younger.
    WHERE period = 'quarterly' AND COALESCE(revenue, assets, liabilities) IS NOT NULL
),
known AS (
    SELECT a.application_id, s.period_end, MAX(s.place) AS place
    FROM applications a
    JOIN quarterly s ON s.enterprise_id = a.enterprise_id AND s.known_on <= a.as_of AND s.period_end <= a.as_of
    GROUP BY a.application_id, s.period_end
),
last AS (
    SELECT application_id, MAX(period_end) AS period_end, MAX(place) AS place
    FROM known
    GROUP BY application_id
),
before AS (
    SELECT l.application_id, MAX(k.place) AS place
    FROM last l
    JOIN known k ON k.application_id = l.application_id
        AND datediff('day', k.period_end, l.period_end) BETWEEN 335 AND 396
    GROUP BY l.application_id
)
SELECT
    l.application_id,
    q.period_end AS quarter_on,
    q.revenue AS quarter_revenue,
    p.revenue AS quarter_revenue_prior,
    q.assets AS quarter_assets,
    q.liabilities AS quarter_liabilities
FROM last l
JOIN quarterly q ON q.place = l.place
LEFT JOIN before b ON b.application_id = l.application_id
LEFT JOIN quarterly p ON p.place = b.place
