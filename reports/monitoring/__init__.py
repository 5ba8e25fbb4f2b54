"""The page of the monitoring of a model in use."""
