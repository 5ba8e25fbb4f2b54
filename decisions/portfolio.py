"""Certificates of all size classes of one book, the evidence by stage, and the weights of its outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from decisions.certificate import Certificate, Certified, certify
from decisions.objectives import Economics, expected_profit, lines, rank
from decisions.stock_flow import Level, StockFlow, level
from decisions.swap_ins import SwapIns, swap_ins
from decisions.tolerance import Tolerance
from policy.digits import rounded, rounded_number
from policy.segments import STAGES


@dataclass(frozen=True)
class Plan:
    """How the classes of a book are certified.

    `delta` of each certificate, already shared by the certifications planned on these loans; `design` and `grid` as in
    `certify`; `objective` one of `decisions.objectives.OBJECTIVES`; `together` groups of classes with one certificate
    where their tolerances are equal; `years` that the certification loans span; `mode` and `largest_exposure` as in
    `certify`. `bounds` asks for the upper bound of every cut-off tested; no decision depends on it, so that it is no
    part of what identifies a plan.
    """

    delta: float
    design: str
    grid: int
    start_stress: float
    objective: str
    together: tuple[tuple[str, ...], ...]
    stock_flow: StockFlow
    economics: Economics
    years: float
    mode: str = "weighted_binomial"
    largest_exposure: float | None = None
    bounds: bool = field(default=False, repr=False)


class Certificates(NamedTuple):
    """Certificate by size class, and the paths one below the other; `size_class` names all classes of a path by `+`."""

    by_class: dict[str, Certificate]
    paths: pd.DataFrame


def certify_classes(scored: pd.DataFrame, tolerances: Mapping[str, Tolerance], plan: Plan) -> Certificates:
    """One certificate for each group of size classes, each at the full delta, from the loans of the part certification.

    `scored` has part, stage, size_class, pd, exposure, defaulted, weight, decidable (`decisions.decide.could_approve`):
    the certificate is tested on exactly the loans that the whole procedure would approve, stages together. A statement
    for each group, not for all jointly.
    """
    certificates, paths = {}, []
    for group in groups(tolerances, plan.together):
        tested = level(tolerances[group[0]].value, plan.stock_flow, plan.years, plan.delta)
        found = certified_at(scored, group, tested.tested, plan)
        plain = certified_at(scored, group, tested.flow, replace(plan, bounds=False))
        whole = replace(
            found.certificate,
            tolerance=tested.npl,
            flow=tested.flow,
            tested=tested.tested,
            lines_without_margin=plain.certificate.lines,
            classes=group,
        )
        certificates.update({name: replace(whole, size_class=name) for name in group})
        if len(found.path):
            paths.append(found.path.assign(size_class="+".join(group)))
    ordered = {name: certificates[name] for name in tolerances}
    return Certificates(ordered, pd.concat(paths, ignore_index=True) if paths else pd.DataFrame())


def groups(tolerances: Mapping[str, Tolerance], together: tuple[tuple[str, ...], ...]) -> list[tuple[str, ...]]:
    """The classes that share a certificate: those of `together` where their tolerances are equal, the others alone."""
    found: list[tuple[str, ...]] = []
    for name, tolerance in tolerances.items():
        partners = next((group for group in together if name in group), (name,))
        same = tuple(other for other in tolerances if other in partners and tolerances[other].value == tolerance.value)
        if same not in found:
            found.append(same)
    return found


def could_be_approved(scored: pd.DataFrame) -> pd.DataFrame:
    """The loans that certificates are tested on: of the part certification, that the whole procedure could approve."""
    return scored[(scored["part"] == "certification") & scored["decidable"]]


def certified_at(scored: pd.DataFrame, group: tuple[str, ...], at: float, plan: Plan) -> Certified:
    """The certificate of a group of size classes at one level, with the line of each stage; `cut_off`s are PDs.

    `scored` as for `certify_classes`. Tolerance and flow are those of the level itself.
    """
    known = could_be_approved(scored)
    rows = known[known["size_class"].isin(group)]
    weights = outcome_weights(scored) if plan.design == "outcome" else None
    place = rank(rows["pd"], rows["stage"], plan.objective, at, plan.economics)
    admitted = rows[np.isfinite(place)]
    found = certify(
        admitted["pd"],
        admitted["exposure"],
        admitted["defaulted"],
        admitted["weight"],
        at,
        plan.delta,
        design=plan.design,
        size_class="+".join(group),
        grid=plan.grid,
        start_stress=plan.start_stress,
        outcome_weights=weights,
        rank=place[np.isfinite(place)],
        mode=plan.mode,
        largest_exposure=plan.largest_exposure,
        bounds=plan.bounds,
    )
    amounts, loans = _admitted_share(rows, admitted)
    certificate = replace(
        found.certificate,
        approved_share_exposure=rounded_number(amounts * found.certificate.approved_share_exposure),
        approved_share_loans=rounded_number(loans * found.certificate.approved_share_loans),
    )
    if certificate.cut_off is not None:
        by_stage = _lines(rows, place, certificate.cut_off, at, plan)
        certificate = replace(certificate, lines=by_stage, cut_off=max(by_stage.values()))
    path = found.path
    if len(path) and plan.objective != "volume":
        highest = [max(lines(scalar, plan.objective, at, plan.economics).values()) for scalar in path["cut_off"]]
        path = path.assign(
            cut_off=rounded(highest), approved_share=rounded(amounts * path["approved_share"].to_numpy())
        )
    return Certified(certificate, path)


def _admitted_share(rows: pd.DataFrame, admitted: pd.DataFrame) -> tuple[float, float]:
    """Share of the amounts, and of the loans, that the objective may grant at all; 1 where there are none."""
    amounts, loans = float((rows["exposure"] * rows["weight"]).sum()), float(rows["weight"].sum())
    if not amounts:
        return 1.0, 1.0
    return float((admitted["exposure"] * admitted["weight"]).sum()) / amounts, float(admitted["weight"].sum()) / loans


def _lines(rows: pd.DataFrame, place: np.ndarray, scalar: float, at: float, plan: Plan) -> dict[str, float]:
    """Line of each stage at the scalar; never below the PD of a loan that is in the certified book."""
    inside = rows[place <= scalar]
    highest = inside.groupby("stage")["pd"].max()
    found = lines(scalar, plan.objective, at, plan.economics)
    return {stage: rounded_number(max(found[stage], float(highest.get(stage, 0.0)))) for stage in STAGES}


def evidence(
    scored: pd.DataFrame, certificates: Mapping[str, Certificate], economics: Economics
) -> list[dict[str, Any]]:
    """For each certified class and stage: line, loans, defaults, observed ratio, approved share and amount, profit.

    Of the certification loans that could be approved; shares and amounts restore the population by the weights.
    """
    known = could_be_approved(scored)
    found = []
    for name, certificate in certificates.items():
        for stage in STAGES:
            line = certificate.line(stage)
            rows = known[(known["size_class"] == name) & (known["stage"] == stage)]
            if line is None or rows.empty:
                continue
            amount = rows["exposure"] * rows["weight"]
            kept = rows["pd"] <= line
            total = float(amount[kept].sum())
            bad = float((amount * rows["defaulted"])[kept].sum())
            profit = expected_profit(
                rows["pd"][kept].to_numpy(), amount[kept].to_numpy(), rows["stage"][kept], economics
            )
            found.append(
                {
                    "size_class": name,
                    "stage": stage,
                    "line": line,
                    "loans": int(kept.sum()),
                    "defaults": int(rows["defaulted"][kept].sum()),
                    "observed_ratio": rounded_number(bad / total) if total else None,
                    "approved_amount": rounded_number(total),
                    "approved_share_exposure": rounded_number(total / float(amount.sum())),
                    "expected_profit": rounded_number(profit) if total else None,
                }
            )
    return found


def steps(tolerances: Mapping[str, Tolerance], plan: Plan) -> dict[str, Level]:
    """The steps from tolerance to tested level of each size class."""
    return {name: level(t.value, plan.stock_flow, plan.years, plan.delta) for name, t in tolerances.items()}


def sensitivity(
    scored: pd.DataFrame, unlabelled: pd.DataFrame, certificates: Mapping[str, Certificate]
) -> dict[str, SwapIns]:
    """Swap-ins of each certified class: rejected applicants of the certification part with a PD within their line.

    The multiplier of their odds is held against the flow that the tolerance allows, on the book the certificate is of.
    """
    known = could_be_approved(scored)
    turned_away = unlabelled[unlabelled["planned_part"] == "certification"]
    found = {}
    for name, certificate in certificates.items():
        if certificate.cut_off is None or certificate.observed_ratio is None:
            continue
        book, swaps = (_within(rows, certificate, name) for rows in (known, turned_away))
        limit = certificate.tolerance if certificate.flow is None else certificate.flow
        amount = float((book["exposure"] * book["weight"]).sum())
        found[name] = swap_ins(
            certificate.observed_ratio, amount, swaps["pd"].to_numpy(), swaps["exposure"].to_numpy(), limit
        )
    return found


def _within(rows: pd.DataFrame, certificate: Certificate, name: str) -> pd.DataFrame:
    """Applications of the classes of the certificate with a PD within the line of their stage."""
    line = rows["stage"].map({stage: certificate.line(stage) for stage in STAGES}).astype("float64")
    return rows[rows["size_class"].isin(certificate.classes or (name,)) & (rows["pd"] <= line)]


def outcome_weights(loans: pd.DataFrame) -> tuple[float, float] | None:
    """Weights (not defaulted, defaulted) of a sample drawn by outcome, from all its loans; None unless both occur."""
    found = loans.groupby("defaulted")["weight"].first()
    return (float(found[0.0]), float(found[1.0])) if {0.0, 1.0} <= set(found.index) else None
