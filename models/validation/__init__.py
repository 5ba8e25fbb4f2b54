"""Validation metrics of scored loans: discrimination, calibration, stability."""
