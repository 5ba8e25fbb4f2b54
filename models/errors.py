"""What goes wrong with models, as one error."""


class ModelError(ValueError):
    """A model cannot be fitted, opened or applied: the message says what was wanted, what came and where."""
