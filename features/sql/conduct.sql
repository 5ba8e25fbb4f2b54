-- Adverse records known on the day. A record ends when it was resolved by the day; a later end is not known yet. Days
-- past due cannot be more than the days since the record began: what a debt became later is not known yet. A serious
-- breach counts for two years, and for as long as it is not resolved. Where a record does not say its amount or its days
-- past due, their sum or maximum is unknown, not smaller; `enforcement_known_open` is what is known of it, a lower bound.
WITH records AS (
    SELECT
        a.application_id,
        c.kind,
        c.happened_on,
        CAST(c.amount AS DECIMAL(18, 2)) AS amount,
        CASE WHEN c.days_past_due > datediff('day', c.happened_on, a.as_of) THEN datediff('day', c.happened_on, a.as_of)
             ELSE c.days_past_due END AS days_past_due,
        CASE WHEN c.resolved_on IS NULL OR c.resolved_on > a.as_of THEN 1 ELSE 0 END AS still_open,
        CASE WHEN c.happened_on > a.before_12 THEN 1 ELSE 0 END AS in_1y,
        CASE WHEN c.happened_on > a.before_24 THEN 1 ELSE 0 END AS in_2y,
        CASE WHEN c.happened_on > a.before_36 THEN 1 ELSE 0 END AS in_3y
    FROM applications a
    LEFT JOIN conduct c ON c.enterprise_id = a.enterprise_id AND c.known_on <= a.as_of AND c.happened_on <= a.as_of
)
SELECT
    application_id,
    CAST(SUM(CASE WHEN kind = 'overdue' THEN in_1y ELSE 0 END) AS DOUBLE) AS overdues_1y,
    CAST(SUM(CASE WHEN kind = 'overdue' THEN in_3y ELSE 0 END) AS DOUBLE) AS overdues_3y,
    CAST(SUM(CASE WHEN kind = 'overdue' THEN still_open ELSE 0 END) AS DOUBLE) AS overdues_open,
    CAST(CASE WHEN COUNT(CASE WHEN kind = 'overdue' AND in_1y = 1 THEN 1 END) = 0 THEN 0
              WHEN COUNT(CASE WHEN kind = 'overdue' AND in_1y = 1 AND days_past_due IS NULL THEN 1 END) > 0 THEN NULL
              ELSE MAX(CASE WHEN kind = 'overdue' AND in_1y = 1 THEN days_past_due END) END AS DOUBLE) AS days_past_due_1y,
    CAST(CASE WHEN COUNT(CASE WHEN kind = 'overdue' AND in_3y = 1 THEN 1 END) = 0 THEN 0
              WHEN COUNT(CASE WHEN kind = 'overdue' AND in_3y = 1 AND days_past_due IS NULL THEN 1 END) > 0 THEN NULL
              ELSE MAX(CASE WHEN kind = 'overdue' AND in_3y = 1 THEN days_past_due END) END AS DOUBLE) AS days_past_due_3y,
    CAST(CASE WHEN COUNT(CASE WHEN kind = 'overdue' AND in_1y = 1 THEN 1 END) = 0 THEN 0
              WHEN COUNT(CASE WHEN kind = 'overdue' AND in_1y = 1 AND amount IS NULL THEN 1 END) > 0 THEN NULL
              ELSE SUM(CASE WHEN kind = 'overdue' AND in_1y = 1 THEN amount END) END AS DOUBLE) AS overdue_amount_1y,
    CAST(CASE WHEN COUNT(CASE WHEN kind = 'overdue' AND in_3y = 1 THEN 1 END) = 0 THEN 0
              WHEN COUNT(CASE WHEN kind = 'overdue' AND in_3y = 1 AND amount IS NULL THEN 1 END) > 0 THEN NULL
              ELSE SUM(CASE WHEN kind = 'overdue' AND in_3y = 1 THEN amount END) END AS DOUBLE) AS overdue_amount_3y,
    CAST(SUM(CASE WHEN kind = 'enforcement' THEN still_open ELSE 0 END) AS DOUBLE) AS enforcements_open,
    CAST(SUM(CASE WHEN kind = 'enforcement' THEN in_3y ELSE 0 END) AS DOUBLE) AS enforcements_3y,
    CAST(CASE WHEN COUNT(CASE WHEN kind = 'enforcement' AND still_open = 1 THEN 1 END) = 0 THEN 0
              WHEN COUNT(CASE WHEN kind = 'enforcement' AND still_open = 1 AND amount IS NULL THEN 1 END) > 0 THEN NULL
              ELSE SUM(CASE WHEN kind = 'enforcement' AND still_open = 1 THEN amount END) END AS DOUBLE)
        AS enforcement_amount_open,
    CAST(COALESCE(SUM(CASE WHEN kind = 'enforcement' AND still_open = 1 THEN amount END), 0) AS DOUBLE)
        AS enforcement_known_open,
    CAST(SUM(CASE WHEN kind = 'dishonest_debtor' THEN still_open ELSE 0 END) AS DOUBLE) AS dishonest_open,
    CAST(MAX(CASE WHEN kind = 'abnormal_list' THEN still_open ELSE 0 END) AS DOUBLE) AS abnormal_now,
    CAST(SUM(CASE WHEN kind = 'abnormal_list' THEN in_3y ELSE 0 END) AS DOUBLE) AS abnormal_3y,
    CAST(MAX(CASE WHEN kind = 'serious_breach' THEN GREATEST(in_2y, still_open) ELSE 0 END) AS DOUBLE) AS serious_breach_2y,
    CAST(SUM(CASE WHEN kind = 'penalty' THEN in_2y ELSE 0 END) AS DOUBLE) AS penalties_2y,
    MAX(happened_on) AS last_record_on
FROM records
GROUP BY application_id
