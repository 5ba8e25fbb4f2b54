"""Exact contributions of features to the log-odds of a fitted classifier, by feature or by family."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from techcredit.classifier import StageSegmentedClassifier

OWN = ("base", "logit")
"""Columns of the answer that are no part of a feature."""


def reasons(
    fitted: StageSegmentedClassifier,
    X: Any,
    families: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """What each loan's log-odds of default are made of: a column per feature, `base` and `logit`; rows as in X.

    Positive parts raise the PD. In every row the parts and base sum to logit, missing values included: path-dependent
    SHAP values of the whole model (Lundberg et al. 2020), not an approximation. With `families` (family by feature)
    the columns are families, each the sum of its features; a feature without a family stands alone.

    Raises
    ------
    ValueError
        When a family has the name of a feature that is not in it, so that the two could not be told apart, or when a
        feature or a family is named `base` or `logit`, as columns of the answer are.
    """
    names = fitted.feature_names()
    taken = [name for name in (*names, *(families or {}).values()) if name in OWN]
    if taken:
        message = f"wanted features and families that are not named {' or '.join(OWN)}; got {taken[0]!r}"
        raise ValueError(message)
    parts = {int(at): row for model, rows, table in fitted.by_stage(X) for at, row in _rows(model, rows, table)}
    values = np.array([parts[at] for at in range(len(parts))]).reshape(len(parts), len(names) + 1)
    index = X.index if isinstance(X, pd.DataFrame) else None
    found = pd.DataFrame(values, columns=[*names, "base"], index=index)
    logit = found.sum(axis=1)
    if families:
        of = {name: families.get(name, name) for name in names}
        mixed = sorted({family for name, family in of.items() if family in names and of[family] != family})
        if mixed:
            message = f"wanted families that are not named like a feature of another family; got {mixed[0]!r}"
            raise ValueError(message)
        found = found.T.groupby([*of.values(), "base"], sort=False).sum().T
    return found.assign(logit=logit)


def _rows(model: Any, rows: np.ndarray, table: pd.DataFrame) -> list[tuple[int, np.ndarray]]:
    """Contributions of the rows of one stage, base last, each with its position."""
    known = model.contributions(table)
    ordered = known[[*model.features, "base"]].to_numpy("float64")
    return list(zip(rows.tolist(), ordered, strict=True))
