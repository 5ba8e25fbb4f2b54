"""`techcredit thresholds --explain`, `--json` and `--page`: the certificates of a finished run in words and tables."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from rich.table import Table as Screen
from rich.text import Text as Plain

from decisions.suspension import standing
from pipelines.commands.ledger_screens import plain_balance
from pipelines.commands.screens import show
from pipelines.files import read_json, write_text
from pipelines.ledger import read
from pipelines.printing import Console
from policy.errors import MendableError
from policy.version import version
from reports.fallback import fallbacks
from reports.inputs import Json
from reports.texts import both, in_language, text
from reports.thresholds.facts import Facts
from reports.thresholds.page import thresholds_page
from reports.thresholds.spoken import figures, spoken
from reports.view import Grid, Paragraph, Points
from scoring.alarm_file import open_state
from scoring.manifest import require_unchanged

FILES = ("thresholds.json", "path.parquet", "cross_class.parquet")
"""Files of the step `threshold` that are read."""


class ThresholdsError(MendableError):
    """There is no finished run to explain, or a file of it cannot be read."""


def balance_of(location: str, day: date) -> Json:
    """Balance of the tolerance ledger at the end of `day`, as known then.

    Raises
    ------
    LedgerError
        When there is no ledger, or an entry was changed or removed.
    """
    return plain_balance(read(location), day, day)


def explain_thresholds(model: Path, language: str, balance: Json | None = None) -> None:
    """Print the sentences, the steps with their inputs, what binds, sensitivity, and certifications on these loans.

    Raises
    ------
    ThresholdsError
        When there is no run in `model`, a file of it is damaged.
    """
    facts = _facts(model, balance)
    for told in _suspended(model):
        sys.stdout.write(f"{told}\n")
    blocks = _understood(model, lambda: spoken(facts))
    console = Console()
    for block in blocks:
        if isinstance(block, Grid):
            show(_screen(block, language))
            if block.note is not None:
                _say(console, in_language(block.note, language))
        elif isinstance(block, Points):
            _say(console, in_language(block.title, language))
            for item in block.items:
                _say(console, f"- {in_language(item, language)}")
        elif isinstance(block, Paragraph):
            _say(console, in_language(block.text, language))
            console.print()
    if facts.found["policy_version"] != version():
        _say(console, text("explained.other_policy", language, issued=facts.found["policy_version"], now=version()))


def print_figures(model: Path, balance: Json | None = None) -> None:
    """Write the figures behind the explanation as JSON.

    Raises
    ------
    ThresholdsError
        As `explain_thresholds`.
    """
    facts = _facts(model, balance)
    content = {**_understood(model, lambda: figures(facts)), "suspended": _suspended(model)}
    sys.stdout.write(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def write_page(model: Path, page: Path, balance: Json | None = None) -> None:
    """Write the page for thresholds of the run in `model`, with the balance of a ledger where one is given.

    Raises
    ------
    ThresholdsError
        As `explain_thresholds`.
    """
    facts = _facts(model, balance)
    html = _understood(model, lambda: thresholds_page(facts, both("committee.run", folder=str(model)), back=None))
    write_text(html, page)
    for told in _suspended(model):
        sys.stdout.write(f"not on the page: {told}\n")


def _facts(model: Path, balance: Json | None) -> Facts:
    folder = model / "thresholds"
    absent = [name for name in FILES if not (folder / name).exists()]
    if absent:
        message = f"wanted a finished run in {model}; {folder / absent[0]} is not there. `techcredit run` makes one"
        raise ThresholdsError(message)
    require_unchanged(model, ("thresholds", "models"))
    try:
        tables = [pd.read_parquet(folder / name) for name in FILES[1:]]
    except (pa.ArrowException, OSError) as error:
        message = f"{folder}: wanted tables as `techcredit run` leaves them; one cannot be read ({error!r:.150})"
        raise ThresholdsError(message) from error
    models = {path.parent.name: read_json(path) for path in sorted((model / "models").glob("*/model.json"))}
    return Facts(read_json(folder / FILES[0]), tables[0], tables[1], balance, fallbacks(models))


def _suspended(model: Path) -> tuple[str, ...]:
    """A sentence for each certificate of the run that its alarm has suspended."""
    return standing(open_state(model).suspensions())


def _understood(model: Path, made: Any) -> Any:
    """What `made` gives; a file without the figures it wants becomes one sentence."""
    try:
        return made()
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        message = (
            f"{model / 'thresholds'}: wanted a run of this version; a figure is missing or no figure ({error!r:.100}). "
            "Bring the run up to date first: techcredit run"
        )
        raise ThresholdsError(message) from error


def _screen(grid: Grid, language: str) -> Screen:
    screen = Screen(title=Plain(in_language(grid.caption, language)))
    for head in grid.heads:
        screen.add_column(in_language(head.label, language), justify="right" if head.numeric else "left")
    for row in grid.rows:
        screen.add_row(*(Plain(in_language(cell, language)) for cell in row.cells))
    return screen


def _say(console: Console, line: str) -> None:
    console.print(line, highlight=False, markup=False, soft_wrap=not console.is_terminal)
