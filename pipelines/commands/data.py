"""`techcredit validate`, `import`, `catalogue`: the bank's tables and the list of features."""

import json
import sys
from datetime import datetime
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table as Screen

from features.catalogue import CATALOGUE, entries
from pipelines.commands.bank import accounts_table, say_problems, spread_table
from pipelines.commands.costs import lost_features
from pipelines.files import write_json, write_parquet
from reports.sections.quality import quality_page
from schemas.check import quality_report, validated
from schemas.conform import BadTableError, conform, read_tables, require, write_table
from schemas.tables import TABLES
from sources.bank.reading import read
from sources.bank.rejects import write_rejects
from sources.bank.trial import dry_run


def validate_tables(tables: Path, output: Path | None, extracted_on: datetime | None) -> None:
    """Check a folder of canonical tables; print the counts, write rejects and page to `output` when it is given."""
    found = read_tables(tables)
    require(found, ("enterprises", "applications"), tables)
    day = pd.Timestamp(extracted_on) if extracted_on is not None else found["applications"]["as_of"].max()
    with Console(stderr=True).status("validate"):
        result = validated(found, day)
    screen = Screen(title=str(tables))
    for heading in ("table", "rows in", "accepted", "rejected", "rules broken"):
        screen.add_column(heading)
    for q in result.quality:
        broken = "; ".join(f"{rule} {count}" for rule, count in q.broken.items() if count)
        screen.add_row(q.table, str(q.rows), str(q.accepted), str(q.rejected), broken)
    Console().print(screen)
    if output is not None:
        report = quality_report(result, day)
        write_parquet(result.rejects, output / "rejects.parquet")
        write_json(report, output / "quality.json")
        (output / "quality.html").write_text(quality_page(report), encoding="utf8")


def import_tables(mapping: Path, location: str, output: Path) -> None:
    """Write a bank's own tables, read by a mapping file, as canonical Parquet tables, and their rejected rows.

    Rows with a value that cannot be read go to `<output>/rejects/<table>.parquet`, one line per such value, in the
    columns of `sources.bank.rejects.REJECT_DTYPES`; there is no such file when every row of the table was read.
    """
    found = read(mapping, location)
    for name, frame in found.tables.items():
        conformed = conform(frame, TABLES[name])
        write_table(conformed, name, output)
        write_rejects(found.rejects[name], name, output)
    say_problems((), found.bad, found.notes)
    Console().print(accounts_table(found.accounts))
    for name in TABLES:
        if name not in found.tables and (output / f"{name}.parquet").exists():
            sys.stdout.write(f"note: {output / f'{name}.parquet'} was there before and is not of this import\n")


def dry_run_tables(mapping: Path, location: str) -> None:
    """Print what would go wrong, what the values look like in our units, and what the bank's own tables lack.

    Raises
    ------
    BadTableError
        When the import itself would stop or reject rows; the reasons have been printed.
    """
    found = dry_run(mapping, location)
    say_problems(found.stops, found.bad, found.notes)
    Console().print(accounts_table(found.accounts))
    for name in dict.fromkeys(table for table, _ in found.spreads):
        Console().print(spread_table(name, found.spreads))
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
        told = [*found.stops, *([f"{rows} rows hold values that cannot be read"] if rows else [])]
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
    Console().print(screen)
