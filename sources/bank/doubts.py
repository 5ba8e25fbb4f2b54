"""What looks wrong in a bank's values and yet can be read: told, never changed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sources.bank.conversion import Chunk
from sources.bank.encoding import is_utf8
from sources.bank.maps import ColumnMap
from sources.bank.sheet_part import A_WORKBOOK
from sources.bank.texts import is_null_word, is_total, texts
from sources.bank.units import unit_factor
from sources.bank.values import identifies

_NINES = [10.0**digits - last for digits in range(4, 17) for last in (1.0, 0.01, 0.1)]
STAND_INS = np.array([*_NINES, *(-x for x in _NINES), -99.0, -999.0, 2147483647.0, -2147483648.0])
"""Numbers that systems write for "no number": 99999999.99, -9999 and the like, in the bank's own unit."""
DAY_STAND_INS = pd.to_datetime(["1970-01-01", "2099-12-31"]).astype("datetime64[us]")
"""Days that may be true, and that some systems write for "no day" (the zero of Unix time) or "never"."""


@dataclass
class Doubts:
    """Doubts about one file or database table, gathered chunk by chunk."""

    stand_ins: Counter[tuple[str, str]] = field(default_factory=Counter)
    mojibake: dict[str, str] = field(default_factory=dict)
    percents: dict[str, float] = field(default_factory=dict)
    clocks: dict[str, set[str]] = field(default_factory=dict)
    totals: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    numeric: set[str] = field(default_factory=set)
    rows: int = 0
    where: str = ""
    notes: tuple[str, ...] = ()

    def add(self, chunk: Chunk) -> None:
        """Look at one more chunk of the part."""
        self.where, self.notes = f"table {chunk.table.ours.name}: {chunk.part.name}", chunk.part.notes
        self.rows += len(chunk.came) + sum(chunk.left_out.values())
        self._totals(chunk)
        for spec in chunk.table.columns:
            if spec.ours.name in chunk.values and spec.values is None:
                self._look(chunk, spec)

    def _totals(self, chunk: Chunk) -> None:
        """Note rows that look like a total: such words in the first column of the file, or in one mapped to a text."""
        texted = [spec.theirs for spec in chunk.table.columns if spec.ours.dtype == "string"]
        for name in dict.fromkeys([*chunk.came.columns[:1], *(n for n in texted if n in chunk.came.columns)]):
            found = texts(chunk.came[name])[0]
            found = found[is_total(found)]
            if len(found):
                place, text, count = self.totals.get(name, (f"{chunk.part.counted} {found.index[0]}", found.iloc[0], 0))
                self.totals[name] = (place, text, count + len(found))

    def _look(self, chunk: Chunk, spec: ColumnMap) -> None:
        values = chunk.values[spec.ours.name]
        if spec.ours.dtype in {"number", "integer"}:
            factor = unit_factor(spec.unit, spec.ours.unit) if spec.unit is not None else None
            theirs = values if factor is None else (values * factor.over / factor.times).round(6)
            found = theirs[np.isin(theirs.to_numpy("float64"), STAND_INS)]
            self._count(spec, found.map("{:.15g}".format))
            if factor is not None and factor.over == 100.0 and values.notna().any():
                self.percents[spec.theirs] = max(self.percents.get(spec.theirs, 0.0), float(theirs.abs().max()))
        elif spec.ours.dtype == "date":
            self._count(spec, values[values.isin(DAY_STAND_INS)].dt.strftime("%Y-%m-%d"))
            self._clock(chunk.came[spec.theirs], spec)
        elif identifies(spec.ours):
            typed = (isinstance(value, int | float) and value == value for value in chunk.came[spec.theirs].iloc[:1000])
            if chunk.part.read_as == A_WORKBOOK and any(typed):
                self.numeric.add(spec.theirs)
        elif spec.ours.dtype == "string":
            self._count(spec, values[is_null_word(values)])
            self._wrongly_read(values, spec)

    def _wrongly_read(self, values: pd.Series, spec: ColumnMap) -> None:
        for text in values.dropna().unique():
            if spec.theirs not in self.mojibake and not text.isascii() and is_utf8(text.encode("gb18030")):
                self.mojibake[spec.theirs] = text

    def _count(self, spec: ColumnMap, found: pd.Series) -> None:
        for text, count in found.value_counts().items():
            self.stand_ins[(spec.theirs, str(text))] += int(count)

    def _clock(self, came: pd.Series, spec: ColumnMap) -> None:
        """Note the times of day of moments without a zone: midnight in Beijing is 16:00 of the day before in UTC."""
        if came.dtype.kind == "M":
            if came.dt.tz is not None:
                return
            clock = came.dropna().dt.strftime("%H:%M:%S")
        else:
            clock = texts(came)[0].str.extract(r"\d[T ](\d{2}:\d{2}:\d{2})(?:\.0+)?$")[0].fillna("none")
        seen = self.clocks.setdefault(spec.theirs, set())
        if len(seen) < 2:
            seen.update(clock.unique()[:2])

    def sentences(self) -> Iterator[str]:
        """Every doubt as one sentence."""
        yield from self.notes
        if self.rows == 0 and self.where:
            yield f"{self.where} has a header and no row: a table that was delivered and is empty"
        for theirs, (place, text, count) in self.totals.items():
            more = f" ({count} such)" if count > 1 else ""
            advice = f"leave it out if so: leave_out: [{{column: {theirs}, is: {text}}}]"
            yield f"{self.where}, column {theirs}, {place}: {text!r} looks like a total line, no row{more}; {advice}"
        for theirs in sorted(self.numeric):
            lost = "zeros in front of them, if there were any, are lost; format the cells as text before export"
            yield f"{self.where}, column {theirs}: identifiers are stored as numbers; {lost}"
        for (theirs, text), count in self.stand_ins.items():
            advice = "if it means no value, list it under missing"
            yield f"{self.where}, column {theirs}: {text} stands {count} times and is taken as it is; {advice}"
        for theirs, text in self.mojibake.items():
            yield f"{self.where}, column {theirs}: {text!r} looks like UTF-8 that was once read as GBK"
        for theirs, largest in self.percents.items():
            if 0 < largest <= 1:
                yield f"{self.where}, column {theirs}: no value is above 1, in a unit of percent; is it a fraction?"
        for theirs, clocks in self.clocks.items():
            if clocks == {"16:00:00"}:
                advice = "is it midnight in Beijing, stored as UTC without a zone? Then each day is one too early"
                yield f"{self.where}, column {theirs}: every time of day is 16:00; {advice}"
