"""Applicants an older policy refused: their share, and how much riskier they may be before the limit is exceeded."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, logit

from policy.digits import rounded_number

Floats = NDArray[np.float64]
LARGEST = 1000.0
"""Odds multiplier beyond which the answer is «any»."""
SHOWN: Sequence[float] = (1.0, 1.5, 2.0, 3.0)
"""Odds multipliers whose ratio is told beside the largest one."""


@dataclass(frozen=True)
class SwapIns:
    """What approving the old policy's rejects with a PD within the cut-off would risk.

    `share` of the exposure of the whole new book; `gamma` the largest multiplier of their odds of default at which the
    book still meets the tolerance: None where it misses it even at 1, LARGEST where no multiplier exceeds it;
    `manski_share` the largest share that could all default; `ratios` pairs of a multiplier of SHOWN and the default
    ratio of the whole new book at it.
    """

    applications: int
    share: float
    gamma: float | None
    manski_share: float
    ratios: tuple[tuple[float, float], ...] = ()


def swap_ins(
    accepted_ratio: float, accepted_exposure: float, pd_: Floats, exposure: Floats, tolerance: float
) -> SwapIns:
    """Sensitivity of one class: (1 - s) R + s mean sigma(logit PD + ln gamma) <= tolerance, solved for gamma.

    `accepted_ratio` is R, the NPL ratio of the certified book; `pd_` and `exposure` are those of rejected applicants
    with a PD within the cut-off. Rosenbaum-style bound on unmeasured selection; Manski 1989 for the share.
    """
    total = accepted_exposure + float(exposure.sum())
    share = float(exposure.sum()) / total if total > 0 else 0.0
    room = max(0.0, tolerance - accepted_ratio)
    manski = room / (1 - accepted_ratio) if accepted_ratio < 1 else 0.0

    def ratio(gamma: float) -> float:
        odds = expit(logit(pd_) + np.log(gamma))
        return (1 - share) * accepted_ratio + share * float(np.average(odds, weights=exposure))

    if share == 0:
        return SwapIns(0, 0.0, LARGEST if accepted_ratio <= tolerance else None, manski)
    shown = tuple((gamma, rounded_number(ratio(gamma))) for gamma in SHOWN)
    if ratio(1.0) > tolerance:
        return SwapIns(len(pd_), share, None, manski, shown)
    gamma = LARGEST if ratio(LARGEST) <= tolerance else float(brentq(lambda g: ratio(g) - tolerance, 1.0, LARGEST))
    return SwapIns(len(pd_), share, gamma, manski, shown)
