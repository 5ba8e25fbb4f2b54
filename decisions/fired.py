"""Which rules fired: applications and amounts by rule, and how many each one alone keeps from approval."""

from typing import Any

import pandas as pd

from decisions.decide import Decided
from decisions.rules import UNKNOWN, Rule


def fired_counts(loans: pd.DataFrame, decided: Decided, rules: tuple[Rule, ...]) -> list[dict[str, Any]]:
    """For every rule: applications and amount where it holds, where it cannot be answered, and where it decided.

    `loans` has exposure and weight, on the index of the decisions; amounts are those of the population.
    """
    amount = loans["exposure"] * loans["weight"]
    found = []
    for rule in rules:
        mine = decided.comparisons[decided.comparisons["rule"] == rule.code]
        places = {said: pd.Index(mine.loc[mine["state"] == said, "at"].unique()) for said in ("met", "unknown")}
        decisive = decided.rows.index[decided.rows["rule"].isin([rule.code, UNKNOWN + rule.code])]
        found.append(
            {
                "rule": rule.code,
                "effect": rule.effect,
                "met": len(places["met"]),
                "met_amount": float(amount.loc[places["met"]].sum()),
                "unknown": len(places["unknown"]),
                "unknown_amount": float(amount.loc[places["unknown"]].sum()),
                "decided": len(decisive),
                "decided_amount": float(amount.loc[decisive].sum()),
            }
        )
    return found
