"""How many digits a stored number carries, and rounding to them: a run on any CPU must leave the same bytes.

Matrix products add in an order that depends on the kernel, and exp and log differ in their last bit between kernels, so
what is computed on two CPUs differs from about the sixteenth digit on, more where differences of large sums are taken.
Eight digits lie so far above that noise that a number hardly ever sits on a boundary between two roundings, and far
below anything a decision or a report can show. What a decision compares is what is stored: numbers are rounded where
they are made, before anything uses them. Amounts and features are read, not estimated, and stay as they are.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

DIGITS = 8
"""Significant decimal digits of a number that was estimated or simulated."""
DECIMALS = 12
"""Most decimals of a validation figure: a difference of two figures keeps the noise of both, small as it may be."""
BELOW_ONE = 1 - 10.0**-DIGITS
"""The largest probability that is not certainty."""

FIRST, LAST = -15, 29
"""Powers of ten between which a number and its digits are scaled by exact floats (10^22 is the largest exact power)."""
POWERS = np.array([float(f"1e{power}") for power in range(FIRST, LAST + 1)])
EXACT = np.array([float(f"1e{power}") for power in range(23)])


def rounded(values: ArrayLike) -> NDArray[np.float64]:
    """Numbers to DIGITS significant digits, in the same shape; 0, missing and infinite ones as they are.

    Each is the float nearest to its decimal, so that rounding twice changes nothing, order is kept, and no number moves
    by more than half a unit of its last digit. Only comparisons, products and quotients with exact powers of ten, and
    the rounding to a whole number are used: every CPU gives the same bits of those.

    >>> rounded([0.123456789012, -98765.4321098]).tolist()
    [0.12345679, -98765.432]
    """
    found = np.array(values, dtype=np.float64)
    size = np.abs(found)
    usual = (size >= POWERS[0]) & (size < POWERS[-1])
    found[usual] = _scaled(found[usual])
    rare = ~usual & np.isfinite(found) & (found != 0)
    if rare.any():
        found[rare] = [float(f"{value:.{DIGITS - 1}e}") for value in found[rare].tolist()]
    return found


def _scaled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rounding of numbers between the first and the last power, by whole numbers of DIGITS digits."""
    shift = DIGITS - 1 - (np.searchsorted(POWERS, np.abs(values), side="right") - 1 + FIRST)
    up, down = EXACT[np.maximum(shift, 0)], EXACT[np.maximum(-shift, 0)]
    return np.asarray(np.rint(values * up / down) / up * down)


def rounded_probability(values: ArrayLike) -> NDArray[np.float64]:
    """Probabilities to DIGITS significant digits, none above BELOW_ONE: a PD that rounding made 1 would have no odds.

    >>> rounded_probability([0.25, 0.999999999]).tolist()
    [0.25, 0.99999999]
    """
    return np.minimum(rounded(values), BELOW_ONE)


def rounded_number(value: float) -> float:
    """One number to DIGITS significant digits.

    >>> rounded_number(1 / 3)
    0.33333333
    """
    return float(rounded(value))


def rounded_columns(table: pd.DataFrame) -> pd.DataFrame:
    """The table with every column of floats rounded; other columns as they are."""
    floats = [name for name in table.columns if table[name].dtype.kind == "f"]
    return table.assign(**{str(name): rounded(table[name].to_numpy()) for name in floats})


def rounded_content(content: Any) -> Any:
    """Plain data (dicts, lists, tuples) with every float in it rounded; everything else as it is.

    >>> rounded_content({"rate": [1 / 3, 2], "gap": 1.23456789e-10})
    {'rate': [0.33333333, 2], 'gap': 1.2345679e-10}
    """
    return _each(content, rounded_number)


def rounded_figures(content: Any) -> Any:
    """Plain data of validation figures, their floats rounded to DECIMALS as well; no decision compares these.

    >>> rounded_figures({"rate": [1 / 3, 2], "gap": 1.23456789e-10})
    {'rate': [0.33333333, 2], 'gap': 1.23e-10}
    """
    return _each(content, lambda value: round(rounded_number(value), DECIMALS))


def _each(content: Any, change: Callable[[float], float]) -> Any:
    if isinstance(content, dict):
        return {key: _each(value, change) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_each(value, change) for value in content]
    return change(float(content)) if isinstance(content, float | np.floating) else content
