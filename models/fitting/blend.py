"""Blending two scores: the share of the first by out-of-fold log-loss, and two boosters as one that is their blend."""

from collections.abc import Iterator

import numpy as np
from scipy.special import log_expit

from models.fitting.booster import Booster
from models.fitting.calibration import fit_platt
from models.fitting.params import TrainParams
from policy.digits import rounded_number

SCALED = ("leaf_value", "internal_value")
"""Lines of a tree in LightGBM's text whose numbers are on the scale of the score."""


def blend_share(
    first: np.ndarray, second: np.ndarray, defaulted: np.ndarray, weight: np.ndarray, params: TrainParams
) -> float:
    """Share of the first score, a step of the grid over 0..1: its tempered mean by out-of-fold log-loss after Platt.

    Each share on the grid counts by exp(-n (loss - lowest loss) / temperature), n being the effective number of rows:
    the share is the best one where the loans speak clearly, and nears one half where they are mute, since the lowest
    loss alone follows noise and the years of the folds. Tempered likelihood: Grünwald and van Ommen 2017, Inconsistency
    of Bayesian inference for misspecified linear models, and a proposal for repairing it (Bayesian Analysis 12).
    """
    grid = np.linspace(0, 1, params.lambda_steps)
    sign = np.where(defaulted > 0, 1, -1)
    losses = np.empty(len(grid))
    for at, share in enumerate(grid):
        score = share * first + (1 - share) * second
        intercept, slope = fit_platt(score, defaulted, weight, params.slope_ridge)
        losses[at] = -float((weight * log_expit(sign * (intercept + slope * score))).sum() / weight.sum())
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    counts = np.exp(-effective * (losses - losses.min()) / params.share_temperature)
    mean = rounded_number((grid * counts).sum() / counts.sum())
    return round(float(grid[int(np.abs(grid - mean).argmin())]), 6)


def blended(first: Booster, second: Booster, share: float) -> Booster:
    """The booster whose score is share · first + (1 - share) · second: the trees of both, their leaves scaled.

    Scores, baselines and contributions are sums over trees, so those of the blend are the blends of those. Both must
    read the same columns; a share of 0 or 1 gives one of them as it is.
    """
    if share in (0.0, 1.0):
        return first if share == 1.0 else second
    scaled = [*_scaled(first.text, share), *_scaled(second.text, 1 - share)]
    numbered = "".join(f"\nTree={number}\n{tree}" for number, tree in enumerate(scaled))
    return Booster(f"{_head(first.text)}{numbered}\nend of trees\n")


def _head(text: str) -> str:
    """What stands before the trees, without their sizes, which the reader then finds itself."""
    return "\n".join(line for line in text.split("\nTree=", 1)[0].split("\n") if not line.startswith("tree_sizes="))


def _scaled(text: str, share: float) -> Iterator[str]:
    """Every tree of a booster's text, without its number, with its values times `share`."""
    for block in text.split("\nend of trees")[0].split("\nTree=")[1:]:
        lines = (line.partition("=") for line in block.split("\n")[1:])
        yield "\n".join(
            f"{name}={' '.join(repr(share * float(number)) for number in numbers.split())}"
            if name in SCALED
            else f"{name}{equals}{numbers}"
            for name, equals, numbers in lines
        )
