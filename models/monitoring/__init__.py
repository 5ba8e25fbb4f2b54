"""Tests of a model in use that are looked at month after month, with one false-alarm probability for all looks."""
