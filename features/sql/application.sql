-- What the application itself says.
SELECT
    application_id,
    amount,
    exposure,
    CAST(revolving AS DOUBLE) AS revolving,
    CAST(simplified AS DOUBLE) AS simplified,
    CAST(new_business AS DOUBLE) AS new_business,
    CAST(jobs_planned AS DOUBLE) AS jobs_planned,
    CAST(jobs_kept AS DOUBLE) AS jobs_kept,
    guaranteed,
    product,
    term_months,
    CAST(related_party AS DOUBLE) AS related_party
FROM applications
