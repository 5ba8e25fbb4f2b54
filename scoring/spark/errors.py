"""What a person can mend when a batch is scored on Spark."""

from policy.errors import MendableError


class SparkError(MendableError):
    """Spark cannot be started or cannot use what it was given: the message says what was wanted and came."""
