"""A chunk of a bank's rows under our names, in our units and types, with the values that could not be read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from sources.bank.mapping import ColumnMap, TableMap
from sources.bank.places import Part
from sources.bank.values import converted, wanted


@dataclass(frozen=True)
class BadValue:
    """The first value of a bank's column that cannot be read, and how many there are."""

    table: str
    column: str
    source: str
    theirs: str
    row: int
    wanted: str
    got: str
    count: int

    def __str__(self) -> str:
        """One sentence with file, column, row, what was wanted and what came."""
        more = f" (and {self.count - 1} more like it)" if self.count > 1 else ""
        return (
            f"table {self.table}, column {self.column}: {self.source}, column {self.theirs}, row {self.row}: "
            f"wanted {self.wanted}; got {self.got!r}{more}"
        )


class Chunk(NamedTuple):
    """Rows under our names, and the bad values among them, one entry per column."""

    rows: pd.DataFrame
    bad: list[BadValue]


def canonical(part: Part, table: TableMap) -> Iterator[Chunk]:
    """Chunks of one file or database table, at least one; columns the part does not have are left out."""
    specs = [spec for spec in table.columns if spec.theirs in part.columns]
    names = list(dict.fromkeys(spec.theirs for spec in specs))
    empty = True
    for chunk in part.chunks(names):
        empty = False
        yield _converted(chunk, specs, table, part.name)
    if empty:
        yield _converted(pd.DataFrame(columns=names, dtype="str"), specs, table, part.name)


def _converted(chunk: pd.DataFrame, specs: Sequence[ColumnMap], table: TableMap, source: str) -> Chunk:
    columns: dict[str, pd.Series] = {}
    bad: list[BadValue] = []
    for spec in specs:
        result = converted(chunk[spec.theirs], spec)
        columns[spec.ours.name] = result.values
        if result.bad.any():
            place = int(result.bad.to_numpy().argmax())
            row = int(chunk.index[place])
            got = str(chunk[spec.theirs].iloc[place])[:80]
            count = int(result.bad.sum())
            names = (table.ours.name, spec.ours.name, source, spec.theirs)
            bad.append(BadValue(*names, row=row, wanted=wanted(spec), got=got, count=count))
    for name, text in table.defaults.items():
        constant = pd.Series(text, index=chunk.index, dtype="str")
        columns[name] = converted(constant, ColumnMap(table.ours.column(name), name)).values
    return Chunk(pd.DataFrame(columns, index=chunk.index), bad)


def absent(part: Part, table: TableMap) -> str | None:
    """Sentence that names the mapped columns the part does not have, or has more than once; None when all is well."""
    where = f"table {table.ours.name}: {part.name}"
    repeated = sorted({c for c in part.columns if c and list(part.columns).count(c) > 1})
    if repeated:
        return f"{where}: wanted every column once; {', '.join(repeated)} comes more than once"
    names = ", ".join(f"{s.theirs} (for {s.ours.name})" for s in table.columns if s.theirs not in part.columns)
    if names:
        return f"{where}: wanted column {names}; it has {', '.join(part.columns) or 'none'} (read as {part.read_as})"
    return None
