"""What `techcredit import` and the dry run show of a bank's own tables: problems first, then rows, then values."""

import sys
from collections.abc import Iterable, Mapping

from rich.markup import escape
from rich.table import Table as Screen

from sources.bank.conversion import BadValue
from sources.bank.reading import PartAccount
from sources.bank.spread import Spread


def say_problems(stops: Iterable[str], bad: Iterable[BadValue], notes: Iterable[str]) -> None:
    """Print, one line each, why an import stops, which values cannot be read, and what looks wrong."""
    for sentence in stops:
        sys.stdout.write(f"stop: {sentence}\n")
    for value in bad:
        sys.stdout.write(f"bad value: {value}\n")
    for sentence in notes:
        sys.stdout.write(f"note: {sentence}\n")


def say_left_out(accounts: Iterable[PartAccount]) -> None:
    """Print, one line each, how many rows of each file the rules of the mapping leave out."""
    for a in accounts:
        for rule, rows in a.left_out.items():
            sys.stdout.write(f"left out: table {a.table}: {a.source}: {rule}: {rows} rows\n")


def accounts_table(accounts: Iterable[PartAccount]) -> Screen:
    """Rows of each file or database table: rows in = kept + rejected + left out."""
    screen = Screen(title="rows")
    for heading in ("table", "from", "rows in", "kept", "rejected", "left out", "blank lines"):
        screen.add_column(heading)
    for a in accounts:
        counts = (a.rows_in, a.kept, a.rejected, sum(a.left_out.values()), a.blank)
        screen.add_row(a.table, escape(a.source), *(str(n) for n in counts))
    return screen


def spread_table(name: str, spreads: Mapping[tuple[str, str], Spread]) -> Screen:
    """Values of one table after conversion: 万元 taken for 元 shows at once."""
    screen = Screen(title=name)
    for heading in ("column", "kind", "read", "missing", "bad", "minimum", "median", "maximum"):
        screen.add_column(heading)
    for (table, column), s in spreads.items():
        if table == name:
            counts = (str(n) for n in (s.read, s.missing, s.bad))
            screen.add_row(column, s.kind, *counts, *(s.shown(v) for v in (s.low, s.middle, s.high)))
    return screen
