"""Stage, size class and scores by dated policy rules."""
