-- What the same enterprise applied for since `others_since` (policy/windows.yaml), beside this application, for the same
-- product. Those of the same day count; of the days before, those that were not refused. Of amount and exposure the larger.
WITH others AS (
    SELECT
        a.application_id,
        CAST(GREATEST(o.amount, o.exposure) AS DECIMAL(18, 2)) AS amount
    FROM applications a
    JOIN applications o ON o.enterprise_id = a.enterprise_id AND o.application_id <> a.application_id
        AND o.as_of <= a.as_of AND o.as_of > a.others_since
        AND (o.as_of = a.as_of OR o.accepted IS NULL OR o.accepted)
        AND regexp_replace(lower(trim(o.product)), '[ _-]+', '_', 'g')
            = regexp_replace(lower(trim(a.product)), '[ _-]+', '_', 'g')
),
added AS (
    SELECT application_id, SUM(amount) AS amount
    FROM others
    GROUP BY application_id
)
SELECT
    a.application_id,
    a.others_since,
    CAST(COALESCE(o.amount, 0) AS DOUBLE) AS other_amount_of_product
FROM applications a
LEFT JOIN added o ON o.application_id = a.application_id
