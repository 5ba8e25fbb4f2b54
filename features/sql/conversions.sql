-- Results turned into use in the 36 months before the day: technology contracts signed plus related rights granted,
-- as far as known. Rights that do not say whether they are related do not count.
WITH events AS (
    SELECT a.application_id, COUNT(*) AS conversions
    FROM applications a
    JOIN technology_contracts c ON c.enterprise_id = a.enterprise_id AND c.known_on <= a.as_of
        AND c.signed_on <= a.as_of AND c.signed_on > a.before_36
    GROUP BY a.application_id
    UNION ALL
    SELECT a.application_id, COUNT(*) AS conversions
    FROM applications a
    JOIN patents p ON p.enterprise_id = a.enterprise_id AND p.known_on <= a.as_of AND p.applied_on <= a.as_of
        AND p.related AND p.granted_on <= a.as_of AND p.granted_on > a.before_36
        AND (p.acquired_on IS NULL OR p.acquired_on <= a.as_of)
    GROUP BY a.application_id
),
counted AS (
    SELECT application_id, SUM(conversions) AS conversions
    FROM events
    GROUP BY application_id
)
SELECT a.application_id, CAST(COALESCE(c.conversions, 0) AS DOUBLE) AS conversions_3y
FROM applications a
LEFT JOIN counted c ON c.application_id = a.application_id
