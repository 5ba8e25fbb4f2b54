"""A tiny finished run: ten applications whose figures a reader can check by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from decisions.certificate import Certificate
from decisions.cross_class import cross_class
from decisions.procedure import Issued, opened, procedure
from decisions.stock_flow import Level, read_stock_flow
from models.challengers.verdicts import verdicts
from models.fitting.split import LEFT_OUT, PARTS
from policy.segments import SIZE_CLASSES
from reports.inputs import Inputs, Study

STAGES = ("startup", "growth", "mature")
DAYS = {
    "development": ("1990-01-01", "2003-12-31"),
    "calibration": ("2004-01-01", "2004-12-31"),
    "certification": ("2005-01-01", "2005-12-31"),
    "out_of_time": ("2006-01-01", "2008-12-31"),
}
COMPARED = ("auc", "log_loss", "ece", "cox_slope", "auc_gap", "auc_gap_error", "log_loss_gap_error")
SPREAD = ("applications", "pd_change_median", "pd_change_p95", "decisions_changed", "reasons_kept")
FIGURES = dict.fromkeys(("auc", "auc_low", "auc_high", "ks", "brier", "log_loss", "mean_pd", "default_rate"), 0.5)


def _applications() -> pd.DataFrame:
    """Six out-of-time (a to f), one of each earlier part, one outside the parts (y), one without a stage (z)."""
    table = pd.DataFrame(
        [
            # id, as_of, stage, size, exposure, weight, defaulted, pd, guaranteed share
            ("a", "2006-05-01", "startup", "micro", 100.0, 1.0, 0.0, 0.05, 1.0),
            ("b", "2006-06-01", "growth", "micro", 100.0, 2.0, 1.0, 0.06, 0.5),
            ("c", "2007-05-01", "mature", "small", 300.0, 1.0, 0.0, 0.04, 0.0),
            ("d", "2007-06-01", "startup", "micro", 100.0, 1.0, 1.0, 0.11, None),
            ("e", "2008-05-01", "growth", "small", 100.0, 1.0, 1.0, 0.40, 0.5),
            ("f", "2008-06-01", "mature", "medium", 100.0, 1.0, 0.0, 0.50, 0.5),
            ("g", "2001-05-01", "startup", "micro", 100.0, 1.0, 0.0, 0.05, 1.0),
            ("h", "2004-05-01", "growth", "micro", 100.0, 1.0, 1.0, 0.06, 0.5),
            ("i", "2005-05-01", "mature", "small", 100.0, 1.0, 1.0, 0.04, 0.0),
            ("y", "2012-05-01", "mature", "small", 100.0, 1.0, 0.0, 0.04, 0.0),
            ("z", "2005-05-01", None, "small", 100.0, 1.0, 0.0, 0.04, 0.0),
        ],
        columns=["application_id", "as_of", "stage", "size_class", "exposure", "weight", "defaulted", "pd", "share"],
    )
    part = pd.Series([*["out_of_time"] * 6, "development", "calibration", "certification", None, None], dtype="str")
    return table.assign(as_of=pd.to_datetime(table["as_of"]), part=part)


def _features(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "application_id": table["application_id"],
            "enterprise_id": table["application_id"],
            "as_of": table["as_of"],
            "stage": table["stage"].astype("str"),
            "stage_rule": "existing",
            "size_class": table["size_class"],
            "size_rule": "employees_only",
            "data_gap": "",
            "not_applicable": "",
            "province": "IL",
            "industry": "5419",
            "exposure": table["exposure"],
            "guaranteed_share": table["share"],
            "loan_amount": table["exposure"],
            "is_urban": None,
        }
    ).astype({"is_urban": "float64"})


def _decisions(later: pd.DataFrame) -> pd.DataFrame:
    decided = pd.DataFrame(
        {
            "decision": ["approve", "approve", "approve", "refer", "decline", "decline"],
            "rule": ["within_cut_off"] * 3 + ["open_overdue", "above_refer_band", "serious_breach"],
            "limit": [0.10, 0.10, 0.10, 0.10, 0.25, 0.05],
            "grade": ["G5", "G5", "G4", "G6", "G8", "G9"],
            "tolerance": [0.103, 0.103, 0.103, 0.103, 0.103, 0.083],
            "default_limit": [0.103, 0.103, 0.103, 0.103, 0.103, 0.083],
            "fired": ["", "", "", "open_overdue", "", "serious_breach"],
            "compared": "",
        },
        index=later.index,
    )
    return pd.concat([later[["application_id", "stage", "size_class", "pd"]], decided], axis=1)


def _certificate(name: str, certified: bool) -> dict[str, Any]:
    tolerance = 0.103 if name in ("micro", "small") else 0.083
    if certified:
        found = Certificate(name, True, 0.10, tolerance, 0.1, "certified", 50, 2, 40.0, 0.05, 0.09, 0.04, 0.6, 0.7)
    else:
        found = Certificate(name, False, None, tolerance, 0.1, "no_loans")
    level = {"flow": tolerance, "tested": tolerance - 0.01, "classes": (name,)}
    return vars(replace(found, **level, lines=dict.fromkeys(STAGES, 0.10) if certified else {}))


def _stock_flow() -> dict[str, Any]:
    """What became of the tolerances on the way to the tests, and how the lines depend on it."""
    row = {"size_class": "micro", "resolution_years": None, "flow": 0.103, "approved_share_exposure": 0.6}
    evidence = {
        "size_class": "micro",
        "stage": "growth",
        "line": 0.10,
        "loans": 50,
        "defaults": 2,
        "observed_ratio": 0.05,
        "approved_amount": 600.0,
        "approved_share_exposure": 0.6,
        "expected_profit": 0.01,
    }
    return {
        "stock_flow": {**vars(read_stock_flow("sba_study", date(2024, 12, 31))), "since": "2005-01-01"},
        "tested_on": ["2005-01-03", "2005-12-30"],
        "levels": {name: vars(Level(0.103, 0.103, 0.103, 0.093, 1)) for name in SIZE_CLASSES},
        "year_effects": {"rates": {}, "rho": 0.138, "upper": 0.225},
        "evidence": [evidence],
        "objective": "volume",
        "objectives": {"volume": [evidence], "profit": [{**evidence, "approved_amount": 300.0}]},
        "sensitivity": [
            {**row, "rho": rho, "tested": 0.1 - rho, "cut_off": cut} for rho, cut in ((0.0, 0.1), (0.05, None))
        ],
        "looks": {"planned": 1, "loans": "l0", "made": 1},
        "realised_without_margin": {"all": _realised()},
    }


def _realised() -> dict[str, Any]:
    return {
        "loans": 3,
        "amount": 1000.0,
        "approved_loans": 2,
        "approved_share_exposure": 0.5,
        "ratio_approved": 0.01,
        "ratio_all": 0.02,
        "defaults_approved": 1,
    }


def _issued(names: tuple[str, ...]) -> Issued:
    certificates = {name: Certificate(**_certificate(name, name in ("micro", "small"))) for name in names}
    return Issued(date(1901, 1, 1), certificates)


def _reasons() -> pd.DataFrame:
    """One reason against every application, one for it, and what is not known; their sum is 0.25 log-odds."""
    rows = [
        row
        for name in "abcdef"
        for row in (
            (name, "for", 1, "amount", "loan_amount", 100.0, 2000.0, 2005, False, -0.25),
            (name, "against", 1, "guarantee", "guaranteed_share", 0.5, 0.75, 2005, True, 0.5),
            (name, "unknown", 1, None, None, None, None, 0, False, -0.125),
            (name, "other", 1, None, None, None, None, 0, False, 0.125),
        )
    ]
    columns = ["application_id", "side", "rank", "family", "feature", "value", "peers", "peer_year", "of_division"]
    return pd.DataFrame(rows, columns=[*columns, "contribution"]).astype({"value": "float64", "peers": "float64"})


def _fired() -> pd.DataFrame:
    """What the rules compared of the applications d and f."""
    return pd.DataFrame(
        [
            ("d", "open_overdue", "refer", "met", "open_overdues", "at_least", "2", "1"),
            ("f", "serious_breach", "decline", "met", "open_serious_breach", "at_least", "1", "1"),
        ],
        columns=["application_id", "rule", "effect", "state", "quantity", "condition", "value", "bound"],
    )


def _thresholds() -> dict[str, Any]:
    names = ("micro", "small", "medium", "large")
    tolerances = {
        name: {
            "size_class": name,
            "value": 0.103 if name in ("micro", "small") else 0.083,
            "overall": 0.073,
            "uplift": 0.03 if name in ("micro", "small") else 0.01,
            "ceiling": 0.03 if name in ("micro", "small") else None,
            "source": "the notice",
            "flag": "V" if name in ("micro", "small") else "A",
            "since": "2024-01-05",
            "approved_by": "the committee, minute 2024-3" if name == "medium" else "",
        }
        for name in names
    }
    return {
        "policy_on": "2024-12-31",
        "policy_version": "p0",
        "overall_npl": {"value": 0.073, "source": "computed", "flag": "D", "since": "2005-01-01", "approved_by": ""},
        "tolerance_on": "policy",
        "procedure": replace(
            procedure("life_of_loan", date(2024, 12, 31), ("many_lenders",)), issued=(_issued(names),)
        ).facts(),
        "assumed": [{"name": "rules.open_overdue", "flag": "A", "approved_by": ""}],
        "fired": [
            {"rule": "open_overdue", "effect": "refer", "met": 1, "met_amount": 100.0, "unknown": 0}
            | {"unknown_amount": 0.0, "decided": 1, "decided_amount": 100.0}
        ],
        "realised_by_stage": {"micro": {"startup": {**_realised(), "loans": 2, "approved_loans": 1}}},
        "weights": "outcome",
        "tolerances": tolerances,
        "acceptance": {"applications": 5000, "rejected": 1200, "least": 0.5, "out_of_region": 7},
        "swap_ins": {
            "micro": {"applications": 40, "share": 0.06, "gamma": 2.5, "manski_share": 0.02}
            | {"ratios": [[1.0, 0.052], [1.5, 0.061], [2.0, 0.07], [3.0, 0.11]]}
        },
        "certificates": {name: _certificate(name, name in ("micro", "small")) for name in names},
        "realised": {"all": _realised()},
        **_stock_flow(),
    }


def _quality() -> dict[str, Any]:
    broken = [
        {"rule": "amount_range", "rows": 2, "en": "0 ≤ amount", "zh": "0 ≤ amount"},
        {"rule": "as_of_required", "rows": 0, "en": "as_of is given", "zh": "as_of 不为空"},
    ]
    warned = [{"rule": "guaranteed_within_amount", "rows": 3, "en": "guaranteed ≤ amount", "zh": "guaranteed ≤ amount"}]
    table = {"table": "applications", "rows": 14, "kept": 11, "rejected": 2, "duplicates": 1, "broken": broken}
    table |= {"warned": warned}
    return {
        "extracted_on": "2014-12-31",
        "tables": [{**table, "en": "Loan applications", "zh": "贷款申请"}],
        "absent": ["patents"],
    }


def _models() -> dict[str, Any]:
    facts = {
        "catalogue": "c0",
        "data": "d0",
        "split": "s0",
        "development": {"defaults": 1},
        "own_booster": {"trees": 5, "additive_trees": 30, "additive_share": 0.4},
        "pooled_booster": {"trees": 9, "additive_trees": 20, "additive_share": 0.25},
    }
    names = ["guaranteed_share", "loan_amount", "is_urban"]
    curve = {"score": [0.0, 1.0], "logit": [-0.1, 0.9]}
    effect = {"name": "province", "intercepts": {"IL": 0.1, "OH": -0.2}, "gain": 0.0012}
    one = {"features": names, "share": 0.2, "curve": curve, "group_effects": [effect], "facts": facts}
    return dict.fromkeys(STAGES, one)


def _challengers() -> dict[str, Any]:
    """Ours, a plain LightGBM and an EBM: of all stages together, and of growth, where nothing is known of the EBM."""
    known = dict.fromkeys(("loans", "defaults"), 6)
    unknown = dict.fromkeys((*COMPARED, *(f"{name}_{end}" for name in ("ece", "cox_slope") for end in ("low", "high"))))

    def row(stage: str, model: str, *values: float) -> dict[str, Any]:
        ends = {"ece_low": 0.01, "ece_high": 0.03, "cox_slope_low": 0.8, "cox_slope_high": 1.1}
        shown = dict(zip(COMPARED, values, strict=True)) | ends if values else unknown
        return {"stage": stage, "model": model, **known, **shown}

    rows = [
        row("growth", "ours", 0.70, 0.1200, 0.020, 0.90, 0.0, 0.0, 0.0),
        row("growth", "plain LightGBM", 0.68, 0.1250, 0.015, 0.60, 0.02, 0.005, 0.001),
        row("growth", "EBM"),
        row("total", "ours", 0.65, 0.1300, 0.020, 0.70, 0.0, 0.0, 0.0),
        row("total", "plain LightGBM", 0.64, 0.1310, 0.030, 0.60, 0.01, 0.02, 0.001),
        row("total", "EBM", 0.66, 0.1280, 0.004, 1.05, -0.01, 0.005, 0.00064),
    ]
    found = verdicts(pd.DataFrame(rows)).to_dict("records")
    return {"challengers": ["plain LightGBM", "EBM"], "resamples": 200, "rows": rows, "verdicts": found}


def _ablation() -> dict[str, Any]:
    """One domain, R&D, that raises the AUC beyond the noise, of startups and of all stages."""
    effects = {measure: {"value": 0.02, "low": 0.01, "high": 0.03} for measure in ("auc", "log_loss", "approved")}
    whole = {"loans": 10, "defaults": 2, "with_all": {"auc": 0.7, "log_loss": 0.1, "approved": 0.9}}
    groups = {name: {**whole, "added": {"rd": effects}} for name in ("startup", "total")}
    return {"folds": 3, "resamples": 200, "features": {"rd": 12}, "groups": groups}


def _seeds() -> dict[str, Any]:
    """A refit with another seed, one with other folds and one with fewer loans; nothing is known of the first stage."""
    figures = dict(zip(SPREAD, (1234, 0.0512, 0.21, 0.034, 0.87), strict=True))
    none = {**dict.fromkeys(SPREAD), "applications": 0}
    groups = {**dict.fromkeys((*STAGES, "total"), figures), STAGES[0]: none}
    refits = [
        {"kind": kind, "value": value, "groups": groups}
        for kind, value in (("seed", "19"), ("names", "again "), ("left_out", "0.03"))
    ]
    beside = {"applications": 300, "background": 100, "reasons_kept": 0.86}
    return {"reasons": 4, "refits": refits, "interventional": dict.fromkeys(STAGES, beside)}


def _blanked() -> dict[str, Any]:
    """Growth without statements and without patents: the first within its limits."""
    known = {"stage": "growth", "loans": 60, "defaults": 6, "level": 1.2, "level_low": 0.9, "level_high": 1.6}
    known |= {"auc": 0.7, "auc_low": 0.6, "auc_high": 0.8, "riskiest": 0.4}
    none = dict.fromkeys(("low", "high", "met", "offsets_met"))
    limits = {"low": 0.7, "high": 1.4}
    rows = [
        {**known, "table": "complete", "beside": 1.0, "offsets": {"province": 0.1, "industry": 0.0}, **none},
        {**known, "table": "statements", "beside": 0.8, "offsets": {"province": 0.2, "industry": 0.0}}
        | {**limits, "met": True, "offsets_met": True},
        {**known, "table": "patents", "beside": 1.5, "offsets": {"province": 0.6, "industry": 0.0}}
        | {**limits, "met": False, "offsets_met": False},
    ]
    return {"offset_limit": 0.15, "rows": rows}


def _inputs() -> Inputs:
    table = _applications()
    study = table[table["part"].notna()].reset_index(drop=True)
    later = study[study["part"] == "out_of_time"].reset_index(drop=True)
    scores = study.drop(columns="share").assign(enterprise_id=study["application_id"], score=0.0)
    path = pd.DataFrame(
        {
            "cut_off": [0.05, 0.10, 0.2],
            "loans": [20, 50, 80],
            "defaults": [0, 2, 9],
            "observed_ratio": [0.0, 0.05, 0.12],
            "approved_share": [0.2, 0.6, 1.0],
            "p_value": [0.03, 0.04, 0.6],
            "tested": [False, True, True],
            "passed": [False, True, False],
            "upper_bound": [None, 0.09, 0.2],
            "size_class": "micro",
        }
    )
    reason = pd.Series([None] * 9 + ["not_in_any_part", "no_stage"], dtype="str")
    group = {**FIGURES, "loans": 5, "defaults": 2, "default_rate_by_amount": 0.2}
    counted = {"loans": 5, "defaults": 2.0, "population": 9.5}
    named = {stage: {"registered": f"techcredit-sba-{stage}", "model": f"m-{stage}"} for stage in STAGES}
    return Inputs(
        source="sba",
        page="data/sba/report/index.html",
        built_on="2014-12-31",
        days=DAYS,
        quality=_quality(),
        features_meta={
            "missing": {"guaranteed_share": 0.1},
            "params": {"stage_scheme": "sba_proxy", "size_scheme": "employees_only"},
        },
        split_meta={
            "parts": dict.fromkeys(PARTS, counted) | {"out_of_time": {**counted, "loans": 6}},
            "left_out": dict.fromkeys(LEFT_OUT, 0),
        },
        pool={"features": ["loan_amount"] * 5, "unused": {"missing": ["leverage", "quick_ratio"], "constant": []}},
        models=_models(),
        metrics={
            "parts": dict.fromkeys(PARTS, dict.fromkeys((*STAGES, "total"), group))
            | {"out_of_time": {name: {**group, "loans": 2} for name in STAGES} | {"total": {**group, "loans": 6}}},
            "psi": {"startup": 0.1, "growth": None, "mature": 0.3, "total": 0.2},
            "horizons": {stage: {"months": [6, 12], "mean_pd": [0.02, 0.05], "window_months": 12} for stage in STAGES},
            "conservatism": {
                "startup": {
                    "years": {"2001": 0.02, "2003": 0.04},
                    "long_run": 0.03,
                    "mean_pd": 0.05,
                    "shift": -0.53,
                    "margin": None,
                }
            },
        },
        thresholds=_thresholds(),
        tracking={"models": named},
        ground_truth={"truth": False},
        features=_features(table),
        outcomes=pd.DataFrame(
            {
                "application_id": ["h", "i", "a"],
                "defaulted": pd.array([True, True, False], dtype="boolean"),
                "defaulted_on": pd.to_datetime(["2005-05-01", "2009-05-01", None]),
                "known_on": pd.to_datetime(["2005-05-01", "2009-05-01", "2014-12-31"]),
                "weight": [1.0, 3.0, 1.0],
            }
        ),
        split=pd.DataFrame({"application_id": table["application_id"], "part": table["part"], "reason": reason}),
        scores=scores,
        calibration=pd.DataFrame(
            {
                "low_pd": [0.0, 0.0],
                "high_pd": [0.1, 0.5],
                "loans": [6, 6],
                "defaults": [3, 3],
                "mean_pd": [0.05, 0.2],
                "default_rate": [0.5, 0.5],
                "jeffreys_low": [0.2, 0.2],
                "jeffreys_high": [0.8, 0.8],
                "jeffreys_p": [0.0001, 0.01],
                "stage": ["total", "total"],
                "step": ["before", "after"],
            }
        ),
        path=path,
        decisions=_decisions(later),
        fired=_fired(),
        cross_class=cross_class(opened(_thresholds()["procedure"]), date(2024, 12, 31)),
        reasons=_reasons(),
        domains=pd.DataFrame(
            {"application_id": list("abcdef"), "financing": 0.5, "firm": -0.25, "province_effect": 0.0}
        ),
        contributions=pd.DataFrame({"application_id": list("abcdef"), "base": -2.0, "logit": -1.75}),
        figures={"roc": b"\x89PNG"},
    )


@pytest.fixture
def inputs() -> Inputs:
    """The tiny run."""
    return _inputs()


@pytest.fixture
def studied() -> Callable[..., Inputs]:
    """The tiny run with what a study measures, some parts of that replaced."""

    def make(**parts: Any) -> Inputs:
        measured = Study(challengers=_challengers(), ablation=_ablation(), seeds=_seeds(), blanked=_blanked())
        return replace(_inputs(), study=replace(measured, **parts))

    return make


@pytest.fixture
def changed() -> Callable[..., Inputs]:
    """The tiny run with some of its parts replaced."""

    def make(**parts: Any) -> Inputs:
        return replace(_inputs(), **parts)

    return make


UPPER_BOUNDS = {
    "method": "upper_bounds",
    "below": 30,
    "confidence": 0.75,
    "rho": 0.12,
    "classes": [
        {"from_score": -4.0, "loans": 100, "defaults": 1, "pd": 0.031},
        {"from_score": -3.0, "loans": 100, "defaults": 9, "pd": 0.16},
    ],
}
"""What a model says of its fallback."""


def with_fallback(inputs: Inputs, stage: str) -> Inputs:
    """The run with a fallback in one stage, on ten development defaults."""
    model = inputs.models[stage]
    told = {**model["facts"], "fallback": UPPER_BOUNDS, "development": {"defaults": 10}}
    return replace(inputs, models={**inputs.models, stage: {**model, "share": 0, "facts": told}})
