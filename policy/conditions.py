"""The language of policy rules: conditions on quantities, each of them met, not met, or unknown.

A rule says `when: {quantity: {word: bound}}`; it holds when all its conditions do. A missing quantity makes a condition
unknown, except where the condition asks whether it is missing. Kleene's logic: one condition that is not met settles
the rule; without one, an unknown condition leaves the rule unknown.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policy.loader import PolicyError

Floats = NDArray[np.float64]
Conditions = Mapping[str, Mapping[str, Any]]
"""Conditions by quantity: {quantity: {word: bound}}."""

WORDS: Mapping[str, Callable[[pd.Series, Any], pd.Series]] = {
    "at_least": lambda values, bound: values >= bound,
    "above": lambda values, bound: values > bound,
    "at_most": lambda values, bound: values <= bound,
    "below": lambda values, bound: values < bound,
    "in": lambda values, bound: values.isin(bound),
    "missing": lambda values, bound: values.isna() == bound,
}
"""Every word of a condition, with its test."""


def state(values: pd.Series, condition: Mapping[str, Any]) -> Floats:
    """1 where all words of one condition hold, 0 where one does not, missing where the quantity is; one per row.

    Raises
    ------
    PolicyError
        When a word is not one of WORDS.

    >>> state(pd.Series([2.0, 1.0, None]), {"above": 1}).tolist()
    [1.0, 0.0, nan]
    """
    found = np.ones(len(values))
    for word, bound in condition.items():
        if word not in WORDS:
            message = f"a condition must use one of {', '.join(WORDS)}; got {word!r}"
            raise PolicyError(message)
        held = WORDS[word](values, bound).fillna(False).to_numpy(dtype="float64")
        if word != "missing":
            held = np.where(values.isna(), np.nan, held)
        found = both(found, held)
    return found


def both(first: Floats, second: Floats) -> Floats:
    """1 where both are met, 0 where one is not, missing otherwise (Kleene's strong conjunction).

    >>> both(np.array([1.0, 1.0, 0.0]), np.array([1.0, np.nan, np.nan])).tolist()
    [1.0, nan, 0.0]
    """
    refused = (first == 0) | (second == 0)
    return np.where(refused, 0.0, np.where(np.isnan(first) | np.isnan(second), np.nan, 1.0))


def states(quantities: pd.DataFrame, when: Conditions, rule: str) -> Floats:
    """1 where all conditions of a rule are met, 0 where one is not, missing where an unknown one decides.

    Raises
    ------
    PolicyError
        When a condition names a quantity that there is not, or uses a word that does not exist.
    """
    unknown = [name for name in when if name not in quantities.columns]
    if unknown:
        message = f"{rule}: no such quantity: {', '.join(unknown)}"
        raise PolicyError(message)
    found = np.ones(len(quantities))
    for name, condition in when.items():
        found = both(found, state(quantities[name], condition))
    return found
