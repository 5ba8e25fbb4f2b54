"""`techcredit validate`, `import`, `catalogue`, `dictionary`: the tables of a bank, and lists of what they may hold."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from rich.markup import escape
from rich.table import Table as Screen

from features.catalogue import CATALOGUE, entries
from pipelines.commands.bank import accounts_table, say_left_out, say_problems, spread_table
from pipelines.commands.columns import absent_columns, told_absent
from pipelines.commands.costs import lost_features
from pipelines.commands.imports import account_of_folder, refuse_overwriting
from pipelines.commands.screens import show
from pipelines.commands.stream_import import stream_import
from pipelines.files import IMPORT_SUMMARY, write_json
from pipelines.params import ParamsError, content
from pipelines.printing import Console
from reports.sections.dictionary import columns_grid, dictionary_page, known_text
from reports.sections.quality import quality_page
from reports.texts import in_language
from schemas.account import refuse_too_many, sentences
from schemas.checks import Checks, checked_folder, checks, write_check
from schemas.conform import BadTableError
from schemas.fit import fit
from schemas.tables import TABLES
from scoring.check.earlier import require_as_left
from sources.bank.mapping import load_mapping
from sources.bank.trial import dry_run


def checks_asked(params: Path | None, expectations: Path | None) -> Checks:
    """Limits and the bank's expectations as `validate: default:` of the file `params` has them; `expectations` wins.

    Raises
    ------
    ParamsError
        When the file has no such section.
    BadTableError
        When a limit or a suite cannot be used.
    """
    said: dict[str, Any] = {}
    if params is not None:
        sections = content(params).get("validate")
        if not isinstance(sections, dict):
            message = f"{params}: wanted section validate with default; it is not there"
            raise ParamsError(message)
        said = sections.get("default") or {}
        named = isinstance(said, dict) and set(said) <= {"rejected_limit", "expectations", "extracted_on"}
        if not named or not isinstance(said.get("rejected_limit") or {}, dict):
            message = (
                f"{params}, section validate, default: wanted rejected_limit (shares by table) and expectations "
                f"(a path); got {said!r}"
            )
            raise ParamsError(message)
    kept = said.get("expectations")
    return checks(said.get("rejected_limit"), expectations or (None if kept is None else Path(str(kept))))


def validate_tables(tables: Path, output: Path | None, extracted_on: datetime | None, wanted: Checks) -> None:
    """Check a folder of canonical tables and print the counts; rejects, suites and page go to `output`, where given.

    Raises
    ------
    TooManyRejectedError
        When more rows of a table were rejected than its limit allows; everything has been written by then.
    """
    if output is not None and output.resolve() == tables.resolve():
        message = f"wanted an output folder other than the tables that are checked; got {output} for both"
        raise BadTableError(message)
    require_as_left(tables)
    absent = absent_columns(tables)
    with Console(stderr=True).status("validate"):
        result, day = checked_folder(tables, None if extracted_on is None else pd.Timestamp(extracted_on), wanted)
    told = fit(result, tables).told()
    sys.stdout.write("".join(f"{line}\n" for line in (*(q.line() for q in result.quality), *sentences(told))))
    sys.stdout.writelines(f"note: {sentence}\n" for sentence in told_absent(absent))
    if output is not None:
        report = write_check(result, day, wanted, output, told)
        (output / "quality.html").write_text(quality_page(report), encoding="utf8")
    refuse_too_many(result.quality, wanted.limits)


def import_tables(mapping: Path, location: str, output: Path, overwrite: bool = False) -> None:
    """Write a bank's own tables, read by a mapping file, as canonical Parquet tables, and the account of their rows.

    A row delivered twice is written once. Rows with a value that cannot be read go to
    `<output>/rejects/<table>.parquet`, one line per such value, in the columns of `sources.bank.rejects.REJECT_DTYPES`.
    `summary.json` beside the tables counts what became of every row; the account of tables that an earlier import
    wrote into the folder stays in it.

    Raises
    ------
    BadTableError
        When a table of the mapping lies in the folder already, and `overwrite` is not asked for.
    TooManyRejectedError
        When more rows of a table were rejected than the limit allows; everything has been written by then.
    """
    known = load_mapping(mapping)
    refuse_overwriting([table.ours.name for table in known.tables], output, overwrite)
    found, quality = stream_import(known, location, output)
    say_problems((), found.bad, found.notes)
    say_left_out(found.accounts)
    show(accounts_table(found.accounts))
    for name in TABLES:
        if name not in {q.table for q in quality} and (output / f"{name}.parquet").exists():
            sys.stdout.write(f"note: {output / f'{name}.parquet'} was there before and is not of this import\n")
    write_json(account_of_folder(quality, output), output / IMPORT_SUMMARY)
    sys.stdout.write("".join(f"{q.line()}\n" for q in quality))
    refuse_too_many(quality)


def dry_run_tables(mapping: Path, location: str) -> None:
    """Print what would go wrong, what the values look like in our units, and what the bank's own tables lack.

    Raises
    ------
    BadTableError
        When the import itself would stop or reject rows; the reasons have been printed.
    """
    found = dry_run(mapping, location)
    say_problems(found.stops, found.bad, found.notes)
    say_left_out(found.accounts)
    show(accounts_table(found.accounts))
    for name in dict.fromkeys(table for table, _ in found.spreads):
        show(spread_table(name, found.spreads))
    with Console(stderr=True).status("features"):
        lost = lost_features(found.missing)
    listed = {
        "tables without a source": found.missing_tables,
        "columns without a source": [f"{t}.{c}" for t, c in found.missing if t not in found.missing_tables],
        "known_on from the declared lag": found.lagged,
        "columns of the bank not used": [f"{column} ({part})" for part, column in found.unused],
        "files that no mapping names": found.not_named,
        f"features lost: {len(lost)} of {len(CATALOGUE)}": lost,
    }
    for what, names in listed.items():
        sys.stdout.write(f"{what}: {', '.join(names) or 'none'}\n")
    if not found.ready:
        rows = sum(account.rejected for account in found.accounts)
        told = [
            *found.stops,
            *([f"{rows} rows hold values that cannot be read, or lack one that every row needs"] if rows else []),
        ]
        raise BadTableError("; ".join(told))


def show_catalogue(as_json: bool) -> None:
    """Print the catalogue, as a table or as JSON."""
    if as_json:
        sys.stdout.write(json.dumps(entries(), ensure_ascii=False, indent=1) + "\n")
        return
    screen = Screen(title=f"{len(CATALOGUE)} features")
    for heading in ("feature", "domain", "label", "标签", "unit", "risk"):
        screen.add_column(heading)
    for e in entries():
        screen.add_row(e["name"], e["domain"], e["label_en"], e["label_zh"], e["unit"], e["risk"] or "–")
    show(screen)


def show_dictionary(language: str, output: Path | None) -> None:
    """Print the tables a bank may give, with columns, units and days known, or write the page of both languages.

    The page, which also lists the features, is made where `output` names it.

    Raises
    ------
    TextError
        When the language is not one of LANGUAGES.
    """
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(dictionary_page(), encoding="utf8")
        sys.stdout.write(f"{output}\n")
        return
    for table in TABLES.values():
        grid, known = columns_grid(table), known_text(table)
        sys.stdout.write(f"{in_language(grid.caption, language)}\n")
        screen = Screen()
        for head in grid.heads:
            screen.add_column(in_language(head.label, language))
        for row in grid.rows:
            screen.add_row(*(escape(in_language(cell, language)) for cell in row.cells))
        show(screen)
        sys.stdout.write(f"{in_language(grid.note or '', language)} {in_language(known, language)}\n\n")
