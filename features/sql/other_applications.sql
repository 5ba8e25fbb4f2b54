-- What the same enterprise applied for since `others_since` (policy/windows.yaml), beside this application, for the same
-- product. Those of the same day count; of the days before, those that were not refused. Of amount and exposure the larger.
WITH spelled AS (
    -- Full width, blanks and dashes as features.rule_functions.product reads them, each spelling once.
    SELECT
        spelling,
        regexp_replace(lower(trim(translate(spelling,
            '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ＿－　 	‐‑‒–—―',
            '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-   ------'
        ))), '[ _-]+', '_', 'g') AS product
    FROM (SELECT DISTINCT product AS spelling FROM applications)
),
asked AS (
    SELECT
        a.application_id,
        a.enterprise_id,
        a.as_of,
        a.others_since,
        a.accepted,
        CAST(GREATEST(a.amount, a.exposure) AS DECIMAL(18, 2)) AS amount,
        s.product
    FROM applications a
    JOIN spelled s ON s.spelling = a.product
),
added AS (
    SELECT a.application_id, SUM(o.amount) AS amount
    FROM asked a
    JOIN asked o ON o.enterprise_id = a.enterprise_id AND o.application_id <> a.application_id
        AND o.product = a.product AND o.as_of <= a.as_of AND o.as_of > a.others_since
        AND (o.as_of = a.as_of OR o.accepted IS NULL OR o.accepted)
    GROUP BY a.application_id
)
SELECT
    a.application_id,
    a.others_since,
    CAST(COALESCE(o.amount, 0) AS DOUBLE) AS other_amount_of_product
FROM applications a
LEFT JOIN added o ON o.application_id = a.application_id
