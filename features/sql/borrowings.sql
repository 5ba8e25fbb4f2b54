-- Lines and balances of every lender in the credit registry, as known on the day: of each lender the last report of the
-- six months before the day (a lender silent for longer has no line any more), and the last report of the six months
-- before the same day a year earlier. A lender whose balance is not known counts as a lender and makes sums of balances
-- unknown, not smaller; a report without a line is a loan without one. A lender is new in the 12 months after its first
-- report that the bank holds; `own_lender` is the bank or branch that took the application, where it lends already.
-- `registry_on` is the last day that the registry reported of the enterprise, `open_balances` how many lenders had a
-- balance on it, open or not known: of each lender its last report of the six months before that day.
-- `place` orders the reports of an enterprise once for all its applications: of those known the highest is the last.
WITH placed AS (
    SELECT
        enterprise_id,
        lender_id,
        reported_on,
        known_on,
        balance,
        line,
        ROW_NUMBER() OVER (
            ORDER BY enterprise_id, reported_on, known_on, balance NULLS FIRST, line NULLS FIRST
        ) AS place
    FROM borrowings
),
lenders AS (
    SELECT
        a.application_id,
        b.lender_id,
        COUNT(*) AS reports,
        COUNT(b.balance) AS balances,
        COUNT(*) FILTER (WHERE b.balance > 0) AS positive,
        MIN(b.reported_on) AS first_on,
        MAX(b.reported_on) AS last_on,
        MAX(b.place) AS last_place,
        MAX(b.place) FILTER (WHERE b.reported_on > a.before_6) AS place,
        MAX(b.place) FILTER (WHERE b.reported_on > a.before_18 AND b.reported_on <= a.before_12) AS place_year_before
    FROM applications a
    JOIN placed b ON b.enterprise_id = a.enterprise_id AND b.known_on <= a.as_of AND b.reported_on <= a.as_of
    GROUP BY a.application_id, b.lender_id
),
history AS (
    SELECT
        application_id,
        MAX(last_on) AS last_on,
        CASE WHEN SUM(positive) > 0 THEN 1 WHEN SUM(reports) > SUM(balances) THEN NULL ELSE 0 END AS ever_borrowed
    FROM lenders
    GROUP BY application_id
),
standing AS (
    SELECT
        l.application_id,
        h.last_on,
        h.ever_borrowed,
        CASE WHEN l.lender_id = a.lender THEN 1 ELSE 0 END AS own,
        CASE WHEN l.first_on > a.before_12 THEN 1 ELSE 0 END AS is_new,
        CASE WHEN n.place IS NOT NULL THEN 1 ELSE 0 END AS now,
        CASE WHEN n.balance > 0 OR n.line > 0 OR (n.place IS NOT NULL AND n.balance IS NULL) THEN 1 ELSE 0 END AS lends,
        CAST(n.balance AS DECIMAL(18, 2)) AS balance,
        CAST(n.line AS DECIMAL(18, 2)) AS line,
        CASE WHEN y.place IS NOT NULL THEN 1 ELSE 0 END AS year_before,
        CASE WHEN y.balance > 0 OR y.line > 0 OR (y.place IS NOT NULL AND y.balance IS NULL) THEN 1 ELSE 0 END
            AS lent_year_before,
        CAST(y.balance AS DECIMAL(18, 2)) AS balance_year_before,
        CASE WHEN l.last_on > h.last_on - INTERVAL '6' MONTH AND (r.balance IS NULL OR r.balance > 0) THEN 1 ELSE 0 END
            AS open_balance
    FROM lenders l
    JOIN applications a ON a.application_id = l.application_id
    JOIN history h ON h.application_id = l.application_id
    JOIN placed r ON r.place = l.last_place
    LEFT JOIN placed n ON n.place = l.place
    LEFT JOIN placed y ON y.place = l.place_year_before
),
summed AS (
    SELECT
        application_id,
        MAX(last_on) AS registry_on,
        MAX(ever_borrowed) AS ever_borrowed,
        COUNT(*) FILTER (WHERE lends = 1) AS lenders,
        COUNT(*) FILTER (WHERE lent_year_before = 1) AS lenders_year_before,
        COUNT(*) FILTER (WHERE lends = 1 AND own = 1) AS own_lender,
        COUNT(*) FILTER (WHERE lends = 1 AND own = 0 AND is_new = 1) AS new_lenders_1y,
        CASE WHEN COUNT(*) FILTER (WHERE now = 1 AND balance IS NULL) > 0 THEN NULL ELSE COALESCE(SUM(balance), 0) END
            AS borrowed,
        CASE WHEN COUNT(*) FILTER (WHERE year_before = 1 AND balance_year_before IS NULL) > 0 THEN NULL
             ELSE COALESCE(SUM(balance_year_before), 0) END AS borrowed_year_before,
        COALESCE(SUM(line), 0) AS credit_lines,
        CASE WHEN COUNT(*) FILTER (WHERE line > 0 AND balance IS NULL) > 0 THEN NULL
             ELSE COALESCE(SUM(balance) FILTER (WHERE line > 0), 0) END AS drawn_on_lines,
        CASE WHEN COUNT(*) FILTER (WHERE now = 1 AND balance IS NULL) > 0 THEN NULL ELSE COALESCE(MAX(balance), 0) END
            AS largest_balance,
        COUNT(*) FILTER (WHERE open_balance = 1) AS open_balances
    FROM standing
    GROUP BY application_id
)
SELECT
    a.application_id,
    CAST(CASE WHEN s.application_id IS NULL THEN 0 ELSE s.ever_borrowed END AS DOUBLE) AS ever_borrowed,
    CAST(COALESCE(s.lenders, 0) AS DOUBLE) AS lenders,
    CAST(COALESCE(s.lenders_year_before, 0) AS DOUBLE) AS lenders_year_before,
    CAST(CASE WHEN s.application_id IS NULL THEN 0 ELSE s.borrowed END AS DOUBLE) AS borrowed,
    CAST(CASE WHEN s.application_id IS NULL THEN 0 ELSE s.borrowed_year_before END AS DOUBLE) AS borrowed_year_before,
    CAST(COALESCE(s.credit_lines, 0) AS DOUBLE) AS credit_lines,
    CAST(CASE WHEN s.application_id IS NULL THEN 0 ELSE s.drawn_on_lines END AS DOUBLE) AS drawn_on_lines,
    CAST(CASE WHEN s.application_id IS NULL THEN 0 ELSE s.largest_balance END AS DOUBLE) AS largest_balance,
    CAST(COALESCE(s.own_lender, 0) AS DOUBLE) AS own_lender,
    CAST(COALESCE(s.new_lenders_1y, 0) AS DOUBLE) AS new_lenders_1y,
    s.registry_on,
    CAST(COALESCE(s.open_balances, 0) AS DOUBLE) AS open_balances
FROM applications a
LEFT JOIN summed s ON s.application_id = a.application_id
