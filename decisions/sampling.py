"""How the certification loans were drawn, and what that makes of a default ratio.

`inclusion`: weights known before the outcome (1, or 1/q for a loan kept with probability q); they multiply exposures.
`outcome`: a case-control sample, one weight for defaulted and one for other loans. Then the odds of the unweighted
sample ratio are the population's odds times w_good / w_bad, whatever the cut-off (Prentice and Pyke 1979), so the test
runs on unweighted exposures against the tolerance moved to the sample's odds. Multiplying by outcome weights instead
would feed the label into the exposures, and the test would be wrong.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from decisions.weighted_binomial import book
from policy.errors import MendableError

Floats = NDArray[np.float64]
Design = Literal["outcome", "inclusion"]
DESIGNS: tuple[str, ...] = get_args(Design)


@dataclass(frozen=True)
class Sample:
    """Certification loans in ascending rank, shape (loans,), with what the design makes of them.

    `rank` is the order in which they are admitted, the PD itself where nothing else is said.
    `exposure` is what the test sums; `weight` how many loans of the population one loan represents, by its outcome
    where the design says so; `expected_weight` the same without the label, from the PD; `odds` the sample's odds of
    default over the population's.
    """

    pd_: Floats
    exposure: Floats
    defaulted: NDArray[np.bool_]
    weight: Floats
    expected_weight: Floats
    amount: Floats
    odds: float
    rank: Floats

    def in_sample(self, ratio: Floats | float) -> Floats:
        """Ratio in this sample that a population ratio shows as [fraction]."""
        return _times_odds(ratio, self.odds)

    def in_population(self, ratio: Floats | float) -> Floats:
        """Ratio in the population that belongs to a sample ratio [fraction]."""
        return _times_odds(ratio, 1 / self.odds)


def _times_odds(ratio: Floats | float, factor: float) -> Floats:
    """Probability whose odds are `factor` times those of `ratio`.

    >>> float(_times_odds(0.2, 4.0))
    0.5
    """
    share = np.asarray(ratio, dtype=np.float64)
    scaled: Floats = np.asarray(factor * share / (1 - share + factor * share))
    return scaled


def sample(
    pd_: ArrayLike,
    exposure: ArrayLike,
    defaulted: ArrayLike,
    weight: ArrayLike,
    design: str,
    outcome_weights: tuple[float, float] | None = None,
    rank: ArrayLike | None = None,
) -> Sample | None:
    """Loans sorted by `rank`, by PD without one, with their weights.

    None when a case-control class holds one outcome of unknown odds.

    `outcome_weights` (not defaulted, defaulted) are those of the whole sample; without them they are read from the
    loans, and a class in which nobody or everybody defaulted has no odds to read.

    Raises
    ------
    MendableError
        When the design is unknown, a PD or a weight is not fit to use, or more than one weight occurs in an outcome.
    """
    if design not in DESIGNS:
        message = f"design must be one of {', '.join(DESIGNS)}; got {design!r}"
        raise MendableError(message)
    loans = book(exposure, defaulted)
    probability = _column("PD", pd_, loans.exposure.size, high=1.0)
    weights = _column("weight", weight, loans.exposure.size)
    place = probability if rank is None else _column("rank", rank, loans.exposure.size)
    order = np.argsort(place, kind="stable")
    p, w, amount, bad = probability[order], weights[order], loans.exposure[order], loans.defaulted[order]
    if design == "inclusion":
        return Sample(p, amount * w, bad, w, w, amount, 1.0, place[order])
    good_weight, bad_weight = _one_weight("not defaulted", w[~bad]), _one_weight("defaulted", w[bad])
    if outcome_weights is not None:
        good_weight, bad_weight = _agreed(outcome_weights, (good_weight, bad_weight))
    if good_weight is None or bad_weight is None:
        return None
    expected = 1 / (p / bad_weight + (1 - p) / good_weight)
    return Sample(p, amount, bad, w, expected, amount, good_weight / bad_weight, place[order])


def _column(name: str, values: ArrayLike, loans: int, high: float = np.inf) -> Floats:
    column = np.asarray(values, dtype=np.float64)
    if column.shape != (loans,):
        message = f"wanted one {name} for each of {loans} loans; got shape {column.shape}"
        raise MendableError(message)
    fit = np.isfinite(column) & (column > 0) & (column < high)
    if not fit.all():
        bound = "" if np.isinf(high) else f" and below {high:g}"
        message = f"{name} must be above 0{bound}; got {column[~fit][0]} for {int((~fit).sum())} of {loans} loans"
        raise MendableError(message)
    return column


def _one_weight(outcome: str, weights: Floats) -> float | None:
    distinct = np.unique(weights)
    if distinct.size > 1:
        message = (
            f"a sample drawn by outcome has one weight for loans {outcome}; got {distinct.size} "
            f"from {distinct[0]:g} to {distinct[-1]:g}: if the weights were known before the outcome, "
            "the design is 'inclusion'"
        )
        raise MendableError(message)
    return float(distinct[0]) if distinct.size else None


def _agreed(stated: tuple[float, float], found: tuple[float | None, float | None]) -> tuple[float, float]:
    for outcome, wanted, got in zip(("not defaulted", "defaulted"), stated, found, strict=True):
        if got is not None and not np.isclose(wanted, got):
            message = f"outcome weight of loans {outcome} is stated as {wanted:g}; the loans carry {got:g}"
            raise MendableError(message)
        if not wanted > 0:
            message = f"outcome weight of loans {outcome} must be above 0; got {wanted:g}"
            raise MendableError(message)
    return stated
