"""Lifecycle stage, and size class by one indicator, by dated rules of policy; the deciding rule stays with the row."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from policy.loader import PolicyError
from policy.segments import SIZE_CLASSES, STAGES


def _holds(values: pd.Series, condition: Mapping[str, Any]) -> pd.Series:
    tests = {
        "at_least": lambda v, bound: v >= bound,
        "above": lambda v, bound: v > bound,
        "at_most": lambda v, bound: v <= bound,
        "below": lambda v, bound: v < bound,
        "in": lambda v, bound: v.isin(bound),
        "missing": lambda v, bound: v.isna() == bound,
    }
    met = pd.Series(True, index=values.index)
    for word, bound in condition.items():
        if word not in tests:
            message = f"a condition must use one of {', '.join(tests)}; got {word!r}"
            raise PolicyError(message)
        met &= tests[word](values, bound).fillna(False).astype(bool)
    return met


def assigned_stage(quantities: pd.DataFrame, rules: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Columns `stage` and `stage_rule` (the name of the first rule whose conditions all hold); missing where none does.

    Raises
    ------
    PolicyError
        When a rule names a stage, a quantity or a condition that does not exist.
    """
    masks = []
    for rule in rules:
        if rule["stage"] not in STAGES:
            message = f"stage rule {rule['name']}: stage must be one of {', '.join(STAGES)}; got {rule['stage']!r}"
            raise PolicyError(message)
        unknown = [q for q in rule["when"] if q not in quantities.columns]
        if unknown:
            message = f"stage rule {rule['name']}: no such quantity: {', '.join(unknown)}"
            raise PolicyError(message)
        met = pd.Series(True, index=quantities.index)
        for quantity, condition in rule["when"].items():
            met &= _holds(quantities[quantity], condition)
        masks.append(met.to_numpy())
    return pd.DataFrame(
        {
            "stage": _chosen(masks, [r["stage"] for r in rules]),
            "stage_rule": _chosen(masks, [r["name"] for r in rules]),
        },
        index=quantities.index,
    )


def _chosen(masks: list[np.ndarray], names: list[str]) -> pd.Series:
    found = np.select(masks, names, default="")
    return pd.Series(found, dtype="str").replace("", np.nan).astype("str")


def size_class_by_bounds(values: pd.Series, bounds: Mapping[str, float]) -> pd.Series:
    """Size class from one indicator; `bounds` gives the inclusive lower bound, in its unit, of each but the smallest.

    Raises
    ------
    PolicyError
        When the bounds are not those of the size classes after the first, or do not rise.

    >>> size_class_by_bounds(pd.Series([19, 20, 300, 1000]), {"small": 20, "medium": 300, "large": 1000}).tolist()
    ['micro', 'small', 'medium', 'large']
    """
    above = SIZE_CLASSES[1:]
    lower = [bounds.get(name, np.nan) for name in above]
    if set(bounds) != set(above) or lower != sorted(set(lower)):
        message = f"size class: wanted rising lower bounds of {', '.join(above)}; got {dict(bounds)}"
        raise PolicyError(message)
    return pd.cut(values, [-np.inf, *lower, np.inf], right=False, labels=list(SIZE_CLASSES)).astype("str")
