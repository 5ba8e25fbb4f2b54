-- Pledges of the enterprise's own shares open on the day; a release after the day is not known yet. A pledge that
-- does not say its share makes their sum unknown, not smaller.
SELECT
    a.application_id,
    CAST(COUNT(p.pledge_id) AS DOUBLE) AS share_pledges_open,
    CAST(CASE WHEN COUNT(p.pledge_id) = 0 THEN 0 WHEN COUNT(p.pledge_id) > COUNT(p.share) THEN NULL
              ELSE SUM(CAST(p.share AS DECIMAL(18, 6))) END AS DOUBLE) AS shares_pledged
FROM applications a
LEFT JOIN equity_pledges p ON p.enterprise_id = a.enterprise_id AND p.known_on <= a.as_of AND p.pledged_on <= a.as_of
    AND (p.released_on IS NULL OR p.released_on > a.as_of)
GROUP BY a.application_id
