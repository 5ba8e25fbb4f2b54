"""What became of the loans a rule would have approved: NPL ratio by amounts, per size class, per stage, in total."""

from typing import Any

import pandas as pd


def realised(loans: pd.DataFrame, decision: pd.Series) -> dict[str, dict[str, Any]]:
    """For each size class and `all`: ratio and share by amounts, counts; weights restore the population.

    `loans` has size_class, exposure, weight, defaulted (1 or 0), on the index of `decision`.
    """
    groups = {"all": loans} | {str(name): rows for name, rows in loans.groupby("size_class")}
    return {name: _one(rows, decision.loc[rows.index] == "approve") for name, rows in groups.items()}


def realised_by_stage(loans: pd.DataFrame, decision: pd.Series) -> dict[str, dict[str, dict[str, Any]]]:
    """The figures of `realised` for each size class and, in it, each lifecycle stage that has loans."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for (size_class, stage), rows in loans.groupby(["size_class", "stage"]):
        found.setdefault(str(size_class), {})[str(stage)] = _one(rows, decision.loc[rows.index] == "approve")
    return found


def _one(rows: pd.DataFrame, approved: pd.Series) -> dict[str, Any]:
    amount = rows["exposure"] * rows["weight"]
    bad = amount * rows["defaulted"]
    kept = float(amount[approved].sum())
    return {
        "loans": len(rows),
        "amount": float(amount.sum()),
        "approved_loans": int(approved.sum()),
        "approved_share_exposure": kept / float(amount.sum()) if len(rows) else None,
        "approved_share_loans": float(rows.loc[approved, "weight"].sum() / rows["weight"].sum()) if len(rows) else None,
        "ratio_approved": float(bad[approved].sum()) / kept if kept > 0 else None,
        "ratio_all": float(bad.sum() / amount.sum()) if len(rows) else None,
        "defaults_approved": int(rows.loc[approved, "defaulted"].sum()),
    }
