"""One PD model per lifecycle stage: fit, blend, calibrate, validate. Fitted models lie under data/, not here."""
