-- What the same enterprise applied for in the three months before the day, beside this application: not in the credit
-- registry yet. Those of the same day count; of the days before, those that were not refused.
WITH others AS (
    SELECT
        a.application_id,
        CAST(o.amount AS DECIMAL(18, 2)) AS amount,
        CASE
            WHEN regexp_replace(lower(trim(o.product)), '[ _-]+', '_', 'g')
                = regexp_replace(lower(trim(a.product)), '[ _-]+', '_', 'g') THEN 1
            ELSE 0
        END AS same_product
    FROM applications a
    JOIN applications o ON o.enterprise_id = a.enterprise_id AND o.application_id <> a.application_id
        AND o.as_of <= a.as_of AND o.as_of > a.as_of - INTERVAL '3' MONTH
        AND (o.as_of = a.as_of OR o.accepted IS NULL OR o.accepted)
),
added AS (
    SELECT
        application_id,
        SUM(amount) AS amount,
        SUM(CASE WHEN same_product = 1 THEN amount END) AS same_product
    FROM others
    GROUP BY application_id
)
SELECT
    a.application_id,
    CAST(COALESCE(o.amount, 0) AS DOUBLE) AS other_amount,
    CAST(COALESCE(o.same_product, 0) AS DOUBLE) AS other_amount_of_product
FROM applications a
LEFT JOIN added o ON o.application_id = a.application_id
