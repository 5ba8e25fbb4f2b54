"""The model-validation report: chapters for a model-risk committee, and the model card beside it."""
