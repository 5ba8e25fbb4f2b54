"""A small bank for tests: enterprises with one headcount each and some applications, and a bundle that scores them."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd

from decisions.certificate import Certificate
from decisions.procedure import Issued
from decisions.procedure import procedure as whole_procedure
from decisions.rules import read_rules
from features.peer_quantiles import peer_quantiles
from features.peers import peer_grids
from features.table import FeatureParams, feature_tables
from models.fitting.acceptance import AcceptanceModel
from models.fitting.blend import alone
from models.fitting.booster import Shape, fit_booster
from models.fitting.calibration import line
from models.fitting.loans import loans
from models.fitting.rows import rows_at_risk
from models.fitting.stage_model import StageModel
from policy.segments import STAGES
from policy.version import version
from schemas.conform import conform, write_table
from schemas.gaps import FILE, no_gaps, write_gaps
from schemas.seal import SEAL, seal
from schemas.tables import TABLES
from scoring.bundle import Bundle
from scoring.check.account import SUMMARY
from tests.parameters import SMALL

SCHEMES = FeatureParams("default", "statistical_2017", "2024-12-31", "500MB")
DAY = pd.Timestamp("2024-06-30")
RULES_OF_OTHER_TABLES = tuple(
    rule.code for rule in read_rules(DAY.date()) if rule.code not in ("data_gap", "out_of_accepted_region")
)
"""The small bank has no table that these rules compare."""
Rows = Sequence[dict[str, object]]


def firms(number: int) -> list[dict[str, object]]:
    """So many enterprises, founded in the years from 2010 on."""
    return [
        {"enterprise_id": f"e{i}", "founded_on": f"{2010 + i % 10}-01-01", "industry": "6510"} for i in range(number)
    ]


def staff(number: int) -> list[dict[str, object]]:
    """One headcount of each."""
    return [
        {"enterprise_id": f"e{i}", "period_end": "2022-12-31", "staff": 10 * i + 1, "rd_staff": 1}
        for i in range(number)
    ]


def asked(number: int) -> list[dict[str, object]]:
    """One application of each."""
    return [
        {"application_id": f"a{i}", "enterprise_id": f"e{i}", "as_of": "2024-01-01", "amount": 1e6, "exposure": 1e6}
        for i in range(number)
    ]


def write_bank(folder: Path, **tables: Rows) -> Path:
    """Write tables of the given rows as canonical ones into `folder`, as a check that rejects none leaves them."""
    for name, rows in tables.items():
        write_table(conform(pd.DataFrame(list(rows)), TABLES[name]), name, folder)
    write_gaps(no_gaps(), folder)
    none: dict[str, int] = {"rejected": 0, "duplicates": 0}
    counts = {n: {"rows": len(r), "kept": len(r), **none, "broken": {}, "warned": {}} for n, r in tables.items()}
    account = {"extracted_on": str(DAY.date()), "tables": counts, "unread": {}, SEAL: seal(folder)}
    (folder / SUMMARY).write_text(json.dumps(account), encoding="utf8")
    return folder


def unchecked(folder: Path) -> Path:
    """The folder, as tables that no check has seen: those may be changed."""
    for name in (FILE, SUMMARY):
        (folder / name).unlink()
    return folder


def small_bundle(loan_book: pd.DataFrame, tables: Path) -> Bundle:
    """A bundle of one booster for all stages, with peers from the folder `tables`."""
    names = ["loan_amount", "staff_count"]
    booster = fit_booster(rows_at_risk(loans(loan_book, names), SMALL), Shape({}), SMALL, 10)
    facts = {"data": "d", "catalogue": "c"}
    models = {s: StageModel(s, alone("pooled", booster), 0.0, line(0.0, 1.0), (), facts) for s in STAGES}
    classes = ("large", "medium", "small", "micro")
    certificates = {c: Certificate(c, True, 0.05, 0.04, 0.1, "certified") for c in classes}
    table = pd.concat(feature_tables(tables, SCHEMES), ignore_index=True)
    procedure = whole_procedure("twelve_months", DAY.date(), RULES_OF_OTHER_TABLES)
    return Bundle(
        models,
        replace(procedure, issued=(Issued(DAY.date() - timedelta(days=365), certificates),)),
        SCHEMES,
        peer_grids(table),
        AcceptanceModel(None, 0.5, 0, 0),
        peer_quantiles(table),
        version(),
    )
