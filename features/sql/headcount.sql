-- Staff on the last count known on the day, and on the count a year before it (335 to 396 days).
-- Of two counts of one day the one known later stands, then the larger.
WITH known AS (
    SELECT
        a.application_id,
        h.period_end,
        h.known_on,
        h.staff,
        h.rd_staff,
        h.st_staff,
        h.postgraduates,
        h.bachelors,
        h.graduates_hired,
        h.core_team,
        h.core_joins,
        h.core_leaves
    FROM applications a
    JOIN headcount h ON h.enterprise_id = a.enterprise_id AND h.known_on <= a.as_of AND h.period_end <= a.as_of
    -- A row without a figure says nothing: it replaces no count.
    WHERE COALESCE(
        h.staff, h.rd_staff, h.st_staff, h.postgraduates, h.bachelors, h.graduates_hired, h.core_team,
        h.core_joins, h.core_leaves
    ) IS NOT NULL
),
last AS (
    SELECT *
    FROM (
        SELECT
            *,
            ROW_NUMBER() OVER (
                PARTITION BY application_id
                ORDER BY
                    period_end DESC, known_on DESC, staff DESC, rd_staff DESC, st_staff DESC, postgraduates DESC,
                    bachelors DESC, graduates_hired DESC, core_team DESC, core_joins DESC, core_leaves DESC
            ) AS nth
        FROM known
    ) AS ranked
    WHERE nth = 1
),
before AS (
    SELECT *
    FROM (
        SELECT
            l.application_id,
            k.staff,
            k.rd_staff,
            ROW_NUMBER() OVER (
                PARTITION BY l.application_id
                ORDER BY k.period_end DESC, k.known_on DESC, k.staff DESC, k.rd_staff DESC
            ) AS nth
        FROM last l
        JOIN known k ON k.application_id = l.application_id
            AND datediff('day', k.period_end, l.period_end) BETWEEN 335 AND 396
    ) AS ranked
    WHERE nth = 1
)
SELECT
    l.application_id,
    l.period_end AS headcount_on,
    l.staff,
    l.rd_staff,
    l.st_staff,
    l.postgraduates,
    l.bachelors,
    l.graduates_hired,
    l.core_team,
    l.core_joins,
    l.core_leaves,
    b.staff AS staff_prior,
    b.rd_staff AS rd_staff_prior
FROM last l
LEFT JOIN before b ON b.application_id = l.application_id
