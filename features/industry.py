"""Parts of an industry code of GB/T 4754: the letter of its section, which may be left out, then two to four digits.

The division (two digits) is the grain of peers and of the intercepts of the stage models.
"""

import pandas as pd

_DIGITS = r"^[A-T]?(\d{{{}}})"
DIVISION = _DIGITS.format(2)
"""Pattern whose group is the division of a code; saved with a model, which may run where this module is not."""


def division(industry: pd.Series) -> pd.Series:
    """First two digits of each code; missing where it has none."""
    return industry.astype("str").str.extract(DIVISION, expand=False)


def group(industry: pd.Series) -> pd.Series:
    """First four digits of each code; missing where it is shorter."""
    return industry.astype("str").str.extract(_DIGITS.format(4), expand=False)


def whole(industry: pd.Series) -> pd.Series:
    """The two to four digits of each code without its letter; missing where anything else follows them."""
    return industry.astype("str").str.extract(_DIGITS.format("2,4") + "$", expand=False)
