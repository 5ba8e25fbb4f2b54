"""Tests of a finished run's PDs by group, each beside its limit, and the findings they give."""
