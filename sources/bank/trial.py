"""A dry run: what reading a bank's tables would give, what is missing, and what looks wrong; nothing is kept."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path

from schemas.declarations import Column, Table
from schemas.tables import TABLES
from sources.bank.conversion import BadValue, Chunk, absent, canonical
from sources.bank.doubts import Doubts
from sources.bank.maps import BankMapping, TableMap
from sources.bank.part import BankDataError, Part
from sources.bank.places import folder_files, not_named
from sources.bank.reading import PartAccount, Periods, Place, account, as_mapping, opened, total
from sources.bank.spread import Spread

FAR_APART = 1000.0
"""Medians of one column in two files of a pattern that differ by this factor or more are probably in two units."""


@dataclass(frozen=True)
class DryRun:
    """What a bank's tables would give.

    `stops` are the sentences for which `read` or the tables' own checks would stop; `bad` the first value of each
    column that cannot be read, or is needed and missing (its row would be rejected); `notes` what can be read and looks
    wrong; `missing_tables` our tables the mapping does not fill; `missing` our columns nothing fills, as (table,
    column); `lagged` the tables whose `known_on` comes from the declared publication lag; `unused` the bank's columns
    nothing takes, as (file or table, column); `not_named` the files of the folder that nothing takes; `accounts` the
    rows of each file or database table; `spreads` the values after conversion, by (table, column).
    """

    stops: tuple[str, ...]
    bad: tuple[BadValue, ...]
    notes: tuple[str, ...]
    missing_tables: tuple[str, ...]
    missing: tuple[tuple[str, str], ...]
    lagged: tuple[str, ...]
    unused: tuple[tuple[str, str], ...]
    not_named: tuple[str, ...]
    accounts: tuple[PartAccount, ...]
    spreads: dict[tuple[str, str], Spread]

    @property
    def ready(self) -> bool:
        """True when `read` would succeed, keep every row, and fill the required columns of every table."""
        return not self.stops and not self.bad


@dataclass(frozen=True)
class _Findings:
    """What a dry run has found so far; spreads by (table, column, file)."""

    given: list[tuple[str, str]] = field(default_factory=list)
    used: set[tuple[str, str]] = field(default_factory=set)
    stops: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    accounts: list[PartAccount] = field(default_factory=list)
    filled: dict[str, set[str]] = field(default_factory=dict)
    spreads: dict[tuple[str, str], dict[str, Spread]] = field(default_factory=dict)
    unitless: dict[tuple[str, str], str] = field(default_factory=dict)


def dry_run(mapping: BankMapping | Path, location: str) -> DryRun:
    """What `read` would give, found by reading everything once, a chunk at a time, and keeping nothing.

    Raises
    ------
    MappingError
        When the mapping cannot be used.
    BankDataError
        When the folder or database cannot be opened at all.
    """
    tables = as_mapping(mapping).tables
    found = _Findings()
    with opened(location) as place:
        for table in tables:
            found.unitless.update(_unitless(table))
            found.filled.setdefault(table.ours.name, set())
            try:
                seen = Periods(table)
                for part in place.parts(table):
                    _look(part, table, seen, found)
            except BankDataError as error:
                found.stops.append(str(error))
        found.notes.extend(place.notes(tables))
        named = _not_named(place, tables, mapping if isinstance(mapping, Path) else None)
    return _result(found, named)


def _not_named(place: Place, tables: tuple[TableMap, ...], mapping: Path | None) -> list[str]:
    if place.folder is None:
        return []
    taken: list[Path] = []
    for table in tables:
        try:
            taken += folder_files(place.folder, table)
        except BankDataError:
            continue
    return not_named(place.folder, taken, mapping)


def _look(part: Part, table: TableMap, seen: Periods, found: _Findings) -> None:
    """Read one part to its end; everything it shows is added to `found`."""
    found.used.update((part.name, spec.theirs) for spec in table.columns)
    found.given.extend((part.name, name) for name in part.columns if name)
    here = {spec.ours.name for spec in table.columns if spec.theirs in part.columns} | set(table.defaults)
    found.filled[table.ours.name] |= here
    sentence = absent(part, table)
    if sentence is not None:
        found.stops.append(sentence)
    if sentence is not None and "more than once" in sentence:
        return
    doubts, chunks = Doubts(), []
    try:
        for chunk in canonical(part, table):
            doubts.add(chunk)
            chunks.append(account(chunk))
            _spread(chunk, found)
            seen.add(chunk)
    finally:
        if chunks:
            found.accounts.append(total(chunks))
            found.notes.extend(doubts.sentences())


def _spread(chunk: Chunk, found: _Findings) -> None:
    for name in chunk.values:
        column = chunk.table.ours.column(str(name))
        parts = found.spreads.setdefault((chunk.table.ours.name, column.name), {})
        bad = int(chunk.bad[name].sum()) if name in chunk.bad else 0
        parts.setdefault(chunk.part.name, Spread(_kind(column))).add(chunk.values[name], bad)


def _kind(column: Column) -> str:
    return column.dtype if column.unit is None else f"{column.dtype}, {column.unit}"


def _two_units(found: _Findings) -> Iterator[str]:
    """Sentences about columns whose middle values in two files are so far apart that the units must differ."""
    for (table, column), parts in found.spreads.items():
        middles = {part: abs(s.middle) for part, s in parts.items() if s.middle and s.kind.startswith("number")}
        if len(middles) < 2:
            continue
        small, large = min(middles, key=lambda p: middles[p]), max(middles, key=lambda p: middles[p])
        if middles[large] >= FAR_APART * middles[small]:
            shown = f"median {middles[small]:.4g} in {small} and {middles[large]:.4g} in {large}"
            yield f"table {table}, column {column}: {shown}; are both in the same unit?"


def _unitless(table: TableMap) -> dict[tuple[str, str], str]:
    """The bank's columns of money that the mapping gives no unit, by (table, column) of ours."""
    plain = [spec for spec in table.columns if spec.ours.unit == "CNY" and spec.unit is None and spec.values is None]
    return {(table.ours.name, spec.ours.name): spec.theirs for spec in plain}


def _assumed(found: _Findings) -> Iterator[str]:
    """Sentences about money that is taken to be in yuan because the mapping names no unit, with what it looks like."""
    for (table, column), theirs in found.unitless.items():
        parts = found.spreads.get((table, column), {})
        if parts:
            s = reduce(Spread.joined, parts.values())
            range_ = f"minimum {s.shown(s.low)}, median {s.shown(s.middle)}, maximum {s.shown(s.high)}"
            seen = range_ if s.read else "no value was read"
            yield f"table {table}, column {column} ({theirs}): no unit is named, so 元 is assumed; {seen}"


def _result(found: _Findings, named: list[str]) -> DryRun:
    lagged = tuple(name for name, filled in found.filled.items() if _by_lag(TABLES[name], filled))
    missing = tuple(
        (name, column.name)
        for name, table in TABLES.items()
        for column in table.columns
        if column.name not in found.filled.get(name, set()) and not (name in lagged and column.name == "known_on")
    )
    required = [
        f"table {name}: wanted column {column}, which every row needs; nothing fills it"
        for name, column in missing
        if found.filled.get(name) and (TABLES[name].column(column).required or column in TABLES[name].key)
    ]
    return DryRun(
        stops=(*found.stops, *required),
        bad=tuple(value for account in found.accounts for value in account.bad),
        notes=(*found.notes, *_two_units(found), *_assumed(found)),
        missing_tables=tuple(name for name in TABLES if name not in found.filled),
        missing=missing,
        lagged=lagged,
        unused=tuple(dict.fromkeys(named for named in found.given if named not in found.used)),
        not_named=tuple(named),
        accounts=tuple(found.accounts),
        spreads={key: reduce(Spread.joined, parts.values()) for key, parts in found.spreads.items()},
    )


def _by_lag(table: Table, filled: set[str]) -> bool:
    return table.lag is not None and table.lag.after in filled and "known_on" not in filled
