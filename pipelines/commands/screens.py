"""Tables on a screen: no value is cut, whatever the width of the terminal, and where there is none."""

from rich.table import Table
from rich.text import Text

from pipelines.printing import Console


def show(table: Table) -> None:
    """Print a table whole: as wide as its content where output is a file or a pipe, values wrapped in a terminal.

    A heading is shown as it stands: rich would take its unit, such as [pp], for markup and drop it.
    """
    for column in table.columns:
        column.overflow = "fold"
        if isinstance(column.header, str):
            column.header = Text(column.header)
    console = Console()
    if not console.is_terminal:
        wide = console.options.update(max_width=100_000)
        console.width = max(console.width, console.measure(table, options=wide).maximum)
    console.print(table)
