"""Scores by dated policy rules, and their logic."""
