"""Whether loans are still those of development: PDs, features, missing values, shares of groups, refused applicants."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from models.back_tests.records import Record
from models.validation.movement import Movement, category_movement, missing_rates, movement

LEVEL = 0.05
"""Level above which an index is above chance."""


def score_record(name: str, dimension: str, before: pd.DataFrame, after: pd.DataFrame, bins: int) -> Record:
    """Record `psi_score`: stability index of the PDs of a group since development."""
    if not len(before) or not len(after):
        return Record("psi_score", dimension, name, loans=len(after), why="one_sample")
    found = movement(before["pd"], after["pd"], bins, before["weight"], after["weight"], LEVEL)
    return _moved("psi_score", dimension, name, found, len(after))


def _moved(test: str, dimension: str, name: str, found: Movement, loans: int) -> Record:
    chance = found.value <= found.limit
    return Record(test, dimension, name, found.value, found.p_value, loans=loans, uncertain=chance)


def feature_moves(before: pd.DataFrame, after: pd.DataFrame, names: Iterable[str], bins: int) -> list[dict[str, Any]]:
    """One row per feature: stability index, its limit by sample size and p-value, missing rates before and after.

    A feature that is missing in all loans of development has no index.
    """
    rows = []
    for name in names:
        b, a = before[name].astype("float64"), after[name].astype("float64")
        gaps = missing_rates(b, a, before["weight"], after["weight"])
        found = movement(b, a, bins, before["weight"], after["weight"], LEVEL) if b.notna().any() else None
        rows.append(
            {
                "feature": name,
                "psi": found.value if found else None,
                "psi_p": found.p_value if found else None,
                "psi_chance": found.limit if found else None,
                "bins": found.bins if found else None,
                "missing_before": gaps.before,
                "missing_after": gaps.after,
                "missing_p": gaps.p_value,
            }
        )
    return rows


def feature_records(rows: Sequence[dict[str, Any]], loans: int) -> list[Record]:
    """Records psi_feature and missing_rate of every feature; a change that chance may have made is uncertain."""
    found = []
    for row in rows:
        name, known = str(row["feature"]), row["psi"] is not None
        found.append(
            Record(
                "psi_feature",
                "feature",
                name,
                row["psi"],
                row["psi_p"],
                loans=loans,
                why=None if known else "not_known",
                uncertain=known and row["psi"] <= row["psi_chance"],
            )
        )
        shares = {"before": row["missing_before"], "after": row["missing_after"]}
        change, chance = shares["after"] - shares["before"], row["missing_p"] >= LEVEL
        found.append(
            Record("missing_rate", "feature", name, change, row["missing_p"], loans=loans, uncertain=chance, **shares)
        )
    return found


def share_records(before: pd.DataFrame, after: pd.DataFrame, dimensions: Iterable[str]) -> list[Record]:
    """Record `representativeness` of each dimension: stability index of the shares of its groups since development."""
    found = []
    for dimension in dimensions:
        if before[dimension].nunique() < 2:
            found.append(Record("representativeness", dimension, "all", loans=len(after), why="no_spread"))
            continue
        moved = category_movement(before[dimension], after[dimension], before["weight"], after["weight"], LEVEL)
        found.append(_moved("representativeness", dimension, "all", moved, len(after)))
    return found


def refused_beside(accepted: pd.DataFrame, refused: pd.DataFrame, bins: int) -> dict[str, Any]:
    """How accepted loans differ from the refused applications of the same part: PDs, stage and size class.

    `refused` has pd, stage and size_class and no outcome, each of them counting once; `accepted` counts by weight.
    Without a refused one (the source has none), all is missing.
    """
    found: dict[str, Any] = {"accepted": len(accepted), "refused": len(refused)}
    if not len(refused) or not len(accepted):
        return {**found, "absent": "one_sample"}
    every = pd.concat([accepted, refused.assign(weight=1.0)], ignore_index=True)
    weights = accepted["weight"], every["weight"]
    scored = every[every["pd"].notna()]
    score = movement(accepted["pd"], scored["pd"], bins, accepted["weight"], scored["weight"])
    shares = {of: category_movement(accepted[of], every[of], *weights).value for of in ("stage", "size_class")}
    return {
        **found,
        "absent": None,
        "mean_pd_accepted": float(np.average(accepted["pd"], weights=accepted["weight"])),
        "mean_pd_refused": float(refused["pd"].mean()),
        "psi_pd": score.value,
        "psi_pd_chance": score.limit,
        **{f"psi_{of}": value for of, value in shares.items()},
    }
