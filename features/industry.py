"""Parts of an industry code of GB/T 4754: the letter of its section, which may be left out, then two to four digits.

The division (two digits) is the grain of peers and of the intercepts of the stage models.
"""

import pandas as pd

from features.once import once

_DIGITS = r"^[A-T]?(\d{{{}}})"
DIVISION = _DIGITS.format(2)
"""Pattern whose group is the division of a code; saved with a model, which may run where this module is not."""


def division(industry: pd.Series) -> pd.Series:
    """First two digits of each code; missing where it has none."""
    return _extracted(industry, DIVISION)


def group(industry: pd.Series) -> pd.Series:
    """First four digits of each code; missing where it is shorter."""
    return _extracted(industry, _DIGITS.format(4))


def whole(industry: pd.Series) -> pd.Series:
    """The two to four digits of each code without its letter; missing where anything else follows them."""
    return _extracted(industry, _DIGITS.format("2,4") + "$")


def _extracted(industry: pd.Series, pattern: str) -> pd.Series:
    return once(industry.astype("str"), lambda codes: codes.str.extract(pattern, expand=False))
