"""A chunk of a bank's rows under our names, in our units and types; rows with an unreadable value are kept apart."""

import json
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from schemas.conform import with_known_on
from sources.bank.maps import ColumnMap, TableMap
from sources.bank.part import Part
from sources.bank.rejects import REJECT_DTYPES, no_rejects
from sources.bank.texts import text_of
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
    counted: str = "row"

    def __str__(self) -> str:
        """One sentence with file, column, line or row, what was wanted and what came."""
        more = f" (and {self.count - 1} more like it)" if self.count > 1 else ""
        place = f"{self.source}, column {self.theirs}, {self.counted} {self.row}"
        return f"table {self.table}, column {self.column}: {place}: wanted {self.wanted}; got {self.got!r}{more}"


@dataclass(frozen=True)
class Chunk:
    """Rows of one part: under our names (`values`), as they came (`came`), and which values are `bad`."""

    table: TableMap
    part: Part
    values: pd.DataFrame
    came: pd.DataFrame
    bad: pd.DataFrame
    blank: int

    @property
    def unreadable(self) -> pd.Series:
        """True for rows that hold a bad value."""
        return self.bad.any(axis=1)

    @property
    def kept(self) -> pd.DataFrame:
        """Rows every value of which was read."""
        return self.values[~self.unreadable]

    def bad_values(self) -> list[BadValue]:
        """First bad value of each column, with their number."""
        found = []
        for spec in self._specs():
            bad = self.bad[spec.ours.name]
            if bad.any():
                row = bad.index[int(bad.to_numpy().argmax())]
                names = (self.table.ours.name, spec.ours.name, self.part.name, spec.theirs)
                got, count = _as_it_came(self.came.at[row, spec.theirs])[:80], int(bad.sum())
                found.append(BadValue(*names, int(row), wanted(spec), got, count, self.part.counted))
        return found

    def rejects(self) -> pd.DataFrame:
        """One line per bad value, in the columns of REJECT_DTYPES."""
        rows = self.values[self.unreadable]
        if rows.empty:
            return no_rejects()
        of_row = with_known_on(rows, self.table.ours).reindex(columns=["enterprise_id", "application_id", "known_on"])
        of_row["came"] = [_json(came) for came in self.came[self.unreadable].to_dict("records")]
        lines = []
        for spec in self._specs():
            bad = self.bad.index[self.bad[spec.ours.name]]
            values = [_as_it_came(value) for value in self.came.loc[bad, spec.theirs]]
            lines.append(of_row.loc[bad].assign(row=bad, column=spec.ours.name, value=values, wanted=wanted(spec)))
        found = pd.concat([frame for frame in lines if len(frame)])
        found = found.assign(table=self.table.ours.name, source=self.part.name, rule=found["column"] + "_unreadable")
        ordered = found.sort_values("row", kind="stable", ignore_index=True)
        return ordered[list(REJECT_DTYPES)].astype(dict(REJECT_DTYPES))

    def _specs(self) -> list[ColumnMap]:
        return [spec for spec in self.table.columns if spec.ours.name in self.bad.columns]


def _as_it_came(value: object) -> str:
    text = value if isinstance(value, str) else text_of(value)
    return text if isinstance(text, str) else str(value)


def _json(row: Mapping[Hashable, object]) -> str:
    came = {str(name): None if _is_missing(value) else _as_it_came(value) for name, value in row.items()}
    return json.dumps(came, ensure_ascii=False)


def _is_missing(value: object) -> bool:
    return isinstance(text_of(value), float)


def canonical(part: Part, table: TableMap) -> Iterator[Chunk]:
    """Chunks of one file or database table, at least one; columns the part does not have are left out."""
    specs = [spec for spec in table.columns if spec.theirs in part.columns]
    named = list(dict.fromkeys(spec.theirs for spec in specs))
    names = [name for name in part.columns if name] if part.whole else named
    empty = True
    for rows in part.chunks(names):
        empty = False
        yield _converted(rows.frame, specs, table, part, rows.blank)
    if empty:
        yield _converted(pd.DataFrame(columns=names, dtype="str"), specs, table, part, 0)


def _converted(came: pd.DataFrame, specs: Sequence[ColumnMap], table: TableMap, part: Part, blank: int) -> Chunk:
    values: dict[str, pd.Series] = {}
    bad: dict[str, pd.Series] = {}
    for spec in specs:
        result = converted(came[spec.theirs], spec)
        values[spec.ours.name], bad[spec.ours.name] = result.values, result.bad
    for name, text in table.defaults.items():
        constant = pd.Series(text, index=came.index, dtype="str")
        values[name] = converted(constant, ColumnMap(table.ours.column(name), name)).values
    marks = pd.DataFrame(bad, index=came.index, dtype="bool")
    return Chunk(table, part, pd.DataFrame(values, index=came.index), came, marks, blank)


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
