"""A model in use: scored batches and what became of them, month by month, beside the limits of policy."""
