"""One PD model per lifecycle stage: fit, blend, calibrate, validate. Fitted models are saved under data/, not here."""
