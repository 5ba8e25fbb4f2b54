"""Step `threshold`: scores, rule quantities, policy in; certificates, out-of-time decisions, what rules fired out."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from decisions.certificate import Certificate
from decisions.cross_class import cross_class
from decisions.decide import could_approve, decide
from decisions.fired import fired_counts
from decisions.objectives import OBJECTIVES, read_economics
from decisions.portfolio import Plan, certify_classes, evidence, sensitivity, steps
from decisions.procedure import Issued, Procedure, procedure
from decisions.realised import realised, realised_by_stage
from decisions.rules import read_rules, unchecked
from decisions.sensitivity import line_sensitivity
from decisions.stock_flow import read_stock_flow
from decisions.tolerance import Dated, Tolerance
from decisions.year_effects import year_effects, years_spanned
from pipelines.certificate_mode import certificate_mode
from pipelines.chosen import chosen_figures
from pipelines.entry import run
from pipelines.files import read_json, write_json, write_parquet
from pipelines.limits import ThresholdParams, dated_limits, limits
from pipelines.looks import counted
from pipelines.params import section
from pipelines.policy_day import policy_day
from pipelines.ruled import ruled
from policy.loader import figure
from policy.strict import assumed
from policy.version import version

IDENTITY = ["application_id", "stage", "size_class", "pd", "propensity", "data_gap"]


def main(source: str, features: Path, scores: Path, unlabelled: Path, acceptance: Path, thresholds: Path) -> None:
    """Certify cut-offs for every size class of SOURCE, decide its out-of-time applications, write THRESHOLDS."""
    params = section("threshold", ThresholdParams, source)
    day = policy_day(source)
    tolerated = limits(source)  # refused here, with a sentence, where none is in force on the day of the policy
    scored = ruled(pd.read_parquet(scores), features, acceptance)
    bare = _procedure(params, day, scored)
    scored["decidable"] = could_approve(scored, bare)
    mode = certificate_mode(scored, params)
    plan = plan_of(params, day, scored, mode.mode)
    dated = dated_limits(source)
    certified, paths = _certified(scored, plan, dated)
    whole = replace(bare, issued=certified)
    now = _in_force(certified, day)
    later = scored[scored["part"] == "out_of_time"].reset_index(drop=True)
    decided = decide(later, whole)
    fired = decided.comparisons.assign(application_id=decided.comparisons["at"].map(later["application_id"]))
    allowed = whole.certified(later["as_of"], later["stage"], later["size_class"])["flow"].rename("default_limit")
    write_parquet(pd.concat([later[IDENTITY], decided.rows, allowed], axis=1), thresholds / "decisions.parquet")
    write_parquet(fired.drop(columns="at").astype("str"), thresholds / "fired.parquet")
    write_parquet(scored[["application_id", "decidable"]], thresholds / "decidable.parquet")
    write_parquet(cross_class(whole, day), thresholds / "cross_class.parquet")
    write_parquet(paths[max(paths, key=lambda since: (since <= day, since))], thresholds / "path.parquet")
    by_objective = _objectives(scored, plan, tolerated, now)
    swaps = sensitivity(scored, pd.read_parquet(unlabelled), now)
    write_json(
        {
            "policy_on": str(day),
            "policy_version": version(),
            "overall_npl": _overall(params, day),
            "weights": params.weights,
            "certificate_mode": asdict(mode),
            "tolerance_on": params.tolerance_on,
            "tolerances": {name: {**asdict(t), "since": str(t.since)} for name, t in tolerated.items()},
            "tested_on": _tested_on(scored),
            "levels": {name: asdict(found) for name, found in steps(tolerated, plan).items()},
            "stock_flow": {**asdict(plan.stock_flow), "since": str(plan.stock_flow.since)},
            "year_effects": asdict(year_effects(scored[scored["part"].isin(("development", "calibration"))])),
            "certificates": {name: asdict(c) for name, c in now.items()},
            "evidence": by_objective[params.objective],
            "objective": params.objective,
            "objectives": by_objective,
            "sensitivity": line_sensitivity(scored, tolerated, plan),
            "looks": {"planned": params.looks, **counted(scored, repr((plan, dated)), thresholds.parent)},
            "procedure": whole.facts(),
            "assumed": _assumed(source, whole),
            "acceptance": {
                **read_json(acceptance / "acceptance.json"),
                "out_of_region": int((scored["in_accepted_region"] == 0).sum()),
            },
            "swap_ins": {name: asdict(s) for name, s in swaps.items()},
            "fired": fired_counts(later, decided, whole.checked),
            "realised": realised(later, decided.rows["decision"]),
            "realised_by_stage": realised_by_stage(later, decided.rows["decision"]),
            "realised_without_margin": _without_margin(later, whole),
        },
        thresholds / "thresholds.json",
    )


def _procedure(params: ThresholdParams, day: date, scored: pd.DataFrame) -> Procedure:
    """The procedure before any certificate, without the rules that no application of the run can answer."""
    return procedure(params.measure, day, unchecked(scored, read_rules(day)))


def plan_of(params: ThresholdParams, day: date, scored: pd.DataFrame, mode: str) -> Plan:
    """How the classes are certified, by parameters, the policy of the day and the mode of the certificates."""
    return Plan(
        delta=params.delta / params.looks,
        design=params.weights,
        grid=params.grid,
        start_stress=params.start_stress,
        objective=params.objective,
        together=tuple(tuple(group) for group in params.together),
        stock_flow=read_stock_flow(params.stock_flow, day),
        economics=read_economics(params.measure, day),
        years=years_spanned(scored.loc[scored["part"] == "certification", "as_of"]),
        mode=mode,
        largest_exposure=params.largest_exposure,
    )


def _certified(
    scored: pd.DataFrame, plan: Plan, dated: tuple[Dated, ...]
) -> tuple[tuple[Issued, ...], dict[date, pd.DataFrame]]:
    """Certificates under the tolerances of every period, and the paths of their tests by its first day."""
    issued, paths = [], {}
    for since, tolerated in dated:
        found = certify_classes(scored, tolerated, replace(plan, bounds=True))
        issued.append(Issued(since, found.by_class))
        paths[since] = found.paths
    return tuple(issued), paths


def _in_force(issued: tuple[Issued, ...], day: date) -> dict[str, Certificate]:
    """Certificates in force on the day of the policy."""
    return dict(max((i for i in issued if i.since <= day), key=lambda i: i.since).certificates)


def _tested_on(scored: pd.DataFrame) -> list[str] | None:
    """First and last day of decision of the certification loans; None without one."""
    days = scored.loc[scored["part"] == "certification", "as_of"]
    return [str(pd.Timestamp(day).date()) for day in (days.min(), days.max())] if len(days) else None


def _objectives(
    scored: pd.DataFrame, plan: Plan, tolerated: Mapping[str, Tolerance], now: Mapping[str, Certificate]
) -> dict[str, list[dict[str, Any]]]:
    """What each objective certifies, or would, on the day of the policy, by class and stage, with expected profit."""
    found = {}
    for objective in OBJECTIVES:
        other = replace(plan, objective=objective)
        made = now if objective == plan.objective else certify_classes(scored, tolerated, other).by_class
        found[objective] = evidence(scored, made, plan.economics)
    return found


def _without_margin(later: pd.DataFrame, whole: Procedure) -> dict[str, dict[str, Any]]:
    """What would have become of the loans approved by the lines certified without the margin for year effects."""
    issued = tuple(
        Issued(i.since, {name: c.without_margin() for name, c in i.certificates.items()}) for i in whole.issued
    )
    return realised(later, decide(later, replace(whole, issued=issued)).rows["decision"])


def _assumed(source: str, whole: Procedure) -> list[dict[str, str]]:
    """Deciding figures that are assumed or recalled, without the rules that this source cannot be checked by."""
    left_out = {f"rules.{code}" for code in whole.not_checked}
    found = assumed(whole.policy_on, chosen_figures(source))
    return [figure_ for figure_ in found if figure_["name"] not in left_out]


def _overall(params: ThresholdParams, day: date) -> dict[str, object]:
    known = figure("tolerance", params.overall_npl)
    return {
        "name": params.overall_npl,
        "value": known.on(day),
        "source": known.source,
        "flag": known.flag,
        "since": str(known.since(day)),
        "approved_by": known.approved_by,
    }


if __name__ == "__main__":
    run(main)
