"""`techcredit explain`: why one application of a folder of tables has its PD and its decision."""

from collections.abc import Hashable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table as Screen

from explanations.contributions import contributions
from explanations.reasons import OTHER, UNEXPECTED, UNKNOWN, reasons
from features.catalogue import by_name
from features.families import FAMILIES
from features.peers import with_peer_ranks
from features.table import feature_tables
from pipelines.commands.columns import refuse_lost
from pipelines.commands.screens import show
from pipelines.granted import held_back
from pipelines.params import ParamsError, section
from pipelines.printing import Console
from pipelines.report import ReportParams
from policy.folders import temporary
from reports.fallback import of_pd
from reports.memo.effects import pd_without
from reports.memo.gaps import gap_lines
from reports.memo.money import Money
from reports.memo.plans import plan_lines
from reports.memo.values import value_of
from reports.numbers import MISSING, percent, telling
from reports.rule_texts import fired_lines, rule_sentence
from reports.sources import notes
from reports.texts import both, coded, in_language, joined, text
from reports.view import Cell
from schemas.checks import Checks, checked_folder
from schemas.conform import BadTableError
from schemas.declarations import Text
from schemas.fit import fit, write_fit
from scoring.assemble import compared, decided
from scoring.batch import of_application
from scoring.bundle import Bundle, open_bundle
from scoring.check.earlier import require_as_left
from scoring.plans import plans

HEADS = (
    "explain.side",
    "explain.family",
    "explain.feature",
    "explain.value",
    "explain.peers",
    "explain.effect",
    "explain.contribution",
)
SIDES = {
    "for": "explain.for",
    "against": "explain.against",
    UNEXPECTED: "explain.unexpected",
    UNKNOWN: "explain.unknown",
    OTHER: "explain.other",
}


def explain_application(
    model: Path,
    tables: Path,
    application: str,
    language: str,
    extracted_on: datetime | None,
    wanted: Checks,
    ledger: str | None = None,
) -> None:
    """Print PD, grade, decision, rule, limit, rules that fired, data gaps, reasons and plans of one application.

    They are those that `score` gives it, with the same `ledger`: both go through the same check and preparation.

    Raises
    ------
    BadTableError
        When the folder holds no such application, it was rejected, or it has no stage.
    """
    bundle = open_bundle(model)
    bundle = bundle if ledger is None else held_back(bundle, ledger)
    day = None if extracted_on is None else pd.Timestamp(extracted_on)
    row = feature_row(tables, application, bundle, day, wanted)
    verdict = decided(row, bundle).iloc[0]
    money = Money(_currency(model))
    console = Console()
    for line in _lines(row, verdict, bundle, language):
        console.print(line, highlight=False, markup=False)
    show(_screen(row, bundle, money, f"{application}: {_recommended(verdict, language)}", language))
    console.print(_without_value(row, bundle, language), highlight=False, markup=False)
    console.print(text("memo.plans", language), highlight=False)
    for told in plan_lines(plans(row, bundle, verdict), money):
        console.print(_item(in_language(told, language), language), highlight=False, markup=False)


def _currency(model: Path) -> str:
    """ISO code of the money of the run in the folder `model`: that of its source, or of params.yaml."""
    source = model.resolve().name
    try:
        asked = section("report", ReportParams, source).currency
    except (ParamsError, FileNotFoundError):
        asked = None
    return notes(source, asked).currency


def _recommended(verdict: pd.Series, language: str) -> str:
    return text("memo.recommended", language, decision=coded("decision", verdict["decision"]))


def _item(line: str, language: str) -> str:
    """A line of a list. A Chinese one has no space that a screen could break at, so none may follow its dot."""
    return f"·{'' if language == 'zh' else ' '}{line}"


def _lines(row: pd.DataFrame, verdict: pd.Series, bundle: Bundle, language: str) -> list[str]:
    """What decided, the rules that fired, and the gaps in the data."""
    pd_, limit = float(verdict["pd"]), float(verdict["limit"])
    grade = text("explain.grade", language, grade=str(verdict["grade"]))
    shown, beside = telling(pd_, limit)
    first = text("explain.pd", language, pd=shown, grade=grade, limit=beside)
    sentence = in_language(rule_sentence(str(verdict["rule"]), str(verdict["decision"])), language)
    fired = [in_language(line, language) for line in fired_lines(compared(row, bundle))]
    gaps = [in_language(line, language) for line in gap_lines(str(verdict["data_gap"]))]
    known = bundle.models[str(row["stage"].iloc[0])].facts
    bounded = [in_language(of_pd(known), language)] if known.get("fallback") else []
    items = [_item(line, language) for line in (*fired, *gaps)]
    return [first, *bounded, sentence, *items]


def _screen(row: pd.DataFrame, bundle: Bundle, money: Money, title: str, language: str) -> Screen:
    """The parts that the PD is made of, a row each: reasons first, then what is not known, then all the rest."""
    screen = Screen(title=title)
    for key in HEADS:
        screen.add_column(text(key, language))
    found = contributions(row, bundle.models)
    logit = float(found["logit"].iloc[0])
    for part in reasons(found, row, bundle.peer_quantiles).to_dict("records"):
        contribution = float(part["contribution"])
        effect = f"{percent(pd_without(logit, contribution))} → {percent(pd_without(logit, 0.0))}"
        cells = [_word(cell, language) for cell in _told(part, money)]
        screen.add_row(text(SIDES[str(part["side"])], language), *cells, effect, f"{contribution:+.3f}")
    return screen


def _without_value(row: pd.DataFrame, bundle: Bundle, language: str) -> str:
    """Every feature of the stage's model that has no value for this applicant."""
    used = bundle.models[str(row["stage"].iloc[0])].features
    catalogue = by_name()
    missing = [catalogue[name].label for name in used if name in catalogue and pd.isna(row[name].iloc[0])]
    if not missing:
        return text("memo.nothing_missing", language)
    return text("explain.without_value", language, features=joined(missing))


def _told(part: Mapping[Hashable, Any], money: Money) -> tuple[Cell, Cell, Cell, Cell]:
    """Family, feature, value and what the peers have; empty where a part has no family."""
    if pd.isna(part["family"]):
        return "", "", "", ""
    feature = by_name()[str(part["feature"])]
    value, peers = float(part["value"]), float(part["peers"])
    beside: Cell = MISSING
    if not pd.isna(peers):
        centre = percent(peers, 0) if feature.unit == "flag" else value_of(feature, peers, money)
        beside = both("explain.of_year", value=centre, year=str(part["peer_year"]))
    return FAMILIES[str(part["family"])].label, feature.label, value_of(feature, value, money), beside


def _word(cell: Cell, language: str) -> str:
    return in_language(cell, language) if isinstance(cell, Text) else cell


def feature_row(
    tables: Path, application: str, bundle: Bundle, day: pd.Timestamp | None, wanted: Checks
) -> pd.DataFrame:
    """Features of one application, by the check and the preparation of a batch; its own rows alone are computed."""
    require_as_left(tables)
    refuse_lost(tables, bundle)
    result, _ = checked_folder(tables, day, wanted)
    rejects = result.rejects["applications"]
    broken = rejects[rejects["application_id"] == application]
    if len(broken):
        rules = ", ".join(sorted({rule for rules in broken["rules"] for rule in rules}))
        message = f"application {application!r} in {tables} was rejected by the check: {rules}"
        raise BadTableError(message)
    if not (result.tables["applications"]["application_id"] == application).any():
        message = f"wanted application {application!r} in {tables}; it is not there"
        raise BadTableError(message)
    with temporary() as folder:
        write_fit(of_application(fit(result, tables), application), folder)
        table = pd.concat(feature_tables(folder, bundle.schemes, bundle.taught), ignore_index=True)
    ranked = with_peer_ranks(table, bundle.ranks)
    row = ranked[ranked["application_id"] == application].reset_index(drop=True)
    if row["stage"].isna().all():
        message = f"wanted application {application!r} with a stage; no stage rule fits it"
        raise BadTableError(message)
    return row
