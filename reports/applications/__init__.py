"""Every application of a run: the list to search, and the memos opened from it."""
