"""What goes wrong with a registry, as one error, and a promotion that is refused, as another."""

from policy.errors import MendableError


class RegistryError(MendableError):
    """A registry cannot be read or written, or holds no such version: the message says what was wanted and came."""


class PromotionError(MendableError):
    """A promotion was refused: a gate does not hold, and nobody overrode it."""

    exit_code = 6  # a script can tell it from bad input (1) and from a monitor (5)
