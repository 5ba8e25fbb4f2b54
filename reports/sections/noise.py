"""How far a realised ratio by amounts may lie from what was expected by sampling alone."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from models.validation.calibration_tests import jeffreys_interval
from models.validation.labelled_sample import effective_loans


class Interval(NamedTuple):
    """Lower and upper end [fraction]."""

    low: float
    high: float


def ratio_interval(loans: pd.DataFrame) -> Interval | None:
    """95 % interval of the defaulted share of `amount`; None without an amount. Years shared by loans are not in it.

    Jeffreys interval at the effective number of loans (Korn and Graubard 1998, Survey Methodology 24).

    >>> hundred = pd.DataFrame({"amount": [1.0] * 100, "defaulted": [1.0] * 4 + [0.0] * 96})
    >>> [round(end, 3) for end in ratio_interval(hundred)]
    [0.014, 0.092]
    """
    amount, bad = loans["amount"].to_numpy(dtype=np.float64), loans["defaulted"].to_numpy(dtype=np.float64)
    total = float(amount.sum())
    if total <= 0:
        return None
    size = effective_loans(bad, amount)
    return Interval(*jeffreys_interval(min(float(amount @ bad) / total, 1.0) * size, size))
