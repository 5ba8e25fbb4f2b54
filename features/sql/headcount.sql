-- Staff on the last count known on the day, and on the count a year before it (335 to 396 days).
-- Of two counts of one day the one known later stands, then the larger.
WITH known AS (
    SELECT
        a.application_id,
        h.period_end,
        h.staff,
        h.rd_staff,
        h.st_staff,
        h.postgraduates,
        h.bachelors,
        h.graduates_hired,
        h.core_team,
        h.core_joins,
        h.core_leaves,
        ROW_NUMBER() OVER (
            PARTITION BY a.application_id
            ORDER BY
                h.period_end DESC, h.known_on DESC, h.staff DESC, h.rd_staff DESC, h.st_staff DESC, h.postgraduates DESC,
                h.bachelors DESC, h.graduates_hired DESC, h.core_team DESC, h.core_joins DESC, h.core_leaves DESC
        ) AS nth
    FROM applications a
    JOIN headcount h ON h.enterprise_id = a.enterprise_id AND h.known_on <= a.as_of AND h.period_end <= a.as_of
),
last AS (
    SELECT * FROM known WHERE nth = 1
),
before AS (
    SELECT
        l.application_id,
        k.staff,
        k.rd_staff,
        ROW_NUMBER() OVER (PARTITION BY l.application_id ORDER BY k.nth) AS nth
    FROM last l
    JOIN known k ON k.application_id = l.application_id
        AND datediff('day', k.period_end, l.period_end) BETWEEN 335 AND 396
)
SELECT
    l.application_id,
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
LEFT JOIN before b ON b.application_id = l.application_id AND b.nth = 1
