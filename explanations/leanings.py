"""Which features each stage's model reads against the direction that a lender expects."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from features.catalogue import by_name
from policy.digits import rounded_columns

FEWEST = 50
"""Fewest applications with a value that tell the direction of a feature."""
COLUMNS = ("stage", "feature", "direction", "held", "applications", "size", "rank_correlation", "against")


def leanings(found: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """One row per stage and feature that has an expected direction and moves the PD; columns `COLUMNS`.

    `found` holds the contributions of applications of `table` (see `contributions`). `direction` is how the risk is
    expected to move when the feature rises, `held` whether the model is held to it; `size` the mean size of its
    contributions [log-odds], `rank_correlation` that of value and contribution (Spearman) over the `applications` that
    have a value, and `against` whether its sign is not that of the direction.
    """
    known = table.set_index("application_id").loc[found["application_id"]]
    rows = []
    for stage in known["stage"].dropna().unique():
        mine = (known["stage"] == stage).to_numpy()
        for feature in by_name().values():
            if feature.direction is not None and feature.name in found.columns:
                values, parts = known[feature.name].to_numpy()[mine], found[feature.name].to_numpy()[mine]
                told = _told(values, parts, 1 if feature.direction == "rises" else -1)
                if told is not None:
                    held = feature.risk is not None
                    rows.append({"stage": stage, "feature": feature.name, "direction": feature.direction, "held": held})
                    rows[-1] |= told
    return rounded_columns(pd.DataFrame(rows, columns=list(COLUMNS)))


def _told(values: np.ndarray, parts: np.ndarray, sign: int) -> Mapping[str, float] | None:
    """Figures of one feature; None where too few have a value, or nothing is moved by it."""
    here = ~np.isnan(values)
    if here.sum() < FEWEST or np.ptp(parts[here]) == 0 or np.ptp(values[here]) == 0:
        return None
    ranks = [pd.Series(column[here]).rank().to_numpy() for column in (values, parts)]
    correlation = float(np.corrcoef(ranks[0], ranks[1])[0, 1])
    size = float(np.abs(parts[here]).mean())
    return {
        "applications": int(here.sum()),
        "size": size,
        "rank_correlation": correlation,
        "against": sign * correlation < 0,
    }
