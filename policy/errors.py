"""The base class of every error a person can mend; it lies here because every package may import `policy`."""


class MendableError(ValueError):
    """What a person can mend: data, a mapping, parameters, a missing file. The message says what was wanted and came.

    The command line prints the message as one line and leaves with `exit_code`. Any other exception is a fault of the
    program: it keeps its traceback. A plain ValueError is one of those, whoever raised it.
    """

    exit_code: int = 1
