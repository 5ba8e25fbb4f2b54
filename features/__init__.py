"""What the model may know on the day of decision: as-of quantities, feature functions, the catalogue."""
