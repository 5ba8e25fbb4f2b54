-- Registration of the applicant, with its age on the day of decision. An enterprise founded later is not known yet.
-- Codes are read without spaces around them and in half width, each spelling once.
WITH registered AS (
    SELECT
        enterprise_id,
        trim(translate(province, '０１２３４５６７８９', '0123456789')) AS province,
        trim(translate(industry, '０１２３４５６７８９', '0123456789')) AS industry,
        franchise,
        setting,
        founded_on,
        registered_capital,
        paid_in_capital,
        ownership,
        listing
    FROM enterprises
),
lenders AS (
    SELECT spelling, trim(translate(spelling, '０１２３４５６７８９', '0123456789')) AS province
    FROM (SELECT DISTINCT lender_province AS spelling FROM applications)
)
SELECT
    a.application_id,
    e.province,
    e.industry,
    CASE WHEN e.province IS NULL OR l.province IS NULL THEN NULL WHEN e.province = l.province THEN 1.0 ELSE 0.0 END
        AS lender_here,
    CAST(e.franchise AS DOUBLE) AS franchise,
    CASE WHEN e.setting IS NULL THEN NULL WHEN e.setting = 'urban' THEN 1.0 ELSE 0.0 END AS urban,
    CASE WHEN e.founded_on <= a.as_of THEN datediff('day', e.founded_on, a.as_of) * 12.0 / 365.25 END AS age_months,
    e.registered_capital,
    e.paid_in_capital,
    e.ownership,
    e.listing
FROM applications a
JOIN registered e ON e.enterprise_id = a.enterprise_id
LEFT JOIN lenders l ON l.spelling = a.lender_province
