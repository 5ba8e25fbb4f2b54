"""The fallback for a stage of few defaults, where a bank asks for it: upper bounds of its PD by score class.

So few defaults tell neither level nor slope of a calibration. What they do tell is how high the PD may be: the loans
are put in score classes by the pooled stack, and each class has the bound of `models.fitting.upper_bounds`. It
rests on the order of the pooled score; where that tells nothing in this stage, the bounds hold all the same, since each
class then has the PD of all.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.special import logit

from models.errors import ModelError
from models.fitting.calibration import LEAST_SLOPE, Curve
from models.fitting.params import NO_FALLBACK, TrainParams
from models.fitting.upper_bounds import prudent_bounds
from policy.digits import rounded, rounded_number

HIGHEST = 0.9999
"""Highest PD of a class, so that its log-odds are finite where all of its loans defaulted."""
EVEN = 1e-9
"""How far weights may be apart and count as equal [fraction]."""
APART = 1e-3
"""Lowest scores of classes are multiples of this [log-odds], so that the curve rises visibly between two of them."""


class ScoreClass(NamedTuple):
    """Loans from one pooled score up to the next class: lowest score [log-odds], loans, defaults, bound of the PD."""

    from_score: float
    loans: int
    defaults: int
    pd: float


@dataclass(frozen=True)
class Counted:
    """Loans with a known outcome that the bounds are made from: pooled score, outcome 0 or 1, weight."""

    score: np.ndarray
    defaulted: np.ndarray
    weight: np.ndarray


def falls_back(defaults: int, params: TrainParams) -> bool:
    """Whether a stage of so many development defaults gets the fallback."""
    return params.fallback != NO_FALLBACK and defaults < params.fallback_defaults


def bounded(counted: Counted, params: TrainParams, stage: str) -> tuple[Curve, tuple[ScoreClass, ...]]:
    """Curve from the pooled score to the log-odds of the bounds, and the classes behind it, best first.

    The curve has the bound of a class at its lowest score and rises straight to that of the next one, so that no loan
    has a PD below the bound of its class and a higher score never has a lower PD. In the worst class it goes on as
    steep as from the best to the worst; below the lowest score it hardly falls.

    Raises
    ------
    ModelError
        When no loan has a known outcome, or weights differ: a bound counts loans.
    """
    if len(counted.score) == 0:
        message = f"stage {stage}: the fallback wanted loans with a known outcome; there is none"
        raise ModelError(message)
    if np.ptp(counted.weight) > EVEN * counted.weight.mean():
        message = (
            f"stage {stage}: the fallback counts loans and wanted equal weights; got weights from "
            f"{counted.weight.min():.4g} to {counted.weight.max():.4g}"
        )
        raise ModelError(message)
    classes = _classes(counted, params)
    return _curve(classes), classes


def facts_of(classes: tuple[ScoreClass, ...], params: TrainParams) -> dict[str, Any]:
    """What a model says of its fallback: how it was made, and its classes."""
    return {
        "method": params.fallback,
        "below": params.fallback_defaults,
        "confidence": params.fallback_confidence,
        "rho": params.fallback_rho,
        "classes": [found._asdict() for found in classes],
    }


def _classes(counted: Counted, params: TrainParams) -> tuple[ScoreClass, ...]:
    """Classes of about equally many loans; fewer of them where many loans share a score."""
    first = np.arange(params.fallback_classes) * len(counted.score) // params.fallback_classes
    # Rounded down: the loan at the edge stays in the class.
    edges = rounded(np.unique(np.floor(np.sort(counted.score)[first] / APART)) * APART)
    place = np.maximum(np.searchsorted(edges, counted.score, side="right") - 1, 0)
    # A score the last bit below a multiple of APART may leave its class empty: such a class is none.
    kept, at = np.unique(place, return_inverse=True)
    edges = edges[kept]
    loans = np.bincount(at, minlength=len(edges)).tolist()
    defaults = np.bincount(at[counted.defaulted == 1], minlength=len(edges)).tolist()
    bounds = prudent_bounds(defaults, loans, params.fallback_confidence, params.fallback_rho)
    return tuple(
        ScoreClass(float(edge), loans[number], defaults[number], rounded_number(bounds[number]))
        for number, edge in enumerate(edges)
    )


def _curve(classes: tuple[ScoreClass, ...]) -> Curve:
    scores = [found.from_score for found in classes]
    heights = [float(logit(min(found.pd, HIGHEST))) for found in classes]
    for number in range(1, len(classes)):
        least = heights[number - 1] + LEAST_SLOPE * (scores[number] - scores[number - 1])
        heights[number] = max(heights[number], least)
    on = LEAST_SLOPE if len(classes) == 1 else (heights[-1] - heights[0]) / (scores[-1] - scores[0])
    ends = (scores[0] - 1, *scores, scores[-1] + 1), (heights[0] - LEAST_SLOPE, *heights, heights[-1] + on)
    return Curve(*(tuple(rounded(np.array(end)).tolist()) for end in ends))
