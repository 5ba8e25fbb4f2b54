"""What each enterprise delivers to the bank, and what is hidden from every table where it does not."""

from collections.abc import Mapping
from itertools import product
from typing import NamedTuple

import numpy as np

from sources.simulated.draws import Array, stream

NOT_DELIVERED = {"statements": 0.04, "details": 0.15, "headcount": 0.10, "research": 0.20}
"""Share of enterprises that never deliver statements, their details (working capital and cash flow: abridged
statements), headcount, or R&D spend (not shown apart, none claimed from the tax office): assumptions."""

NEEDS: Mapping[str, tuple[str, ...]] = {
    "runway_months": ("statements", "details"),
    "receivable_days": ("statements", "details"),
    "current_ratio": ("statements", "details"),
    "leverage": ("statements",),
    "hitech_revenue_share": ("statements",),
    "contract_turnover_share": ("statements",),
    "rd_intensity": ("statements", "research"),
    "rd_growth": ("statements", "research"),
    "core_team_turnover": ("headcount",),
    "postgraduate_share": ("headcount",),
    "rd_staff_share": ("headcount",),
}
"""What must be delivered for a driver to be seen; drivers that are not named are seen always."""

RIDGE = 10.0
"""Penalty of the regression of hidden terms on seen ones: next to nothing beside thousands of applications."""


class Deliveries(NamedTuple):
    """Whether each enterprise delivers: one enterprise a row."""

    statements: Array
    details: Array
    headcount: Array
    research: Array

    def taken(self, rows: Array | slice) -> "Deliveries":
        """The same of some enterprises, or of the enterprise of each application."""
        return Deliveries(*(values[rows] for values in self))


def deliveries(seed: int, rows: int) -> Deliveries:
    """What each of so many enterprises delivers, independent of its risk."""
    return Deliveries(
        **{name: stream(seed, f"delivers {name}").random(rows) >= share for name, share in NOT_DELIVERED.items()}
    )


class Known(NamedTuple):
    """The linear predictor as far as the tables tell it, one application a row.

    `terms`: the terms seen, with what they tell of the hidden ones; a hidden term has its mean. `unseen`: the rest of
    the predictor. `deviation`: standard deviation of `unseen` among applications of the stage with the same gaps.
    """

    terms: dict[str, Array]
    unseen: Array
    deviation: Array


def known_terms(terms: Mapping[str, Array], stage: Array, delivered: Deliveries) -> Known:
    """The terms parted into what the tables tell and what they hide.

    What seen terms tell of hidden ones is their linear regression (ridge) over all applications of the stage, as a
    perfect model could learn it from enterprises that deliver everything.
    """
    shown = {name: values.astype(np.float64) for name, values in terms.items()}
    unseen, deviation = np.zeros(len(stage)), np.zeros(len(stage))
    for number, pattern in product(np.unique(stage), product((True, False), repeat=len(delivered))):
        here = stage == number
        rows = here & np.all([given == wanted for given, wanted in zip(delivered, pattern, strict=True)], axis=0)
        absent = {name for name, wanted in zip(Deliveries._fields, pattern, strict=True) if not wanted}
        hidden = [name for name in terms if any(absent & set(NEEDS.get(part, ())) for part in name.split("*"))]
        if not hidden or not rows.any():
            continue
        seen = [name for name in terms if name not in hidden]
        means = {name: float(terms[name][here].mean()) for name in terms}
        away = np.sum([terms[name] - means[name] for name in hidden], axis=0)
        x = np.column_stack([terms[name] - means[name] for name in seen])
        slope = np.linalg.solve(x[here].T @ x[here] + RIDGE * np.eye(len(seen)), x[here].T @ away[here])
        left = away - x @ slope
        for name, along, column in zip(seen, slope, x.T, strict=True):
            shown[name][rows] += along * column[rows]
        for name in hidden:
            shown[name][rows] = means[name]
        unseen[rows], deviation[rows] = left[rows], left[here].std()
    return Known(shown, unseen, deviation)
