"""Fitting: from loans to the PD model of a stage, and where the labelled loans are like the applicants."""
