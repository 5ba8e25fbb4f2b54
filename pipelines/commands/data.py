"""`techcredit validate`, `import`, `catalogue`: the bank's tables and the list of features."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table as Screen

from features.catalogue import CATALOGUE, entries
from pipelines.commands.costs import lost_features
from pipelines.files import write_json
from pipelines.params import ParamsError, content
from reports.sections.quality import quality_page
from schemas.account import TableQuality, refuse_too_many, summary
from schemas.check import without_duplicates
from schemas.checks import Checks, checked_folder, checks, write_check
from schemas.conform import BadTableError, conform, write_table
from schemas.tables import TABLES
from sources.bank.reading import dry_run, read


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
    kept = said.get("expectations")
    return checks(said.get("rejected_limit"), expectations or (None if kept is None else Path(kept)))


def validate_tables(tables: Path, output: Path | None, extracted_on: datetime | None, wanted: Checks) -> None:
    """Check a folder of canonical tables and print the counts; rejects, suites and page go to `output`, where given.

    Raises
    ------
    TooManyRejectedError
        When more rows of a table were rejected than its limit allows; everything has been written by then.
    """
    with Console(stderr=True).status("validate"):
        result, day = checked_folder(tables, None if extracted_on is None else pd.Timestamp(extracted_on), wanted)
    sys.stdout.write("".join(f"{q.line()}\n" for q in result.quality))
    if output is not None:
        report = write_check(result, day, wanted, output)
        (output / "quality.html").write_text(quality_page(report), encoding="utf8")
    refuse_too_many(result.quality, wanted.limits)


def import_tables(mapping: Path, location: str, output: Path) -> None:
    """Write a bank's own tables, read by a mapping file, as canonical Parquet tables, and the account of their rows.

    A row delivered twice is written once; `summary.json` beside the tables counts what became of every row.

    Raises
    ------
    TooManyRejectedError
        When more rows of a table were rejected than the limit allows; everything has been written by then.
    """
    quality = []
    for name, frame in read(mapping, location).items():
        conformed = conform(frame, TABLES[name])
        once = without_duplicates(conformed, name)
        write_table(once, name, output)
        quality.append(TableQuality(name, len(conformed), len(once), 0, len(conformed) - len(once)))
    write_json(summary(quality), output / "summary.json")
    sys.stdout.write("".join(f"{q.line()}\n" for q in quality))
    refuse_too_many(quality)


def dry_run_tables(mapping: Path, location: str) -> None:
    """Print what a bank's own tables lack, which features that costs, and the first bad values.

    Raises
    ------
    BadTableError
        When the import itself would stop; the reasons have been printed.
    """
    found = dry_run(mapping, location)
    say = sys.stdout.write
    for (ours, theirs), rows in found.rows.items():
        say(f"{ours:<22} {rows:>10} rows from {theirs}\n")
    say(f"tables without a source: {', '.join(found.missing_tables) or 'none'}\n")
    say(f"columns without a source: {', '.join(f'{t}.{c}' for t, c in found.missing) or 'none'}\n")
    say(f"known_on from the declared lag: {', '.join(found.lagged) or 'none'}\n")
    say(f"columns of the bank not used: {', '.join(f'{t}.{c}' for t, c in found.unused) or 'none'}\n")
    with Console(stderr=True).status("features"):
        lost = lost_features(found.missing)
    say(f"features lost with them: {len(lost)} of {len(CATALOGUE)}: {', '.join(lost) or 'none'}\n")
    for bad in found.bad:
        say(f"bad value: {bad}\n")
    if not found.ready:
        raise BadTableError("; ".join(found.stops) or f"{len(found.bad)} columns hold values that cannot be read")


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
    Console().print(screen)
