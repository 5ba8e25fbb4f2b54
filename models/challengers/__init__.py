"""Challengers of the stage models, and the comparison with them."""
