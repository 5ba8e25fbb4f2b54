-- Staff on the last count known on the day, and on the count a year before it (335 to 396 days); how many counts are
-- known. Of two counts of one day the one known later stands, then the larger. `place` orders the counts of an
-- enterprise once for all its applications: of those known the highest is the last.
WITH counts AS (
    SELECT
        enterprise_id, period_end, known_on, staff, rd_staff, st_staff, postgraduates, bachelors, graduates_hired, core_team, core_joins, core_leaves,
        ROW_NUMBER() OVER (
            ORDER BY
                enterprise_id, period_end, known_on, staff NULLS FIRST, rd_staff NULLS FIRST, st_staff NULLS FIRST,
                postgraduates NULLS FIRST, bachelors NULLS FIRST, graduates_hired NULLS FIRST, core_team NULLS FIRST,
                core_joins NULLS FIRST, core_leaves NULLS FIRST
        ) AS place
    FROM headcount
    -- A row without a figure says nothing: it replaces no count.
    WHERE COALESCE(
        staff, rd_staff, st_staff, postgraduates, bachelors, graduates_hired, core_team, core_joins, core_leaves
    ) IS NOT NULL
),
known AS (
    SELECT a.application_id, h.period_end, MAX(h.place) AS place, COUNT(*) AS counts
    FROM applications a
    JOIN counts h ON h.enterprise_id = a.enterprise_id AND h.known_on <= a.as_of AND h.period_end <= a.as_of
    GROUP BY a.application_id, h.period_end
),
last AS (
    SELECT application_id, MAX(period_end) AS period_end, MAX(place) AS place, SUM(counts) AS counts
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
    a.application_id,
    h.period_end AS headcount_on,
    h.staff,
    h.rd_staff,
    h.st_staff,
    h.postgraduates,
    h.bachelors,
    h.graduates_hired,
    h.core_team,
    h.core_joins,
    h.core_leaves,
    p.staff AS staff_prior,
    p.rd_staff AS rd_staff_prior,
    CAST(COALESCE(l.counts, 0) AS DOUBLE) AS headcount_rows
FROM applications a
LEFT JOIN last l ON l.application_id = a.application_id
LEFT JOIN before b ON b.application_id = a.application_id
LEFT JOIN counts h ON h.place = l.place
LEFT JOIN counts p ON p.place = b.place
