"""Fitting: from loans to the PD model of a stage, and which applicants are like the loans with outcomes."""
