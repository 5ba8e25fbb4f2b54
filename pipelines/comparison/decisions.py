"""What a change of the model means for decisions: lines, approved loans, changed decisions, reasons."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipelines.comparison.sides import Side
from pipelines.files import read_json
from policy.segments import SIZE_CLASSES

DECISIONS = ("approve", "refer", "decline")
SIDES = ("for", "against")
MOST = 4
"""Reasons on each side that a decision tells."""
OF_LINE = ("certified", "cut_off", "tolerance", "upper_bound", "reason")


def lines(first: Side, second: Side) -> dict[str, dict[str, Any]]:
    """Certificate in force of each size class under both models: certified, cut-off [PD], tolerance, upper bound."""
    found = [read_json(each.folder / "thresholds" / "thresholds.json")["certificates"] for each in (first, second)]
    return {
        name: {
            key: {value: certificates.get(name, {}).get(value) for value in OF_LINE}
            for key, certificates in zip(("first", "second"), found, strict=True)
        }
        for name in SIZE_CLASSES
    }


def approved(loans: pd.DataFrame, decision: pd.Series) -> dict[str, Any]:
    """Number, amount and default ratio by amount of the loans that `decision` approves; amounts are weighted."""
    amount = loans["exposure"] * loans["weight"]
    rows = decision == "approve"
    mine, bad = amount[rows], (amount * loans["defaulted"])[rows]
    return {
        "loans": int(rows.sum()),
        "amount": float(mine.sum()),
        "share_of_amount": float(mine.sum() / amount.sum()) if amount.sum() > 0 else None,
        "default_ratio": float(bad.sum() / mine.sum()) if mine.sum() > 0 else None,
    }


def changed(loans: pd.DataFrame, first: pd.Series, second: pd.Series) -> list[dict[str, Any]]:
    """Loans and amounts by decision of the first and of the second model, a row per pair of decisions."""
    amount = loans["exposure"] * loans["weight"]
    return [
        {
            "first": before,
            "second": after,
            "loans": int(rows.sum()),
            "amount": float(amount[rows].sum()),
            "defaults": int(loans.loc[rows, "defaulted"].sum()),
        }
        for before in DECISIONS
        for after in DECISIONS
        for rows in [(first == before) & (second == after)]
    ]


def reasons_overlap(first: pd.DataFrame, second: pd.DataFrame) -> Mapping[str, dict[str, float | None]]:
    """How alike the reasons are, for and against: mean overlap of their families, and share with the same first one.

    The overlap of an application is the families told by both over those told by either [fraction]; applications
    without a reason under both models do not count.
    """
    found = {}
    for kind in SIDES:
        names = [f"{kind}_{rank}" for rank in range(1, MOST + 1)]
        ours, theirs = first[names].to_numpy(dtype=object), second[names].to_numpy(dtype=object)
        sets = [
            ({x for x in a if pd.notna(x)}, {x for x in b if pd.notna(x)}) for a, b in zip(ours, theirs, strict=True)
        ]
        overlap = [len(a & b) / len(a | b) for a, b in sets if a | b]
        same = [a[0] == b[0] for a, b in zip(ours, theirs, strict=True) if pd.notna(a[0]) and pd.notna(b[0])]
        found[kind] = {
            "applications": len(overlap),
            "mean_overlap": float(np.mean(overlap)) if overlap else None,
            "same_first": float(np.mean(same)) if same else None,
        }
    return found
