-- Registration of the applicant, with its age on the day of decision. An enterprise founded later is not known yet.
-- Codes are read without spaces around them and in half width.
SELECT
    a.application_id,
    trim(translate(e.province, '０１２３４５６７８９', '0123456789')) AS province,
    trim(translate(e.industry, '０１２３４５６７８９', '0123456789')) AS industry,
    CASE WHEN e.province IS NULL OR a.lender_province IS NULL THEN NULL
         WHEN trim(translate(e.province, '０１２３４５６７８９', '0123456789')) = trim(translate(a.lender_province, '０１２３４５６７８９', '0123456789')) THEN 1.0 ELSE 0.0 END AS lender_here,
    CAST(e.franchise AS DOUBLE) AS franchise,
    CASE WHEN e.setting IS NULL THEN NULL WHEN e.setting = 'urban' THEN 1.0 ELSE 0.0 END AS urban,
    CASE WHEN e.founded_on <= a.as_of THEN datediff('day', e.founded_on, a.as_of) * 12.0 / 365.25 END AS age_months,
    e.registered_capital,
    e.paid_in_capital,
    e.ownership,
    e.listing
FROM applications a
JOIN enterprises e ON e.enterprise_id = a.enterprise_id
