"""An additive score of step functions: one piecewise constant function per feature, and a baseline by period.

Trees of a single feature and a linear part on binned features both are such functions; kept as such they are read,
explained and audited exactly, and two of them add up to one.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

DECIMALS = 6
"""Decimals of stored values [log-odds]: fewer than kinds of CPU agree on."""


@dataclass(frozen=True)
class StepFunction:
    """`values[i]` [log-odds] where thresholds[i - 1] < value <= thresholds[i], `missing` for a missing value.

    `mean` is its average over the loans it was fitted on, from which contributions are measured; a missing value counts
    as it where `missing` is None: none was met when the function was fitted.
    """

    thresholds: tuple[float, ...]
    values: tuple[float, ...]
    missing: float | None
    mean: float

    @property
    def lost(self) -> float:
        """The function at a missing value."""
        return self.mean if self.missing is None else self.missing

    def __post_init__(self) -> None:
        """Refuse thresholds that do not rise, and numbers of values that do not fit them."""
        if len(self.values) != len(self.thresholds) + 1:
            message = (
                f"a step function of {len(self.thresholds)} thresholds wants {len(self.thresholds) + 1} values; "
                f"got {len(self.values)}"
            )
            raise ValueError(message)
        if (np.diff(self.thresholds) <= 0).any():
            message = f"a step function wants rising thresholds; got {self.thresholds}"
            raise ValueError(message)

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """The function at each value; shape of `values`."""
        at = np.searchsorted(np.asarray(self.thresholds), values, side="left")
        return np.where(np.isnan(values), self.lost, np.asarray(self.values)[np.minimum(at, len(self.thresholds))])


@dataclass(frozen=True)
class Steps:
    """Log-odds = base + sum of the step functions of `functions` (features without one say nothing) + baseline."""

    features: tuple[str, ...]
    functions: Mapping[str, StepFunction]
    base: float
    by_period: tuple[float, ...] = (0.0,)

    @property
    def trees(self) -> int:
        """Nought: step functions are no trees any more."""
        return 0

    @cached_property
    def _at(self) -> dict[int, StepFunction]:
        return {at: self.functions[name] for at, name in enumerate(self.features) if name in self.functions}

    def values(self, features: pd.DataFrame) -> np.ndarray:
        """The feature columns in their order, as numbers."""
        return features[list(self.features)].to_numpy(dtype="float64")

    def _columns(self, features: pd.DataFrame | np.ndarray) -> np.ndarray:
        return self.values(features) if isinstance(features, pd.DataFrame) else features

    def raw_score(self, features: pd.DataFrame | np.ndarray, threads: int = 2) -> np.ndarray:
        """Log-odds of default in the first period, one per row; `threads` changes nothing."""
        columns = self._columns(features)
        total = np.full(len(columns), self.base)
        for at, function in self._at.items():
            total += function(columns[:, at])
        return total

    def baseline(self, periods: int) -> np.ndarray:
        """g(k) - g(0) for each period k [log-odds], shape (periods,); the last known one goes on."""
        known = np.asarray(self.by_period)
        return np.asarray(known[np.minimum(np.arange(periods), len(known) - 1)])

    def contributions(self, features: pd.DataFrame | np.ndarray, threads: int = 2) -> np.ndarray:
        """Each function less its mean, shape (rows, features + 1); the last column is the base value.

        These are the SHAP values of an additive score: no feature depends on another (Lundberg and Lee 2017, A unified
        approach to interpreting model predictions, corollary 1).
        """
        columns = self._columns(features)
        found = np.zeros((len(columns), len(self.features) + 1))
        found[:, -1] = self.base + sum(function.mean for function in self.functions.values())
        for at, function in self._at.items():
            found[:, at] = function(columns[:, at]) - function.mean
        return found

    @cached_property
    def text(self) -> str:
        """The functions as JSON, which opens after any refactoring of ours."""
        content = {
            "features": list(self.features),
            "base": self.base,
            "by_period": list(self.by_period),
            "functions": {
                name: {
                    "thresholds": list(f.thresholds),
                    "values": list(f.values),
                    "missing": f.missing,
                    "mean": f.mean,
                }
                for name, f in self.functions.items()
            },
        }
        return json.dumps(content, ensure_ascii=False, indent=0) + "\n"


def from_text(text: str) -> Steps:
    """The step functions of `Steps.text`."""
    content: dict[str, Any] = json.loads(text)
    functions = {
        name: StepFunction(tuple(f["thresholds"]), tuple(f["values"]), f["missing"], f["mean"])
        for name, f in content["functions"].items()
    }
    return Steps(tuple(content["features"]), functions, content["base"], tuple(content["by_period"]))


def added(parts: Sequence[tuple[float, Steps]]) -> Steps:
    """The weighted sum of step functions of the same features as one.

    Raises
    ------
    ValueError
        When there is none, or their features differ.
    """
    if len({steps.features for _, steps in parts}) != 1:
        message = f"wanted step functions of the same features to add; got {len(parts)} with other features, or none"
        raise ValueError(message)
    names = dict.fromkeys(name for _, steps in parts for name in steps.functions)
    functions = {name: _sum([(w, s.functions[name]) for w, s in parts if name in s.functions]) for name in names}
    periods = max(len(steps.by_period) for _, steps in parts)
    by_period = sum(weight * steps.baseline(periods) for weight, steps in parts)
    base = sum(weight * steps.base for weight, steps in parts)
    return Steps(parts[0][1].features, functions, base, tuple(np.asarray(by_period).tolist()))


def _sum(parts: list[tuple[float, StepFunction]]) -> StepFunction:
    thresholds = np.unique(np.concatenate([np.asarray(f.thresholds) for _, f in parts]))
    # A value at each threshold stands for the interval that ends there; infinity for the last one.
    points = np.append(thresholds, np.inf)
    values = sum(weight * function(points) for weight, function in parts)
    return StepFunction(
        tuple(thresholds.tolist()),
        tuple(np.asarray(values).tolist()),
        None if any(f.missing is None for _, f in parts) else sum(weight * f.lost for weight, f in parts),
        sum(weight * function.mean for weight, function in parts),
    )


def stored(steps: Steps) -> Steps:
    """The same with every value rounded to the digits that are stored, so that saving it changes nothing."""

    def whole(numbers: Sequence[float]) -> tuple[float, ...]:
        # Adding nought makes one nought of both.
        return tuple((np.round(np.asarray(numbers, dtype="float64"), DECIMALS) + 0.0).tolist())

    def one(number: float) -> float:
        return whole([number])[0]

    functions = {
        name: StepFunction(
            f.thresholds,
            whole(f.values),
            None if f.missing is None else one(f.missing),
            one(f.mean),
        )
        for name, f in steps.functions.items()
    }
    return Steps(steps.features, functions, one(steps.base), whole(steps.by_period))
