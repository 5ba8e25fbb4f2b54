"""Region and industry intercepts of a stage, shrunk towards zero, kept only where they lower out-of-fold log-loss."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, log_expit

from features.industry import DIVISION, division
from policy.digits import rounded, rounded_number

GROUP_EFFECTS = ("province", "industry")
"""Columns of the feature table that a stage may get intercepts for; industry by its first two digits."""
PATTERNS = {"industry": DIVISION}
"""Pattern by whose first group a column is grouped, where it is not taken as it is."""
LARGEST = 1.0
"""No intercept is larger than this [log-odds]."""
NEWTON_STEPS = 6
ERRORS = 2.0
"""Standard errors a gain must exceed to count."""


@dataclass(frozen=True)
class GroupEffect:
    """Intercepts of one effect [log-odds] by group, 0 for others; `gain` is the out-of-fold log-loss saved [nats]."""

    name: str
    intercepts: Mapping[str, float]
    gain: float

    def of(self, table: pd.DataFrame) -> np.ndarray:
        """Intercept of each row of a feature table."""
        return group_of(table, self.name).map(dict(self.intercepts)).fillna(0.0).to_numpy(dtype="float64")


def group_of(table: pd.DataFrame, effect: str) -> pd.Series:
    """Group of each row: the province as it is, the first two digits of the industry code."""
    if effect == "industry":
        return division(table["industry"])
    return table[effect]


def shrunk(group: pd.Series, logit: np.ndarray, defaulted: np.ndarray, weight: np.ndarray) -> dict[str, float]:
    """Empirical-Bayes intercepts by group for loans scored with `logit`.

    Newton's method gives each group's residual logit, the sandwich form its variance, so that weights count correctly;
    the variance between groups is found by moments (as DerSimonian and Laird 1986, around zero), and the
    estimate is shrunk by between / (between + within). No variance between groups gives no intercepts.
    """
    names, at = np.unique(group.fillna("").to_numpy(dtype="str"), return_inverse=True)
    effect = np.zeros(len(names))
    for _ in range(NEWTON_STEPS):
        p = expit(logit + effect[at])
        gradient = np.bincount(at, weight * (defaulted - p))
        information = np.bincount(at, weight * p * (1 - p))
        effect = np.clip(effect + gradient / np.maximum(information, 1e-12), -LARGEST, LARGEST)
    squares = np.bincount(at, (weight * (defaulted - expit(logit + effect[at]))) ** 2)
    usable = (names != "") & (information > 0) & (squares > 0)
    if usable.sum() < 2:
        return {}
    return _towards_zero(names[usable], effect[usable], squares[usable] / information[usable] ** 2)


def _towards_zero(names: np.ndarray, effect: np.ndarray, within: np.ndarray) -> dict[str, float]:
    """Effects multiplied by between / (between + within); none where groups do not differ from zero.

    Between groups by moments around zero: the excess of sum effect^2 / within over its mean under no effect.
    """
    excess = float((effect**2 / within).sum()) - len(names)
    between = max(0.0, excess / float((1 / within).sum()))
    if between == 0:
        return {}
    values = rounded(effect * between / (between + within))
    return {str(name): float(value) for name, value in zip(names, values, strict=True)}


def kept_group_effects(
    table: pd.DataFrame,
    logit: np.ndarray,
    defaulted: np.ndarray,
    weight: np.ndarray,
    fold: np.ndarray,
    late: np.ndarray,
) -> tuple[GroupEffect, ...]:
    """Group effects that lower the out-of-fold log-loss twice: estimated on the other folds, and on earlier loans.

    `logit` are out-of-fold scores. `late` marks the latest loans, whose log-loss the intercepts of the earlier ones
    must lower too: a difference that holds across folds of the same years, but not from one year to the next, is no
    effect. Both gains must exceed twice their standard error. Effects are tried one after the other.
    """
    kept: list[GroupEffect] = []
    margin = np.asarray(logit, dtype="float64")
    for name in GROUP_EFFECTS:
        group = group_of(table, name)
        held = [fold == number for number in np.unique(fold)]
        gain = _gain(group, margin, defaulted, weight, held)
        if gain.is_real and _gain(group, margin, defaulted, weight, [late]).is_real:
            effect = GroupEffect(name, shrunk(group, margin, defaulted, weight), rounded_number(gain.value))
            margin = margin + effect.of(table)
            kept.append(effect)
    return tuple(effect for effect in kept if effect.intercepts)


@dataclass(frozen=True)
class _Gain:
    """Log-loss saved per loan and its standard error [nats]."""

    value: float
    error: float

    @property
    def is_real(self) -> bool:
        return self.value > ERRORS * self.error


def _gain(
    group: pd.Series, margin: np.ndarray, defaulted: np.ndarray, weight: np.ndarray, held: list[np.ndarray]
) -> _Gain:
    """What intercepts estimated on the other rows of each mask save on its rows, paired loan by loan."""
    saved, share = [], []
    for out in held:
        found = shrunk(group[~out], margin[~out], defaulted[~out], weight[~out])
        moved = margin[out] + group[out].map(found).fillna(0.0).to_numpy(dtype="float64")
        sign = np.where(defaulted[out] > 0, 1.0, -1.0)
        saved.append(log_expit(sign * moved) - log_expit(sign * margin[out]))
        share.append(weight[out])
    each, w = np.concatenate(saved), np.concatenate(share)
    if not w.sum() > 0:
        return _Gain(0.0, 0.0)
    mean = float((w * each).sum() / w.sum())
    return _Gain(mean, float(np.sqrt(((w * (each - mean)) ** 2).sum()) / w.sum()))
