-- Guarantees and risk-sharing cover of the application, as known on the day. The state's own agencies and funds are the
-- public ones. Where a guarantee does not say its amount, the sum is unknown, not smaller.
SELECT
    a.application_id,
    CAST(COUNT(g.guarantor_kind) AS DOUBLE) AS guarantors,
    CAST(CASE WHEN COUNT(g.guarantor_kind) = 0 THEN 0 WHEN COUNT(g.guarantor_kind) > COUNT(g.covered) THEN NULL
              ELSE SUM(CAST(g.covered AS DECIMAL(18, 2))) END AS DOUBLE) AS covered,
    CAST(CASE WHEN COUNT(CASE WHEN g.guarantor_kind IN ('government_agency', 'guarantee_fund') THEN 1 END) = 0 THEN 0
              WHEN COUNT(CASE WHEN g.guarantor_kind IN ('government_agency', 'guarantee_fund') AND g.covered IS NULL
                              THEN 1 END) > 0 THEN NULL
              ELSE SUM(CASE WHEN g.guarantor_kind IN ('government_agency', 'guarantee_fund')
                            THEN CAST(g.covered AS DECIMAL(18, 2)) END) END AS DOUBLE) AS covered_by_public
FROM applications a
LEFT JOIN guarantees g ON g.application_id = a.application_id AND g.known_on <= a.as_of
GROUP BY a.application_id
