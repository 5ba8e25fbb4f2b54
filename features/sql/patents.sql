-- Rights and filings known on the day. A right is valid from its grant to its end or its sale; a bought right counts from
-- the day it was bought. Days after the day of decision (grant, end, sale, pledge, release) are not known yet.
-- Free rights are valid and not pledged; of those whose last day of protection is not stated the latest filing counts, by the
-- law of their kind (layouts as utility models: ten years).
-- Counts of related, self-developed or PCT rights are missing where there are rights and none says whether it is.
WITH kinds AS (
    SELECT
        enterprise_id,
        known_on,
        applied_on,
        acquired_on,
        granted_on,
        ended_on,
        pledged_on,
        released_on,
        expires_on,
        LEAST(ended_on, transferred_on) AS gone_on,
        CASE WHEN kind IN ('invention', 'plant_variety', 'new_drug', 'circuit_layout', 'other_class_1') THEN 1 ELSE 0 END
            AS class_1,
        CASE WHEN kind = 'invention' THEN 1 ELSE 0 END AS invention,
        CASE WHEN acquired_on IS NOT NULL THEN 1 ELSE 0 END AS bought,
        CASE WHEN related THEN 1 WHEN NOT related THEN 0 END AS related,
        CASE WHEN self_developed THEN 1 WHEN NOT self_developed THEN 0 END AS self_developed,
        CASE WHEN pct THEN 1 WHEN NOT pct THEN 0 END AS pct,
        CASE WHEN expires_on IS NULL AND kind = 'invention' THEN applied_on END AS invention_on,
        CASE WHEN expires_on IS NULL AND kind IN ('utility', 'circuit_layout') THEN applied_on END AS utility_on,
        CASE WHEN expires_on IS NULL AND kind = 'design' THEN applied_on END AS design_on,
        CASE WHEN expires_on IS NULL AND kind = 'software' THEN applied_on END AS software_on,
        datediff('day', DATE '2000-01-01', applied_on) AS applied_day
    FROM patents
),
rights AS (
    SELECT
        a.application_id,
        a.as_of,
        COALESCE(p.class_1, 0) AS class_1,
        COALESCE(p.invention, 0) AS invention,
        COALESCE(p.bought, 0) AS bought,
        CASE WHEN p.granted_on <= a.as_of THEN 1 ELSE 0 END AS granted,
        CASE WHEN p.ended_on <= a.as_of THEN 1 ELSE 0 END AS ended,
        CASE WHEN p.ended_on <= a.as_of AND p.ended_on > a.before_36 THEN 1 ELSE 0 END AS ended_3y,
        CASE WHEN p.granted_on <= a.as_of AND (p.gone_on IS NULL OR p.gone_on > a.as_of) THEN 1 ELSE 0 END AS valid,
        CASE WHEN p.pledged_on <= a.as_of AND (p.released_on IS NULL OR p.released_on > a.as_of) THEN 1 ELSE 0 END AS pledged,
        CASE WHEN p.applied_on > a.before_12 THEN 1 ELSE 0 END AS filed_1y,
        CASE WHEN p.applied_on > a.before_36 THEN 1 ELSE 0 END AS filed_3y,
        CASE WHEN p.expires_on < a.as_of THEN 0 ELSE 1 END AS unexpired,
        p.related,
        p.self_developed,
        p.pct,
        p.applied_on,
        p.applied_day,
        p.expires_on,
        p.invention_on,
        p.utility_on,
        p.design_on,
        p.software_on
    FROM applications a
    LEFT JOIN kinds p ON p.enterprise_id = a.enterprise_id AND p.known_on <= a.as_of AND p.applied_on <= a.as_of
        AND (p.acquired_on IS NULL OR p.acquired_on <= a.as_of)
)
SELECT
    application_id,
    CAST(COUNT(applied_on) AS DOUBLE) AS rights_filed,
    CAST(SUM(CASE WHEN bought = 0 THEN filed_3y ELSE 0 END) AS DOUBLE) AS rights_filed_3y,
    MAX(applied_on) AS last_filing_on,
    CAST(SUM(invention * granted) AS DOUBLE) AS inventions_granted,
    CAST(SUM(CASE WHEN granted = 1 OR ended = 1 THEN invention ELSE 0 END) AS DOUBLE) AS inventions_decided,
    CAST(SUM(invention * valid) AS DOUBLE) AS valid_inventions,
    CAST(SUM(valid) AS DOUBLE) AS valid_rights,
    CAST(SUM(class_1 * valid) AS DOUBLE) AS class_1_valid,
    CAST(SUM((1 - class_1) * valid) AS DOUBLE) AS class_2_valid,
    CAST(CASE WHEN SUM(class_1 * valid) = 0 THEN 0 ELSE SUM(CASE WHEN class_1 = 1 AND valid = 1 THEN related END) END
        AS DOUBLE) AS class_1_related,
    CAST(CASE WHEN SUM(class_1 * valid) = 0 THEN 0 ELSE SUM(CASE WHEN class_1 = 1 AND valid = 1 THEN self_developed END) END
        AS DOUBLE) AS class_1_self_developed,
    CAST(CASE WHEN SUM(valid) = 0 THEN 0 ELSE SUM(CASE WHEN valid = 1 THEN related END) END AS DOUBLE) AS valid_related,
    CAST(SUM(valid * pledged) AS DOUBLE) AS valid_pledged,
    CAST(SUM(valid * bought) AS DOUBLE) AS valid_bought,
    CAST(SUM(valid * filed_3y) AS DOUBLE) AS valid_filed_3y,
    CAST(SUM(valid) * datediff('day', DATE '2000-01-01', MAX(as_of)) - COALESCE(SUM(valid * applied_day), 0) AS DOUBLE)
        AS valid_age_days,
    CAST(SUM(granted * ended_3y) AS DOUBLE) AS rights_ended_3y,
    CAST(CASE WHEN SUM(invention * filed_1y) = 0 THEN 0 ELSE SUM(CASE WHEN invention = 1 AND filed_1y = 1 THEN related END)
         END AS DOUBLE) AS related_inventions_applied_1y,
    CAST(CASE WHEN COUNT(applied_on) = 0 THEN 0 ELSE SUM(pct) END AS DOUBLE) AS pct_filed,
    CAST(CASE WHEN SUM(filed_1y) = 0 THEN 0 ELSE SUM(CASE WHEN filed_1y = 1 THEN pct * related END) END AS DOUBLE)
        AS related_pct_applied_1y,
    CAST(SUM(valid * (1 - pledged) * unexpired) AS DOUBLE) AS free_rights,
    MAX(CASE WHEN valid > pledged THEN expires_on END) AS free_right_until,
    MAX(CASE WHEN valid > pledged THEN invention_on END) AS free_invention_on,
    MAX(CASE WHEN valid > pledged THEN utility_on END) AS free_utility_on,
    MAX(CASE WHEN valid > pledged THEN design_on END) AS free_design_on,
    MAX(CASE WHEN valid > pledged THEN software_on END) AS free_software_on
FROM rights
GROUP BY application_id
