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
    guaranteed
FROM applications
