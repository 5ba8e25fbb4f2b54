"""A certified cut-off from plain arrays: what may be approved so that a ratio of amounts stays within a tolerance."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

import numpy as np
from numpy.typing import ArrayLike
from pandas import DataFrame, Series

from decisions.certificate import Certificate
from decisions.certificate import certify as certify_class

UNITED = "loans drawn from the same population as these"
WHY_NOT = {
    "start_failed": "the first cut-off tested failed",
    "too_few_loans": "too few loans: none could pass, even without a default",
    "no_loans": "there is no loan",
    "one_outcome_only": "all loans have one outcome",
}


@dataclass(frozen=True)
class Guarantee:
    """What `certify` found: the cut-off, what it guarantees, and the evidence.

    `cut_off` is the highest PD that may be approved, None where nothing is certified. `observed` is the default ratio
    by amounts of the loans approved, `upper_bound` its upper confidence bound, `approved_share` their part of all
    exposure [fractions]. `certificate` is the whole record.
    """

    cut_off: float | None
    tolerance: float
    delta: float
    observed: float | None
    upper_bound: float | None
    approved_share: float
    certificate: Certificate

    @property
    def certified(self) -> bool:
        """Whether a cut-off is certified."""
        return self.cut_off is not None

    def __str__(self) -> str:
        """What is guaranteed, and what is not, in one sentence."""
        if self.cut_off is None:
            why = WHY_NOT.get(self.certificate.reason, self.certificate.reason)
            return f"Not certifiable at a tolerance of {_exact(self.tolerance)}: {why}."
        return (
            f"Approving a PD up to {_down(self.cut_off)} keeps the default ratio by amounts at or below "
            f"{_exact(self.tolerance)}, wrong with probability at most {_up(self.delta)}, over {UNITED}; "
            f"it approves {_whole(self.approved_share)} of the exposure."
        )


# No figure of the sentence may promise more than the certificate does.


def _down(cut_off: float) -> str:
    """A PD with eight significant digits, as PDs are stored, never more than it is."""
    return f"{float(Context(prec=8, rounding=ROUND_FLOOR).create_decimal(repr(float(cut_off)))):.8g}"


def _percent(share: float) -> Decimal:
    return Decimal(repr(float(share))) * 100


def _exact(share: float) -> str:
    """A share in percent with all its digits, two of them at least."""
    value = _percent(share).normalize()
    places = max(2, -int(value.as_tuple().exponent))
    return f"{value:.{places}f}%"


def _up(share: float) -> str:
    """A share in percent with at most two decimals, never less than it is."""
    return f"{float(_percent(share).quantize(Decimal('0.01'), ROUND_CEILING)):g}%"


def _whole(share: float) -> str:
    """A share in whole percent, never more than it is."""
    return f"{_percent(share).quantize(Decimal(1), ROUND_FLOOR)}%"


def certify(
    pd: ArrayLike,
    default: ArrayLike,
    exposure: ArrayLike,
    tolerance: float,
    *,
    delta: float = 0.10,
    weight: ArrayLike | None = None,
    grid: int = 60,
) -> Guarantee:
    """The highest PD at which approving keeps the default ratio by amounts within `tolerance`; arrays by loan.

    `pd` are PDs from a model that saw none of these loans; `default` 0 or 1 over the window of the PD; `exposure` the
    amounts; `weight` how many loans of the population each stands for, known before its outcome. Whatever the true
    ratio is, the chance that the one of the cut-off is above `tolerance` is at most `delta`
    (`decisions.certificate`). A year unlike those of the loans is not covered: leave a margin in `tolerance`.

    Raises
    ------
    ValueError
        When Series have unlike indexes, since they are joined by position; when arrays differ in length or
        hold what is no probability, outcome, amount or weight; when `tolerance` or `delta` is not between 0 and 1.
    """
    _require_one_index({"pd": pd, "default": default, "exposure": exposure, "weight": weight})
    loans = np.size(np.asarray(pd))
    weights = np.ones(loans) if weight is None else weight
    found = certify_class(pd, exposure, default, weights, tolerance, delta, design="inclusion", grid=grid).certificate
    return Guarantee(
        found.cut_off,
        tolerance,
        delta,
        found.observed_ratio,
        found.upper_bound,
        found.approved_share_exposure,
        found,
    )


def _require_one_index(given: Mapping[str, object]) -> None:
    """Nothing, when those that have an index have the same one, in the same order."""
    known = [(name, part.index) for name, part in given.items() if isinstance(part, Series | DataFrame)]
    for name, index in known[1:]:
        if not index.equals(known[0][1]):
            message = f"wanted {known[0][0]} and {name} with the same index in the same order; theirs are not the same"
            raise ValueError(message)
