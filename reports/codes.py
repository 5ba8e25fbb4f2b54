"""The codes of the product that need a text: every member of a family has its entry in texts.yaml."""

from collections.abc import Mapping
from typing import get_args

from decisions.certificate import REASONS
from decisions.decide import OUTCOMES
from decisions.modes import MODES
from decisions.objectives import OBJECTIVES
from decisions.rules import EFFECTS
from features.catalogue import CATALOGUE
from features.gaps import ABSENT, NO_ROW
from features.states import State
from models.challengers.verdicts import OURS
from models.fitting.group_effects import GROUP_EFFECTS
from models.fitting.params import MEMBERS
from models.fitting.split import LEFT_OUT, PARTS
from policy.conditions import WORDS
from policy.loader import FLAGS, figures
from policy.segments import SIZE_CLASSES, STAGES
from reports.memo.known import FIGURES
from reports.memo.rule_words import SHORTENED
from schemas.declarations import PANDAS_DTYPES
from schemas.innovation import QUALIFICATION_KINDS
from schemas.rules import KINDS
from schemas.tables import TABLES
from sources.simulated.loans import PLEDGES, PRODUCTS, PURPOSES

STEPS = ("before", "after")
"""Steps of a calibration table; see models/validation/evaluation.py."""
SIZE_INDICATORS = ("staff", "revenue", "assets")
"""Indicators of the size standard; see policy/size_class.yaml."""
COVERS = ("full", "part", "none", "unknown")
"""Guarantee cover of a loan; see reports/sections/cover.py."""
LEFT_OUT_BY_SOURCE = ("cdc_504_debenture",)
"""Why a source leaves applications out of its tables; see sources/sba.py."""
CHALLENGERS = (
    "plain LightGBM",
    "pooled only",
    "independent only",
    "scorecard",
    "scorecard per stage",
    "EBM",
    "HistGradientBoosting",
    "ridge logistic",
    "CatBoost",
)
"""Challengers of the stage models; see models/challengers/pds.py."""
PROVINCES = (
    *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43"),
    *("44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82"),
)
"""Provinces of China by GB/T 2260."""
GAP_KINDS = ("rejected", ABSENT, NO_ROW)
"""What a gap in the data of a table may be: rows that broke a rule, or one of the two that `features.gaps` names."""
PRODUCTS_NAMED = (*PRODUCTS, "contract_loan", "loan_with_investment")
"""Products with a name in words: those of the simulated portfolio and of policy/rules.yaml."""
VERDICTS = ("met", "exceeded", "not_certified", "nothing_approved")
"""Whether the realised ratio stayed within the tolerance; see reports/sections/limit_outcome.py."""


def families() -> Mapping[str, tuple[str, ...]]:
    """Codes of each family, by the section of texts.yaml that holds their texts."""
    stage_rules = [
        rule["name"] for scheme in figures("stage").values() for rules in scheme.values.values() for rule in rules
    ]
    size_industries = max(figures("size_class")["statistical_2017"].values.items())[1]
    units = {f.unit for f in CATALOGUE} | {c.unit for t in TABLES.values() for c in t.columns if c.unit}
    return {
        "rule": tuple(OUTCOMES),
        "decision": ("approve", "refer", "decline"),
        "outcome": tuple(OUTCOMES),
        "effect": EFFECTS,
        "condition": tuple(WORDS),
        "certificate": REASONS,
        "mode": MODES,
        "left_out": LEFT_OUT,
        "left_out_by_source": LEFT_OUT_BY_SOURCE,
        "stage": STAGES,
        "size": SIZE_CLASSES,
        "part": PARTS,
        "flag": tuple(FLAGS),
        "cover": COVERS,
        "province": PROVINCES,
        "gap_kind": GAP_KINDS,
        "table_short": tuple(name for name in TABLES if name not in ("applications", "outcomes")),
        "verdict": VERDICTS,
        "stage_rule": tuple(dict.fromkeys(stage_rules)),
        "unit": tuple(sorted(units)),
        "dtype": tuple(PANDAS_DTYPES),
        "size_industry": tuple(size_industries),
        "size_indicator": SIZE_INDICATORS,
        "group_effect": GROUP_EFFECTS,
        "member": MEMBERS,
        "step": STEPS,
        "challenger": (OURS, *CHALLENGERS),
        "challenger_what": CHALLENGERS,
        "noise": ("within", "beyond"),
        "objective": OBJECTIVES,
        "risk": ("rises", "falls"),
        "value": get_args(State),
        "short_rule": SHORTENED,
        "product": PRODUCTS_NAMED,
        "loan_purpose": PURPOSES,
        "pledged": PLEDGES,
        "guarantor": TABLES["guarantees"].column("guarantor_kind").values or (),
        "qualification": QUALIFICATION_KINDS,
        "annual": FIGURES,
        "broken_rule": (*KINDS, "unreadable", "other"),
    }
