-- The last day that the credit registry reported of the enterprise, and how many lenders had a balance on it, open or not
-- known: of each lender its last report of the six months before that day. Without any report nothing was open.
WITH reports AS (
    SELECT
        a.application_id,
        b.reported_on,
        b.balance,
        MAX(b.reported_on) OVER (PARTITION BY a.application_id) AS last_on,
        ROW_NUMBER() OVER (
            PARTITION BY a.application_id, b.lender_id
            ORDER BY b.reported_on DESC, b.known_on DESC, b.balance DESC, b.line DESC
        ) AS nth
    FROM applications a
    JOIN borrowings b ON b.enterprise_id = a.enterprise_id AND b.known_on <= a.as_of AND b.reported_on <= a.as_of
),
standing AS (
    SELECT
        application_id,
        MAX(last_on) AS last_on,
        COUNT(CASE WHEN reported_on > last_on - INTERVAL '6' MONTH AND (balance IS NULL OR balance > 0) THEN 1 END)
            AS open_balances
    FROM reports
    WHERE nth = 1
    GROUP BY application_id
)
SELECT
    a.application_id,
    s.last_on AS registry_on,
    CAST(COALESCE(s.open_balances, 0) AS DOUBLE) AS open_balances
FROM applications a
LEFT JOIN standing s ON s.application_id = a.application_id
