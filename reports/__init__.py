"""Figures, committee memo, report; Chinese and English from one catalogue."""
