-- What the same enterprise applied for since `others_since` (policy/windows.yaml), beside this application, and what the
-- credit registry cannot hold yet. Those of the same day count; of the days before, those that were not refused. Of amount
-- and exposure the larger. The registry holds an application once the lender that took it has reported three months after
-- it, among the reports that balances are summed from (features/sql/borrowings.sql).
WITH others AS (
    SELECT
        a.application_id,
        o.application_id AS other_id,
        CAST(GREATEST(o.amount, o.exposure) AS DECIMAL(18, 2)) AS amount
    FROM applications a
    JOIN applications o ON o.enterprise_id = a.enterprise_id AND o.application_id <> a.application_id
        AND o.as_of <= a.as_of AND o.as_of > a.others_since
        AND (o.as_of = a.as_of OR o.accepted IS NULL OR o.accepted)
),
held AS (
    SELECT DISTINCT n.application_id, n.other_id
    FROM others n
    JOIN applications a ON a.application_id = n.application_id
    JOIN applications o ON o.application_id = n.other_id
    JOIN borrowings b ON b.enterprise_id = a.enterprise_id AND b.lender_id = o.lender
        AND b.known_on <= a.as_of AND b.reported_on <= a.as_of AND b.reported_on > a.before_6
        AND b.reported_on >= o.as_of + INTERVAL '3' MONTH
),
added AS (
    SELECT n.application_id, SUM(n.amount) AS amount
    FROM others n
    LEFT JOIN held h ON h.application_id = n.application_id AND h.other_id = n.other_id
    WHERE h.other_id IS NULL
    GROUP BY n.application_id
)
SELECT
    a.application_id,
    CAST(COALESCE(o.amount, 0) AS DOUBLE) AS other_debt
FROM applications a
LEFT JOIN added o ON o.application_id = a.application_id
