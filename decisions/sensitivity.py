"""How the certified line depends on what nobody knows exactly: the correlation of a year and the stay among the NPL."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from decisions.portfolio import Plan, certify_classes
from decisions.stock_flow import resolution_factor
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
    for stay in stays:
        for rho in rhos:
            kappa = None if stay is None else resolution_factor(stay, float(known.lending_growth or 0.0))
            tried = replace(plan, stock_flow=replace(known, rho=rho, resolution_years=stay, kappa=kappa))
            for name, certificate in certify_classes(scored, tolerances, tried).by_class.items():
                found.append(
                    {
                        "size_class": name,
                        "rho": rho,
                        "resolution_years": stay,
                        "flow": certificate.flow,
                        "tested": certificate.tested,
                        "cut_off": certificate.cut_off,
                        "approved_share_exposure": certificate.approved_share_exposure,
                    }
                )
    return found
