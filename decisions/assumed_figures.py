"""How decisions depend on figures that are assumed: the refer band of the zones, and the delta of the certificates."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from decisions.decide import decide
from decisions.portfolio import Plan, certified_at, groups
from decisions.procedure import Procedure
from decisions.stock_flow import level
from decisions.tolerance import Tolerance
from decisions.zones import KEYS

FACTORS: Sequence[float] = (0.8, 1.25)
"""What each bound of the refer band is multiplied with in turn."""
DELTAS: Sequence[float] = (0.01, 0.05, 0.10, 0.20)
"""Probabilities of an error that are tried beside the one in use."""
OUTCOMES = ("approve", "refer", "decline")


def band_sensitivity(later: pd.DataFrame, known: Procedure) -> list[dict[str, Any]]:
    """Decisions of the applications `later` with each bound of the refer band multiplied, and as it is.

    One row each: figure, factor, applications per decision, and the share decided otherwise [fraction]. A bound that
    would pass the other, or 1, stops there.
    """
    first = decide(later, known).rows["decision"]
    found = [_row("none", 1.0, first, first)]
    for key in KEYS:
        for factor in FACTORS:
            found.append(_row(key, factor, decide(later, _moved(known, key, factor)).rows["decision"], first))
    return found


def _row(figure: str, factor: float, decision: pd.Series, first: pd.Series) -> dict[str, Any]:
    counts = {name: int((decision == name).sum()) for name in OUTCOMES}
    return {"figure": figure, "factor": factor, **counts, "share_changed": float(decision.ne(first).mean())}


def _moved(known: Procedure, key: str, factor: float) -> Procedure:
    zones = known.zones
    by_stage: dict[str, dict[str, float]] = {}
    for stage, sizes in getattr(zones, key).items():
        by_stage[stage] = {}
        for size, bound in sizes.items():
            lower, upper = zones.approve_up_to[stage][size], zones.decline_above[stage][size]
            moved = bound * factor
            by_stage[stage][size] = min(moved, upper) if key == "approve_up_to" else min(max(moved, lower), 1.0)
    return replace(known, zones=replace(zones, **{key: by_stage}))


def delta_sensitivity(scored: pd.DataFrame, tolerances: Mapping[str, Tolerance], plan: Plan) -> list[dict[str, Any]]:
    """Certified line of each size class for every delta of DELTAS and that of the plan, margin for years included.

    One row per class and delta: tested, cut_off (missing where not certified), approved_share of the amounts that could
    be approved. For information alone: a delta chosen by its line would be no promise.
    """
    found = []
    for delta in sorted({*DELTAS, plan.delta}):
        tried = replace(plan, delta=delta, bounds=False)
        rows: dict[str, dict[str, Any]] = {}
        for group in groups(tolerances, plan.together):
            tested = level(tolerances[group[0]].value, plan.stock_flow, plan.years, delta)
            certificate = certified_at(scored, group, tested.tested, tried).certificate
            line = {
                "delta": delta,
                "tested": tested.tested,
                "cut_off": certificate.cut_off,
                "approved_share": certificate.approved_share_exposure,
            }
            rows |= {name: {"size_class": name, **line} for name in group}
        found += [rows[name] for name in tolerances]
    return found
