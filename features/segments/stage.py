"""Lifecycle stage, and size class by one indicator, by dated rules of policy; the deciding rule stays with the row."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from policy.conditions import states
from policy.loader import PolicyError
from policy.segments import SIZE_CLASSES, STAGES


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
        masks.append(states(quantities, rule["when"], f"stage rule {rule['name']}") == 1)
    return pd.DataFrame(
        {
            "stage": _chosen(masks, [r["stage"] for r in rules]),
            "stage_rule": _chosen(masks, [r["name"] for r in rules]),
        },
        index=quantities.index,
    )


def _chosen(masks: list[np.ndarray], names: list[str]) -> pd.Series:
    at = np.select(masks, list(range(len(names))), default=-1)
    return pd.Series(names, dtype="str").reindex(at).reset_index(drop=True)


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
