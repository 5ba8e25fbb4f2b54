"""What a Brier score consists of: Murphy's decomposition over bins of equal weight."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from models.validation.labelled_sample import bin_of, labelled_pds, quantile_edges


class Murphy(NamedTuple):
    """Parts of a Brier score: brier = reliability - resolution + uncertainty + within.

    `reliability` is the squared gap of PDs and rates by bin (0 is best), `resolution` the spread of the rates of bins,
    `uncertainty` the variance of the outcome, `within` what PDs that differ within a bin add.
    """

    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float


def murphy(defaulted: ArrayLike, pd_: ArrayLike, weight: ArrayLike | None = None, bins: int = 10) -> Murphy:
    """Parts of the Brier score, by weight.

    Murphy 1973, Journal of Applied Meteorology 12; `within`: Stephenson, Coelho and Jolliffe 2008, Weather and
    Forecasting 23, the variance of PDs within bins less twice their covariance with outcomes.

    Raises
    ------
    ValueError
        When the loans are not fit to use or bins is below 1.
    """
    loans = labelled_pds(defaulted, pd_, weight)
    where = bin_of(loans.score, quantile_edges(loans.score, loans.weight, bins))
    share = np.bincount(where, loans.weight)
    held = np.where(share > 0, share, 1.0)
    pds, rates = (np.bincount(where, loans.weight * of) / held for of in (loans.score, loans.defaulted))
    total = loans.weight.sum()
    base = float(np.dot(loans.weight, loans.defaulted) / total)
    apart, missed = loans.score - pds[where], loans.defaulted - rates[where]
    return Murphy(
        brier=float(np.dot(loans.weight, (loans.score - loans.defaulted) ** 2) / total),
        reliability=float(np.dot(share, (pds - rates) ** 2) / total),
        resolution=float(np.dot(share, (rates - base) ** 2) / total),
        uncertainty=base * (1 - base),
        within=float(np.dot(loans.weight, apart**2 - 2 * apart * missed) / total),
    )
