"""Asking for less: what of an application scales with the amount, and the amount up to which rules let it.

Exposure scales with the amount, and so does what is asked in the quantities that rules compare: balances and other
applications stay as they are. Guarantees are taken to cover the same share of less.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from decisions.rules import Rule
from explanations.levers import AMOUNT, LEAST_AMOUNT
from explanations.places import STEPS

BASES: Mapping[str, Callable[[pd.Series], float]] = {
    "debt_after_over_revenue": lambda row: row["turnover"],
    "debt_after_over_assets": lambda row: row["total_assets"],
    "amount_over_rd": lambda row: row["deduction_implied_rd"] * row["turnover"],
    "amount_over_contracts": lambda row: row["contract_turnover_share"] * row["turnover"],
}
"""What each quantity of the rules with the amount in it is divided by [money], from features."""
MARGIN = 1e-9
"""Share by which a scaled quantity is set higher, so that rounding never puts it below the one computed anew."""


def scaled(row: pd.Series, amount: float) -> dict[str, float]:
    """What changes in a row of the feature table when `amount` is asked for: features, exposure, quantities of rules.

    A quantity whose base is not known stays as it is: it is then too high, never too low.
    """
    share = amount / float(row["loan_amount"])
    found = {name: float(row[name]) * share for name in (*AMOUNT, "exposure") if np.isfinite(row[name])}
    found["loan_amount"] = amount
    for name in BASES:
        base = _base(row, name)
        if base is not None:
            found[name] = max(0.0, float(row[name]) - _asked(row) * (1 - share) / base) * (1 + MARGIN)
    return found


def allowed(row: pd.Series, rules: tuple[Rule, ...]) -> float | None:
    """Largest amount, in whole 10,000s, at which none of `rules`, which all hold, does so any more.

    None where one of them holds whatever the amount, or only an amount below LEAST_AMOUNT of that asked for would do.
    """
    amount, step = float(row["loan_amount"]), STEPS["money"][0]
    if not (rules and amount > 0):
        return None
    most = amount
    for rule in rules:
        bounds = [
            (name, float(condition[word]))
            for name, condition in rule.when.items()
            for word in ("above", "at_least")
            if name in BASES and word in condition
        ]
        most = min(most, max((_down_to(row, name, bound) for name, bound in bounds), default=0.0))
    whole = float(np.floor(most / step) * step)
    return whole if whole >= max(LEAST_AMOUNT * amount, step) else None


def _asked(row: pd.Series) -> float:
    """What the rules count as asked for: the larger of amount and exposure [money]."""
    return float(np.fmax(row["loan_amount"], row["exposure"]))


def _base(row: pd.Series, name: str) -> float | None:
    """What a quantity is divided by; None where it is not known, or cannot be what the quantity was made of."""
    value, base = float(row[name]), float(BASES[name](row))
    made = np.isfinite(value) and base > 0 and value * base >= _asked(row) * (1 - 1e-6)
    return base if made else None


def _down_to(row: pd.Series, name: str, bound: float) -> float:
    """Largest amount at which a quantity is clearly below its bound; 0 where none is known."""
    base = _base(row, name)
    if base is None:
        return 0.0
    above = float(row[name]) - bound * (1 - 2 * MARGIN)
    return max(0.0, float(row["loan_amount"]) * (1 - above * base / _asked(row)))
