"""Contributions of a blend from tables: exact, and about as fast as its score."""
