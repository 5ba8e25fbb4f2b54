-- Staff on the last count known on the day; of two counts of one day the one known later, then the larger, stands.
SELECT application_id, staff
FROM (
    SELECT
        a.application_id,
        h.staff,
        ROW_NUMBER() OVER (PARTITION BY a.application_id ORDER BY h.period_end DESC, h.known_on DESC, h.staff DESC) AS nth
    FROM applications a
    JOIN headcount h ON h.enterprise_id = a.enterprise_id AND h.known_on <= a.as_of AND h.period_end <= a.as_of
) AS known
WHERE nth = 1
