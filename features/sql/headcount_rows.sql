-- Counts of staff known on the day that give a figure; the staff of an enterprise without one is not known.
SELECT
    a.application_id,
    CAST(COUNT(COALESCE(
        h.staff, h.rd_staff, h.st_staff, h.postgraduates, h.bachelors, h.graduates_hired, h.core_team,
        h.core_joins, h.core_leaves
    )) AS DOUBLE) AS headcount_rows
FROM applications a
LEFT JOIN headcount h ON h.enterprise_id = a.enterprise_id AND h.known_on <= a.as_of AND h.period_end <= a.as_of
GROUP BY a.application_id
