"""A certified cut-off from plain arrays: what may be approved so that a ratio of amounts stays within a tolerance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

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
            return f"Not certifiable at a tolerance of {self.tolerance:.2%}: {why}."
        return (
            f"Approving a PD up to {self.cut_off:.4g} keeps the default ratio by amounts at or below "
            f"{self.tolerance:.2%}, wrong with probability at most {self.delta:.0%}, over {UNITED}; "
            f"it approves {self.approved_share:.0%} of the exposure."
        )


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
        When arrays differ in length or hold what is no probability, outcome, amount or weight; when `tolerance` or
        `delta` is not between 0 and 1.
    """
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
