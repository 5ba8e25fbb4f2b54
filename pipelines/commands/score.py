"""`techcredit score` and `thresholds`: a finished run applied to a folder of canonical tables, and its cut-offs."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table as Screen

from decisions.rules import products_named
from decisions.suspension import standing
from pipelines.commands.clean import tidied
from pipelines.commands.columns import refuse_lost, told_absent
from pipelines.commands.opened_run import opened_run
from pipelines.commands.progress import figures, measured, shown
from pipelines.commands.screens import show
from pipelines.files import read_json, write_json
from pipelines.ledger import file_of
from pipelines.printing import Console
from reports.texts import text
from schemas.account import TooManyRejectedError, refuse_too_many, sentences, summary
from schemas.checks import Checks
from scoring.batch import score_folder
from scoring.bundle import Bundle, open_bundle
from scoring.counts import Counts
from scoring.options import Options
from scoring.output.target import Target, target

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
    output: Path | Target,
    extracted_on: datetime | None,
    wanted: Checks,
    strict: bool = False,
    ledger: str | None = None,
    memory: int | None = None,
    threads: int = 2,
    required: tuple[str, ...] = (),
) -> None:
    """Score the folder `tables` into `output`; print what became of every row, and write it to a summary beside it.

    Nothing is scored when one of the tables `required` is not there. With the address of a `ledger` an application
    whose size class has no tolerance granted on its own day, or is suspended by the ledger, is referred.

    Raises
    ------
    TooManyRejectedError
        When no application was scored, or more rows of a table were rejected than its limit allows; everything has been
        written by then.
    BadTableError
        When a column is misspelt, or one did not come that a feature of the models needs, or as `score_folder`.
    PolicyError
        When `strict` and a policy figure of the decisions is assumed or recalled; nothing has been written then.
    """
    where = output if isinstance(output, Target) else target(str(output))
    bundle, told, notes = opened_run(model, strict, ledger)
    day = None if extracted_on is None else pd.Timestamp(extracted_on)
    absent = refuse_lost(tables, bundle)
    notes = [*notes, *told_absent(absent)]

    def summarise(counts: Counts, path: Path) -> None:
        write_json({**batch_summary(counts, bundle, wanted), "absent_columns": absent, **told}, path)

    earlier = _day_of(where)
    before = where.path.exists() if where.kind == "file" else any(where.path.glob("part-*"))
    tidied(where.path.absolute().parent)
    kept = None if ledger is None else file_of(ledger)
    with shown() as progress:
        options = Options(
            *(memory, threads, threads),
            run=model,
            progress=progress,
            summary=summarise,
            required=required,
            kept={} if kept is None else {"the ledger": kept},
        )
        counts = score_folder(bundle, tables, where, day, wanted, options)
    tell_counts(counts, bundle)
    sys.stdout.writelines(f"note: {sentence}\n" for sentence in notes)
    for place in (*([] if where.kind == "database" else [where.path]), where.rejects, where.manifest, where.summary):
        sys.stdout.write(f"{place}\n" if place.exists() else "")
    if not counts.scored:
        sys.stdout.write(_nothing_scored(where, before))
    elif earlier not in (None, day_scored := str(counts.extracted_on.date())):
        sys.stdout.write(f"note: the scores of {earlier} in {where.path} were replaced by those of {day_scored}\n")
    refuse_too_many(counts.quality, wanted.limits)
    if not counts.scored:
        message = f"no application was scored: {counts.rejected} of {counts.rows_in} were rejected"
        raise TooManyRejectedError(message)


def _day_of(where: Target) -> str | None:
    """The day that the batch at the target stands for, by its manifest; None where there is none, or of a database."""
    if where.kind == "database" or not where.manifest.is_file():
        return None
    told = read_json(where.manifest)
    return str(told["extracted_on"]) if isinstance(told, dict) and "extracted_on" in told else None


def _nothing_scored(where: Target, before: bool) -> str:
    """What became of the scores of an earlier batch, which were there `before`."""
    if where.kind == "database":
        return f"note: no application was scored: rows of earlier batches stay in {where.shown}\n"
    if before:
        return f"note: no application was scored: the scores of an earlier batch in {where.path} were removed\n"
    return ""


def tell_counts(counts: Counts, bundle: Bundle) -> None:
    """Print what became of every row and what a reader of the decisions must know."""
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
    for name in counts.not_delivered:
        say(
            f"note: table {name}, which the models were taught with, is not there: no application is approved by rule\n"
        )
    for name, rows in counts.unread.items():
        say(f"{name}: {rows} rows of the bank's files could not be read by the import and are not counted here\n")
    for sentence in sentences(counts.unknown):
        say(f"{sentence}\n")
    for name, rows in counts.out_of_range.items():
        say(f"feature {name} is outside the range of the catalogue in {rows} applications\n")
    for stage, defaults in bounded(bundle).items():
        say(f"note: PDs of {stage} are upper bounds, as {defaults} development defaults give no estimate\n")
    for note in _notes(counts, bundle):
        say(f"note: {note}\n")
    not_checked = bundle.procedure.not_checked
    if not_checked:
        say(f"rules not checked, because the run never knew what they compare: {', '.join(not_checked)}\n")
    if bundle.assumed:
        flagged = f"{len(bundle.assumed)} policy figures of these decisions"
        say(f"note: {flagged} are assumed, recalled or not found (flags A, R, U)\n")
    if counts.seconds:
        say(f"{measured(counts)}\n")


def bounded(bundle: Bundle) -> dict[str, int]:
    """Development defaults of the stages whose PDs are upper bounds (`fallback` of params.yaml), by stage."""
    facts = {stage: model.facts for stage, model in bundle.models.items() if model.facts.get("fallback")}
    return {stage: int(of["development"]["defaults"]) for stage, of in facts.items()}


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


def batch_summary(counts: Counts, bundle: Bundle, wanted: Checks) -> dict[str, Any]:
    """What became of every row of a batch, and what a reader must know of it, as plain data for a JSON file."""
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
        "not_delivered": list(counts.not_delivered),
        "not_checked": bundle.procedure.not_checked,
        "assumed": bundle.assumed,
        "upper_bounds": bounded(bundle),
        "suspended": standing(bundle.procedure.suspensions),
        **figures(counts),
    }


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
