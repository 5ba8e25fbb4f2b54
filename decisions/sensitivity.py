"""How the certified line depends on what nobody knows exactly: the correlation of a year and the stay among the NPL."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import pandas as pd

from decisions.portfolio import Plan, certified_at, groups
from decisions.stock_flow import level, resolution_factor
from decisions.tolerance import Tolerance

RHOS: Sequence[float] = (0.0, 0.01, 0.02, 0.05, 0.10)
STAYS: Sequence[float] = (0.5, 1.0, 1.5, 2.0, 3.0)
"""Stays among the NPL [years] that are tried beside the correlations, where outcomes are defaults of a year."""


def line_sensitivity(scored: pd.DataFrame, tolerances: Mapping[str, Tolerance], plan: Plan) -> list[dict[str, Any]]:
    """Certified line of each size class for every rho of RHOS and stay of STAYS, and for those of the policy.

    One row per class and pair: rho, resolution_years (missing where outcomes are final losses), flow, tested, cut_off
    (missing where not certified), approved_share_exposure of the certification loans that could be approved. For
    information alone: a pair chosen by its line would be no margin.
    """
    known = plan.stock_flow
    rhos = sorted({*RHOS, known.rho})
    stays = [None] if known.resolution_years is None else sorted({*STAYS, known.resolution_years})
    found = []
    for stay, rho in product(stays, rhos):
        kappa = None if stay is None else resolution_factor(stay, float(known.lending_growth or 0.0))
        tried = replace(known, rho=rho, resolution_years=stay, kappa=kappa)
        rows: dict[str, dict[str, Any]] = {}
        for group in groups(tolerances, plan.together):
            tested = level(tolerances[group[0]].value, tried, plan.years, plan.delta)
            certificate = certified_at(scored, group, tested.tested, plan).certificate
            line = {
                "rho": rho,
                "resolution_years": stay,
                "flow": tested.flow,
                "tested": tested.tested,
                "cut_off": certificate.cut_off,
                "approved_share_exposure": certificate.approved_share_exposure,
            }
            rows |= {name: {"size_class": name, **line} for name in group}
        found += [rows[name] for name in tolerances]
    return found
