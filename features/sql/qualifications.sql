-- Titles, platforms, awards and programmes known on the day. A title is valid to the end of its last day; one without a
-- last day stays valid. In the two-year counts a national one counts as provincial or higher; `provincial_platforms`
-- counts the provincial ones alone, so that it adds up with `national_platforms`.
WITH held AS (
    SELECT
        a.application_id,
        q.kind,
        CASE WHEN q.expires_on IS NULL OR q.expires_on >= a.as_of THEN 1 ELSE 0 END AS valid,
        CASE WHEN q.granted_on > a.before_24 THEN 1 ELSE 0 END AS in_2y,
        CASE WHEN q.granted_on > a.before_60 THEN 1 ELSE 0 END AS in_5y
    FROM applications a
    LEFT JOIN qualifications q ON q.enterprise_id = a.enterprise_id AND q.known_on <= a.as_of AND q.granted_on <= a.as_of
)
SELECT
    application_id,
    CAST(MAX(CASE WHEN kind = 'hitech_enterprise' THEN valid ELSE 0 END) AS DOUBLE) AS hitech_valid,
    CAST(MAX(CASE WHEN kind = 'technology_sme' THEN valid ELSE 0 END) AS DOUBLE) AS technology_sme_valid,
    CAST(MAX(CASE WHEN kind = 'innovative_sme' THEN valid ELSE 0 END) AS DOUBLE) AS innovative_sme_valid,
    CAST(MAX(CASE WHEN kind = 'specialised_sme' THEN valid ELSE 0 END) AS DOUBLE) AS specialised_sme_valid,
    CAST(MAX(CASE WHEN kind = 'little_giant' THEN valid ELSE 0 END) AS DOUBLE) AS little_giant_valid,
    CAST(SUM(CASE WHEN kind = 'national_platform' THEN valid ELSE 0 END) AS DOUBLE) AS national_platforms,
    CAST(SUM(CASE WHEN kind = 'provincial_platform' THEN valid ELSE 0 END) AS DOUBLE) AS provincial_platforms,
    CAST(SUM(CASE WHEN kind IN ('national_platform', 'provincial_platform') THEN in_2y ELSE 0 END) AS DOUBLE)
        AS provincial_platforms_2y,
    CAST(SUM(CASE WHEN kind IN ('national_award', 'provincial_award') THEN in_2y ELSE 0 END) AS DOUBLE)
        AS provincial_awards_2y,
    CAST(SUM(CASE WHEN kind IN ('national_programme', 'provincial_programme') THEN in_2y ELSE 0 END) AS DOUBLE)
        AS provincial_programmes_2y,
    CAST(SUM(CASE WHEN kind = 'national_award' THEN in_5y ELSE 0 END) AS DOUBLE) AS national_awards_5y,
    CAST(SUM(CASE WHEN kind = 'standard_led' THEN in_5y ELSE 0 END) AS DOUBLE) AS standards_led_5y
FROM held
GROUP BY application_id
