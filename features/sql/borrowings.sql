-- Lines and balances of every lender in the credit registry, as known on the day: of each lender the last report of the
-- six months before the day (a lender silent for longer has no line any more), and the last report of the six months
-- before the same day a year earlier.
WITH reports AS (
    SELECT
        a.application_id,
        b.lender_id,
        b.reported_on,
        b.known_on,
        b.balance,
        b.line,
        CASE WHEN b.reported_on > a.as_of - INTERVAL '6' MONTH THEN 1
             WHEN b.reported_on > a.as_of - INTERVAL '12' MONTH THEN 0
             WHEN b.reported_on > a.as_of - INTERVAL '18' MONTH THEN 2 ELSE 0 END AS slot
    FROM applications a
    JOIN borrowings b ON b.enterprise_id = a.enterprise_id AND b.known_on <= a.as_of AND b.reported_on <= a.as_of
),
history AS (
    SELECT application_id, MAX(CASE WHEN balance > 0 THEN 1 ELSE 0 END) AS ever_borrowed
    FROM reports
    GROUP BY application_id
),
ranked AS (
    SELECT
        application_id,
        lender_id,
        slot,
        CAST(balance AS DECIMAL(18, 2)) AS balance,
        CAST(line AS DECIMAL(18, 2)) AS line,
        ROW_NUMBER() OVER (
            PARTITION BY application_id, lender_id, slot
            ORDER BY reported_on DESC, known_on DESC, balance DESC, line DESC
        ) AS nth
    FROM reports
    WHERE slot > 0
),
standing AS (
    SELECT
        application_id,
        COUNT(CASE WHEN slot = 1 AND (balance > 0 OR line > 0) THEN lender_id END) AS lenders,
        COUNT(CASE WHEN slot = 2 AND (balance > 0 OR line > 0) THEN lender_id END) AS lenders_year_before,
        SUM(CASE WHEN slot = 1 THEN balance END) AS borrowed,
        SUM(CASE WHEN slot = 2 THEN balance END) AS borrowed_year_before,
        SUM(CASE WHEN slot = 1 THEN line END) AS credit_lines,
        SUM(CASE WHEN slot = 1 AND line > 0 THEN balance END) AS drawn_on_lines,
        MAX(CASE WHEN slot = 1 THEN balance END) AS largest_balance
    FROM ranked
    WHERE nth = 1
    GROUP BY application_id
)
SELECT
    a.application_id,
    CAST(COALESCE(h.ever_borrowed, 0) AS DOUBLE) AS ever_borrowed,
    CAST(COALESCE(s.lenders, 0) AS DOUBLE) AS lenders,
    CAST(COALESCE(s.lenders_year_before, 0) AS DOUBLE) AS lenders_year_before,
    CAST(COALESCE(s.borrowed, 0) AS DOUBLE) AS borrowed,
    CAST(COALESCE(s.borrowed_year_before, 0) AS DOUBLE) AS borrowed_year_before,
    CAST(COALESCE(s.credit_lines, 0) AS DOUBLE) AS credit_lines,
    CAST(COALESCE(s.drawn_on_lines, 0) AS DOUBLE) AS drawn_on_lines,
    CAST(COALESCE(s.largest_balance, 0) AS DOUBLE) AS largest_balance
FROM applications a
LEFT JOIN history h ON h.application_id = a.application_id
LEFT JOIN standing s ON s.application_id = a.application_id
