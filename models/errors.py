"""What goes wrong with models, as one error."""

from policy.errors import MendableError


class ModelError(MendableError):
    """A model cannot be fitted, opened or applied: the message says what was wanted, what came and where."""
