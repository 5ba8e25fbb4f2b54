"""A chunk of a bank's rows under our names, in our units and types; rows with an unreadable value are kept apart."""

import json
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from schemas.conform import with_known_on
from schemas.declarations import Table
from sources.bank.leaving_out import left_out
from sources.bank.maps import ColumnMap, TableMap
from sources.bank.part import Part, Rows
from sources.bank.rejects import REJECT_DTYPES, no_rejects
from sources.bank.texts import text_of
from sources.bank.values import converted, wanted


@dataclass(frozen=True)
class BadValue:
    """The first value of a bank's column that cannot be read, or is needed and missing, and how many there are."""

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
    """Rows of one part: under our names (`values`) and as they came (`came`).

    `bad` marks the values that cannot be read, `absent` those that every row needs and that are missing; `left_out`
    counts the rows that a rule of the mapping leaves out, by rule: they are in none of the frames.
    """

    table: TableMap
    part: Part
    values: pd.DataFrame
    came: pd.DataFrame
    bad: pd.DataFrame
    absent: pd.DataFrame
    blank: int
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def rejected(self) -> pd.Series:
        """True for rows that hold a bad value, or lack one that every row needs."""
        return self.bad.any(axis=1) | self.absent.any(axis=1)

    @property
    def kept(self) -> pd.DataFrame:
        """Rows every value of which was read, and that have all that every row needs."""
        return self.values[~self.rejected]

    def bad_values(self) -> list[BadValue]:
        """First bad and first absent value of each column, with their number."""
        found = []
        for spec, bad, _, wish in self._faults():
            if bad.any():
                row = bad.index[int(bad.to_numpy().argmax())]
                names = (self.table.ours.name, spec.ours.name, self.part.name, spec.theirs)
                got, count = _as_it_came(self.came.at[row, spec.theirs])[:80], int(bad.sum())
                found.append(BadValue(*names, int(row), wish, got, count, self.part.counted))
        return found

    def rejects(self) -> pd.DataFrame:
        """One line per bad or absent value, in the columns of REJECT_DTYPES."""
        rows = self.values[self.rejected]
        if rows.empty:
            return no_rejects()
        of_row = with_known_on(rows, self.table.ours).reindex(columns=["enterprise_id", "application_id", "known_on"])
        of_row["came"] = [_json(came) for came in self.came[self.rejected].to_dict("records")]
        lines = []
        for spec, marks, ending, wish in self._faults():
            bad = marks.index[marks]
            named = {"column": spec.ours.name, "rule": spec.ours.name + ending, "wanted": wish}
            values = [_as_it_came(value) for value in self.came.loc[bad, spec.theirs]]
            lines.append(of_row.loc[bad].assign(row=bad, value=values, **named))
        found = pd.concat([frame for frame in lines if len(frame)])
        found = found.assign(table=self.table.ours.name, source=self.part.name)
        ordered = found.sort_values("row", kind="stable", ignore_index=True)
        return ordered[list(REJECT_DTYPES)].astype(dict(REJECT_DTYPES))

    def _faults(self) -> Iterator[tuple[ColumnMap, pd.Series, str, str]]:
        """Columns with the rows at fault, the ending of the rule these break, and what was wanted."""
        for spec in self.table.columns:
            name = spec.ours.name
            if name in self.bad.columns:
                yield spec, self.bad[name], "_unreadable", wanted(spec)
            if name in self.absent.columns:
                yield spec, self.absent[name], "_required", f"{wanted(spec)}, which every row needs"


def _as_it_came(value: object) -> str:
    text = value if isinstance(value, str) else text_of(value)
    return text if isinstance(text, str) else "" if isinstance(text, float) else str(value)


def _json(row: Mapping[Hashable, object]) -> str:
    came = {str(name): None if _is_missing(value) else _as_it_came(value) for name, value in row.items()}
    return json.dumps(came, ensure_ascii=False)


def _is_missing(value: object) -> bool:
    return isinstance(text_of(value), float)


def canonical(part: Part, table: TableMap) -> Iterator[Chunk]:
    """Chunks of one file or database table, at least one; columns the part does not have are left out."""
    specs = [spec for spec in table.columns if spec.theirs in part.columns]
    ruled = [rule.column for rule in table.leave_out if rule.column in part.columns]
    named = [str(name) for name in dict.fromkeys([*(spec.theirs for spec in specs), *ruled])]
    names = [name for name in part.columns if name] if part.whole else named
    empty = True
    for rows in part.chunks(names):
        empty = False
        yield _converted(rows, specs, table, part)
    if empty:
        yield _converted(Rows(pd.DataFrame(columns=names, dtype="str")), specs, table, part)


def _converted(rows: Rows, specs: Sequence[ColumnMap], table: TableMap, part: Part) -> Chunk:
    met = left_out(rows.frame, table.leave_out)
    came = rows.frame[met.isna()]
    counts = Counter({str(rule): int(count) for rule, count in met.value_counts().items()}) + Counter(rows.left_out)
    values: dict[str, pd.Series] = {}
    bad: dict[str, pd.Series] = {}
    for spec in specs:
        result = converted(came[spec.theirs], spec)
        values[spec.ours.name], bad[spec.ours.name] = result.values, result.bad
    for name, text in table.defaults.items():
        constant = pd.Series(text, index=came.index, dtype="str")
        values[name] = converted(constant, ColumnMap(table.ours.column(name), name)).values
    marks = pd.DataFrame(bad, index=came.index, dtype="bool")
    frame = pd.DataFrame(values, index=came.index)
    return Chunk(table, part, frame, came, marks, _absent(frame, marks, table.ours), rows.blank, counts)


def _absent(values: pd.DataFrame, bad: pd.DataFrame, ours: Table) -> pd.DataFrame:
    """Which values that every row needs are missing; a missing `known_on` is filled where the table declares a lag."""
    by_lag = {"known_on"} if ours.lag is not None and ours.lag.after in values else set()
    needed = {column.name for column in ours.columns if column.required} | set(ours.key)
    names = [str(name) for name in bad.columns if name in needed - by_lag]
    return values[names].isna() & ~bad[names]


def absent(part: Part, table: TableMap) -> str | None:
    """Sentence that names the mapped columns the part does not have, or has more than once; None when all is well."""
    where = f"table {table.ours.name}: {part.name}"
    repeated = sorted({c for c in part.columns if c and list(part.columns).count(c) > 1})
    if repeated:
        return f"{where}: wanted every column once; {', '.join(repeated)} comes more than once"
    ruled = [f"{rule.column} (for leave_out)" for rule in table.leave_out if rule.column not in {None, *part.columns}]
    mapped = [f"{s.theirs} (for {s.ours.name})" for s in table.columns if s.theirs not in part.columns]
    names = ", ".join([*mapped, *ruled])
    if names:
        other = [mark for mark in "\t;|,^" if len(part.columns) == 1 and mark in part.columns[0]]
        advice = f"; is the delimiter {other[0]!r}?" if other else ""
        has = ", ".join(part.columns) or "none"
        return f"{where}: wanted column {names}; it has {has} (read as {part.read_as}{advice})"
    return None
