"""`techcredit score`, `explain`, `thresholds`: a finished run applied to a folder of canonical tables."""

import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table as Screen

from decisions.rules import products_named
from decisions.suspension import standing
from explanations.contributions import contributions
from explanations.reasons import UNEXPECTED, reasons
from features.catalogue import by_name
from features.peers import with_peer_ranks
from features.table import feature_tables
from pipelines.commands.screens import show
from pipelines.files import read_json, write_json
from pipelines.granted import held_back
from policy.strict import refuse_assumed
from reports.memo.page import pd_without
from reports.numbers import telling
from reports.rule_texts import fired_lines, rule_sentence
from reports.texts import coded, in_language, text
from schemas.account import TooManyRejectedError, refuse_too_many, sentences, summary
from schemas.checks import Checks, checked_folder
from schemas.conform import BadTableError
from schemas.fit import fit, write_fit
from scoring.assemble import compared, decided
from scoring.batch import Counts, of_application, rejects_of, score_folder
from scoring.bundle import Bundle, open_bundle

EXPLAIN_HEADS = (
    "explain.side",
    "explain.feature",
    "explain.value",
    "explain.unit",
    "explain.effect",
    "explain.contribution",
)
SIDES = {"for": "explain.for", "against": "explain.against", UNEXPECTED: "explain.unexpected"}
THRESHOLD_ROWS = {
    "tolerance": "thresholds.tolerance",
    "flow": "thresholds.flow",
    "tested": "thresholds.tested",
    "cut_off": "thresholds.cut_off",
    "observed_ratio": "thresholds.observed_ratio",
    "upper_bound": "thresholds.upper_bound",
    "approved_share_exposure": "thresholds.approved_share_exposure",
}


def score_tables(
    model: Path,
    tables: Path,
    output: Path,
    extracted_on: datetime | None,
    wanted: Checks,
    strict: bool = False,
    ledger: str | None = None,
) -> None:
    """Score the folder `tables` into `output`; print what became of every row and write it to `<output>.summary.json`.

    With the address of a `ledger` an application whose size class has no tolerance granted on its own day, or is
    suspended by the ledger, is referred.

    Raises
    ------
    TooManyRejectedError
        When no application was scored, or more rows of a table were rejected than its limit allows; everything has been
        written by then.
    PolicyError
        When `strict` and a policy figure of the decisions is assumed or recalled; nothing has been written then.
    """
    bundle = open_bundle(model)
    if strict:
        refuse_assumed(bundle.assumed)
    bundle = bundle if ledger is None else held_back(bundle, ledger)
    with Console(stderr=True).status("score"):
        day = None if extracted_on is None else pd.Timestamp(extracted_on)
        counts = score_folder(bundle, tables, output, day, wanted)
    written = output.with_name(output.name + ".summary.json")
    say = sys.stdout.write
    for q in counts.quality:
        say(f"{q.line()}\n")
    same = f" + identical duplicates {counts.duplicates}" if counts.duplicates else ""
    say(f"rows in {counts.rows_in} = scored {counts.scored} + rejected {counts.rejected}{same}\n")
    counted_by = {
        "decisions": counts.decisions,
        "decided by rule": counts.rules,
        "applications with a data gap": counts.data_gaps,
    }
    for name, counted in counted_by.items():
        if counted:
            say(f"{name}: {', '.join(f'{key} {rows}' for key, rows in counted.items())}\n")
    for q in counts.quality:
        if not q.rows and q.table not in counts.unknown["says_nothing"]:
            say(f"note: table {q.table} is delivered without a row: every applicant counts as having none in it\n")
    for name, rows in counts.unread.items():
        say(f"{name}: {rows} rows of the bank's files could not be read by the import and are not counted here\n")
    for sentence in sentences(counts.unknown):
        say(f"{sentence}\n")
    for name, rows in counts.out_of_range.items():
        say(f"feature {name} is outside the range of the catalogue in {rows} applications\n")
    for note in _notes(counts, bundle):
        say(f"note: {note}\n")
    not_checked = bundle.procedure.not_checked
    if not_checked:
        say(f"rules not checked, because the run never knew what they compare: {', '.join(not_checked)}\n")
    if bundle.assumed:
        say(f"note: {len(bundle.assumed)} policy figures of these decisions are assumed or recalled (flags A, R)\n")
    told = {"not_checked": not_checked, "assumed": bundle.assumed, "suspended": standing(bundle.procedure.suspensions)}
    write_json({**_summary(counts, wanted), **told}, written)
    for path in (output, rejects_of(output), written):
        say(f"{path}\n" if path.exists() else "")
    refuse_too_many(counts.quality, wanted.limits)
    if not counts.scored:
        message = f"no application was scored: {counts.rejected} of {counts.rows_in} were rejected"
        raise TooManyRejectedError(message)


def _notes(counts: Counts, bundle: Bundle) -> list[str]:
    """What a reader of the decisions must know of products without a rule, and of days the model knows nothing of."""
    found = []
    if counts.products:
        listed = ", ".join(f"{name} {rows}" for name, rows in counts.products.items())
        known = ", ".join(products_named(bundle.procedure.rules))
        found.append(f"no rule names these products: {listed}; rules of a product are asked of {known} alone")
    if counts.beyond_peers:
        last = pd.Timestamp(bundle.grids["month"].max())
        found.append(
            f"{counts.beyond_peers} applications were decided after {last:%Y-%m}, the last month with known peers: "
            "they are ranked among the peers of that month, by a model and certificates of earlier loans"
        )
    return [*found, *standing(bundle.procedure.suspensions)]


def _summary(counts: Counts, wanted: Checks) -> dict[str, Any]:
    applications = {
        "rows": counts.rows_in,
        "scored": counts.scored,
        "rejected": counts.rejected,
        "duplicates": counts.duplicates,
    }
    return {
        "extracted_on": str(counts.extracted_on.date()),
        "applications": applications,
        **summary(counts.quality, wanted.limits),
        "features_out_of_range": counts.out_of_range,
        "unread_at_import": counts.unread,
        "decisions": counts.decisions,
        "rules": counts.rules,
        "products_without_rule": counts.products,
        "beyond_peers": counts.beyond_peers,
        "data_gaps": counts.data_gaps,
        **counts.unknown,
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
    """Print PD, grade, decision, rule, limit, rules that fired, data gaps and reasons of one application of `tables`.

    They are those that `score` gives it, with the same `ledger`: both go through the same check and preparation.

    Raises
    ------
    BadTableError
        When the folder holds no such application, it was rejected, or it has no stage.
    """
    bundle = open_bundle(model)
    bundle = bundle if ledger is None else held_back(bundle, ledger)
    day = None if extracted_on is None else pd.Timestamp(extracted_on)
    row = _feature_row(tables, application, bundle, day, wanted)
    verdict = decided(row, bundle).iloc[0]
    fired = compared(row, bundle)
    catalogue = by_name()
    recommended = text("memo.recommended", language, decision=coded("decision", verdict["decision"]))
    screen = Screen(title=f"{application}: {recommended}")
    for key in EXPLAIN_HEADS:
        screen.add_column(text(key, language))
    found = contributions(row, bundle.models)
    logit = float(found["logit"].iloc[0])
    listed = reasons(found, row, bundle.peer_quantiles)
    for reason in listed[listed["side"].isin(SIDES)].to_dict("records"):
        feature = catalogue[str(reason["feature"])]
        value = "–" if pd.isna(reason["value"]) else f"{reason['value']:,.4g}"
        unit, label = (t.zh if language == "zh" else t.en for t in (coded("unit", feature.unit), feature.label))
        side = text(SIDES[str(reason["side"])], language)
        contribution = float(reason["contribution"])
        effect = f"{pd_without(logit, contribution):.2%} → {pd_without(logit, 0.0):.2%}"
        screen.add_row(side, label, value, unit, effect, f"{contribution:+.3f}")
    console = Console()
    console.print(_compared(verdict, language), highlight=False)
    console.print(in_language(rule_sentence(str(verdict["rule"]), str(verdict["decision"])), language), highlight=False)
    for line in fired_lines(fired):
        console.print(f"· {in_language(line, language)}", highlight=False, markup=False)
    if verdict["data_gap"]:
        console.print(f"{text('memo.data_gap', language)}: {verdict['data_gap']}", highlight=False, markup=False)
    show(screen)


def _compared(verdict: pd.Series, language: str) -> str:
    """PD with its grade and the limit it was compared with, in so many digits that the two differ."""
    pd_, limit = float(verdict["pd"]), float(verdict["limit"])
    told, grade = text("explain.limit", language), text("explain.grade", language, grade=str(verdict["grade"]))
    shown, beside = telling(pd_, limit)
    return f"PD {shown}, {grade}; {told} {beside}"


def _feature_row(
    tables: Path, application: str, bundle: Bundle, day: pd.Timestamp | None, wanted: Checks
) -> pd.DataFrame:
    """Features of one application, by the check and the preparation of a batch; its own rows alone are computed."""
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
    with tempfile.TemporaryDirectory(prefix="techcredit-") as folder:
        write_fit(of_application(fit(result, tables), application), Path(folder))
        table = pd.concat(feature_tables(Path(folder), bundle.schemes, bundle.taught), ignore_index=True)
    ranked = with_peer_ranks(table, bundle.grids)
    row = ranked[ranked["application_id"] == application].reset_index(drop=True)
    if row["stage"].isna().all():
        message = f"wanted application {application!r} with a stage; no stage rule fits it"
        raise BadTableError(message)
    return row


def show_thresholds(model: Path, language: str) -> None:
    """Print the certificate of every size class of a finished run, one column per class."""
    bundle = open_bundle(model)
    found = read_json(model / "thresholds" / "thresholds.json")["certificates"]
    screen = Screen(title=str(model))
    screen.add_column("")
    for name in found:
        screen.add_column(text(f"size.{name}", language), justify="right")
    for key, heading in THRESHOLD_ROWS.items():
        approved = key == "approved_share_exposure"
        shown = (_percent(None if approved and not c["certified"] else c[key]) for c in found.values())
        screen.add_row(text(heading, language), *shown)
    screen.add_row(text("thresholds.loans", language), *(f"{c['loans']:,}" for c in found.values()))
    console = Console()
    show(screen)
    for name, c in found.items():
        reason = text(f"certificate.{c['reason']}", language)
        console.print(f"{text(f'size.{name}', language)}: {reason}", highlight=False)
    for sentence in standing(bundle.procedure.suspensions):
        console.print(sentence, highlight=False)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2%}"
