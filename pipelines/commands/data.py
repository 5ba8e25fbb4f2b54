"""`techcredit validate`, `import`, `catalogue`: the bank's tables and the list of features."""

import json
import sys
from datetime import datetime
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table as Screen

from features.catalogue import CATALOGUE, entries
from pipelines.commands.costs import lost_features
from pipelines.files import write_json, write_parquet
from reports.sections.quality import quality_page
from schemas.check import quality_report, validated
from schemas.conform import BadTableError, conform, read_tables, require, write_table
from schemas.tables import TABLES
from sources.bank.reading import dry_run, read


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
    """Write a bank's own tables, read by a mapping file, as canonical Parquet tables."""
    for name, frame in read(mapping, location).items():
        conformed = conform(frame, TABLES[name])
        write_table(conformed, name, output)
        sys.stdout.write(f"{name}: {len(conformed)} rows\n")


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
