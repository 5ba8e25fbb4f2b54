"""`techcredit compare`: two models on the same loans, side by side on a screen, as JSON and as a page."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table as Screen

from pipelines.commands.screens import show
from pipelines.comparison.compare import compared
from pipelines.comparison.loans import Labelled, of_run, of_tables
from pipelines.comparison.sides import side
from pipelines.files import write_text
from pipelines.params import chosen_source
from pipelines.registry.looks import counted
from policy.digits import rounded_content
from reports.comparison import comparison_page, comparison_sections
from reports.texts import in_language
from reports.view import Grid, Paragraph


@dataclass(frozen=True)
class Given:
    """Which loans models are compared on: of the finished run `run`, or of the `tables`, known until a day."""

    run: Path | None
    tables: Path | None
    until: pd.Timestamp | None

    @contextmanager
    def labelled(self, folders: tuple[Path, ...], source: str) -> Iterator[Labelled]:
        """The loans given, else those of the first of the folders that has tables, else of data/<source>."""
        if self.tables is not None:
            with of_tables(self.tables, self.until) as found:
                sys.stderr.writelines(f"{line}\n" for line in found.accounts)
                yield found
            return
        there = (each for each in folders if (each / "valid" / "applications.parquet").exists())
        yield of_run(self.run or next(there, Path("data") / source))


def compare_models(
    names: tuple[str, str],
    source: str | None,
    given: Given,
    registry: Path,
    language: str,
    *,
    as_json: bool,
    page: Path | None,
) -> None:
    """Compare the models `names` (folders of runs, or names in the registry) on loans newer than the data of both.

    The loans are those `given`, else those of the second model's folder, the first one's, or data/<source>, whichever
    has tables. The comparison counts as a look at them.

    Raises
    ------
    RegistryError, ModelError
        When a model cannot be opened, or there is no run with tables.
    BadTableError
        When the tables given cannot be used.
    """
    chosen = chosen_source(source)
    first, second = (side(name, chosen, registry) for name in names)
    with given.labelled((second.folder, first.folder), chosen) as labelled:
        found, rows = compared(first, second, labelled)
    looks = counted(rows, (first.identity, second.identity), registry / chosen)
    content = rounded_content({**found, "looks": None if looks is None else asdict(looks)})
    if page is not None:
        write_text(comparison_page(content), page)
    if as_json:
        sys.stdout.write(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
        return
    told(content, language)
    if page is not None:
        sys.stdout.write(f"{page}\n")


def told(content: Mapping[str, Any], language: str) -> None:
    """Print the sections of a comparison."""
    for section in comparison_sections(content):
        sys.stdout.write(f"\n{in_language(section.title, language)}\n")
        for block in section.blocks:
            if isinstance(block, Paragraph):
                sys.stdout.write(f"{in_language(block.text, language)}\n")
            elif isinstance(block, Grid):
                screened(block, language)


def screened(grid: Grid, language: str) -> None:
    """Print a table of a page on the screen."""
    screen = Screen(title=in_language(grid.caption, language))
    for head in grid.heads:
        screen.add_column(in_language(head.label, language), justify="right" if head.numeric else "left")
    for row in grid.rows:
        screen.add_row(*(in_language(cell, language) for cell in row.cells))
    show(screen)
    if grid.note is not None:
        sys.stdout.write(f"{in_language(grid.note, language)}\n")
