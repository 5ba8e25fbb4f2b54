-- Lines and balances of every lender in the credit registry, as known on the day: of each lender the last report of the
-- six months before the day (a lender silent for longer has no line any more), and the last report of the six months
-- before the same day a year earlier. A lender whose balance is not known counts as a lender and makes sums of balances
-- unknown, not smaller; a report without a line is a loan without one. A lender is new in the 12 months after its first
-- report that the bank holds; `own_lender` is the bank or branch that took the application, where it lends already.
WITH reports AS (
    SELECT
        a.application_id,
        b.lender_id,
        b.reported_on,
        b.known_on,
        b.balance,
        b.line,
        CASE WHEN b.lender_id = a.lender THEN 1 ELSE 0 END AS own,
        CASE WHEN MIN(b.reported_on) OVER (PARTITION BY a.application_id, b.lender_id) > a.as_of - INTERVAL '12' MONTH
             THEN 1 ELSE 0 END AS is_new,
        CASE WHEN b.reported_on > a.as_of - INTERVAL '6' MONTH THEN 1
             WHEN b.reported_on > a.as_of - INTERVAL '12' MONTH THEN 0
             WHEN b.reported_on > a.as_of - INTERVAL '18' MONTH THEN 2 ELSE 0 END AS slot
    FROM applications a
    JOIN borrowings b ON b.enterprise_id = a.enterprise_id AND b.known_on <= a.as_of AND b.reported_on <= a.as_of
),
history AS (
    SELECT
        application_id,
        CASE WHEN COUNT(CASE WHEN balance > 0 THEN 1 END) > 0 THEN 1 WHEN COUNT(*) > COUNT(balance) THEN NULL ELSE 0 END
            AS ever_borrowed
    FROM reports
    GROUP BY application_id
),
ranked AS (
    SELECT
        application_id,
        lender_id,
        slot,
        own,
        is_new,
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
        COUNT(CASE WHEN slot = 1 AND (balance IS NULL OR balance > 0 OR line > 0) THEN lender_id END) AS lenders,
        COUNT(CASE WHEN slot = 2 AND (balance IS NULL OR balance > 0 OR line > 0) THEN lender_id END) AS lenders_year_before,
        COUNT(CASE WHEN slot = 1 AND own = 1 AND (balance IS NULL OR balance > 0 OR line > 0) THEN lender_id END)
            AS own_lender,
        COUNT(CASE WHEN slot = 1 AND own = 0 AND is_new = 1 AND (balance IS NULL OR balance > 0 OR line > 0)
                   THEN lender_id END) AS new_lenders_1y,
        CASE WHEN COUNT(CASE WHEN slot = 1 THEN 1 END) = 0 THEN 0
             WHEN COUNT(CASE WHEN slot = 1 AND balance IS NULL THEN 1 END) > 0 THEN NULL
             ELSE SUM(CASE WHEN slot = 1 THEN balance END) END AS borrowed,
        CASE WHEN COUNT(CASE WHEN slot = 2 THEN 1 END) = 0 THEN 0
             WHEN COUNT(CASE WHEN slot = 2 AND balance IS NULL THEN 1 END) > 0 THEN NULL
             ELSE SUM(CASE WHEN slot = 2 THEN balance END) END AS borrowed_year_before,
        SUM(CASE WHEN slot = 1 THEN line END) AS credit_lines,
        CASE WHEN COUNT(CASE WHEN slot = 1 AND line > 0 THEN 1 END) = 0 THEN 0
             WHEN COUNT(CASE WHEN slot = 1 AND line > 0 AND balance IS NULL THEN 1 END) > 0 THEN NULL
             ELSE SUM(CASE WHEN slot = 1 AND line > 0 THEN balance END) END AS drawn_on_lines,
        CASE WHEN COUNT(CASE WHEN slot = 1 THEN 1 END) = 0 THEN 0
             WHEN COUNT(CASE WHEN slot = 1 AND balance IS NULL THEN 1 END) > 0 THEN NULL
             ELSE MAX(CASE WHEN slot = 1 THEN balance END) END AS largest_balance
    FROM ranked
    WHERE nth = 1
    GROUP BY application_id
)
SELECT
    a.application_id,
    CAST(CASE WHEN h.application_id IS NULL THEN 0 ELSE h.ever_borrowed END AS DOUBLE) AS ever_borrowed,
    CAST(CASE WHEN s.application_id IS NULL THEN 0 ELSE s.lenders END AS DOUBLE) AS lenders,
    CAST(CASE WHEN s.application_id IS NULL THEN 0 ELSE s.lenders_year_before END AS DOUBLE) AS lenders_year_before,
    CAST(CASE WHEN s.application_id IS NULL THEN 0 ELSE s.borrowed END AS DOUBLE) AS borrowed,
    CAST(CASE WHEN s.application_id IS NULL THEN 0 ELSE s.borrowed_year_before END AS DOUBLE) AS borrowed_year_before,
    CAST(CASE WHEN s.application_id IS NULL THEN 0 ELSE COALESCE(s.credit_lines, 0) END AS DOUBLE) AS credit_lines,
    CAST(CASE WHEN s.application_id IS NULL THEN 0 ELSE s.drawn_on_lines END AS DOUBLE) AS drawn_on_lines,
    CAST(CASE WHEN s.application_id IS NULL THEN 0 ELSE s.largest_balance END AS DOUBLE) AS largest_balance,
    CAST(CASE WHEN s.application_id IS NULL THEN 0 ELSE s.own_lender END AS DOUBLE) AS own_lender,
    CAST(CASE WHEN s.application_id IS NULL THEN 0 ELSE s.new_lenders_1y END AS DOUBLE) AS new_lenders_1y
FROM applications a
LEFT JOIN history h ON h.application_id = a.application_id
LEFT JOIN standing s ON s.application_id = a.application_id
