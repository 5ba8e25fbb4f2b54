"""The mapping file: from a bank's own tables, columns, units and codes to the canonical ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from schemas.conform import BadTableError
from schemas.declarations import Column, Table
from schemas.tables import TABLES
from sources.bank.units import DATE_WORDS, unit_factor

ENCODINGS: Mapping[str, str] = {"utf8": "utf-8-sig", "gbk": "gbk", "gb18030": "gb18030"}
"""Encodings of CSV files a mapping may name; a byte-order mark is skipped."""

MISSING: tuple[str, ...] = ("",)
"""Texts that mean missing, where the mapping names no others."""


class MappingError(BadTableError):
    """The mapping file cannot be used: the message says what was wanted, what came and where."""


@dataclass(frozen=True)
class ColumnMap:
    """Where one of our columns comes from: the bank's column, its unit, codes, date format and words for missing."""

    ours: Column
    theirs: str
    unit: str | None = None
    values: Mapping[str, str | None] | None = None
    format: str | None = None
    missing: tuple[str, ...] = MISSING


@dataclass(frozen=True)
class TableMap:
    """Where one of our tables comes from: a file (or files, by pattern) of a folder, or a table of a database."""

    ours: Table
    theirs: str
    encoding: str
    delimiter: str
    columns: tuple[ColumnMap, ...]
    defaults: Mapping[str, str]


@dataclass(frozen=True)
class BankMapping:
    """All sources of a mapping file, in order; several of them may fill the same table of ours."""

    tables: tuple[TableMap, ...]


def load_mapping(path: Path) -> BankMapping:
    """Mapping of a YAML file, every name and unit in it checked.

    Raises
    ------
    MappingError
        When the file is missing or is no YAML, or names a table, column, key, unit, code or encoding that is not.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf8"))
    except FileNotFoundError as error:
        message = f"wanted a mapping file; there is none at {path}"
        raise MappingError(message) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        message = f"mapping file {path.name}: wanted YAML in UTF-8; {' '.join(str(error).split())[:200]}"
        raise MappingError(message) from error
    top = _section(content, {"tables"}, {"encoding", "delimiter", "missing"}, f"mapping file {path.name}")
    tables = _section(top["tables"], set(), set(TABLES), f"mapping file {path.name}, tables")
    found = tuple(
        _table(TABLES[name], entry, top)
        for name, entries in tables.items()
        for entry in (entries if isinstance(entries, list) else [entries])
    )
    if not found:
        message = f"mapping file {path.name}: wanted at least one of {', '.join(TABLES)} under tables; got none"
        raise MappingError(message)
    return BankMapping(found)


def _section(entry: Any, wanted: set[str], allowed: set[str], where: str) -> Mapping[str, Any]:
    """Entry as a mapping that has all `wanted` keys and no key beyond `wanted` and `allowed`."""
    if not isinstance(entry, dict):
        message = f"{where}: wanted keys with values; got {entry!r}"
        raise MappingError(message)
    unknown = [str(key) for key in entry if key not in wanted | allowed]
    absent = sorted(wanted - set(entry))
    if unknown or absent:
        got = f"there is no {', '.join(absent)}" if absent else f"got {', '.join(unknown)}"
        message = f"{where}: {'wanted' if absent else 'the keys are'} {', '.join(sorted(wanted | allowed))}; {got}"
        raise MappingError(message)
    return entry


def _table(table: Table, entry: Any, top: Mapping[str, Any]) -> TableMap:
    where = f"mapping of table {table.name}"
    entry = _section(entry, {"from", "columns"}, {"encoding", "delimiter", "defaults", "missing"}, where)
    encoding = entry.get("encoding", top.get("encoding", "utf8"))
    if encoding not in ENCODINGS:
        message = f"{where}: encoding must be one of {', '.join(ENCODINGS)}; got {encoding!r}"
        raise MappingError(message)
    delimiter = entry.get("delimiter", top.get("delimiter", ","))
    if not isinstance(delimiter, str) or len(delimiter) != 1:
        message = f"{where}: delimiter must be one character; got {delimiter!r}"
        raise MappingError(message)
    names = {c.name for c in table.columns}
    columns = _section(entry["columns"], set(), names, f"{where}, columns")
    defaults = _section(entry.get("defaults", {}), set(), names - set(columns), f"{where}, defaults")
    constants = {name: _code(table.column(name), value, f"{where}, defaults") for name, value in defaults.items()}
    missing = _texts(entry.get("missing", top.get("missing", ())), where)
    return TableMap(
        ours=table,
        theirs=str(entry["from"]),
        encoding=encoding,
        delimiter=delimiter,
        columns=tuple(_column(table.column(name), value, missing, where) for name, value in columns.items()),
        defaults={name: text for name, text in constants.items() if text is not None},
    )


def _texts(entry: Any, where: str) -> tuple[str, ...]:
    """Texts that mean missing, the empty text always among them."""
    if not isinstance(entry, list | tuple):
        message = f"{where}: missing must be a list of texts; got {entry!r}"
        raise MappingError(message)
    return tuple(dict.fromkeys([*MISSING, *(str(text) for text in entry)]))


def _column(ours: Column, entry: Any, missing: tuple[str, ...], where: str) -> ColumnMap:
    where = f"{where}, column {ours.name}"
    if not isinstance(entry, dict):
        return ColumnMap(ours, str(entry), missing=missing)
    entry = _section(entry, {"from"}, {"unit", "values", "format", "missing"}, where)
    unit = None if entry.get("unit") is None else str(entry["unit"])
    if unit is not None:
        try:
            unit_factor(unit, ours.unit)
        except ValueError as error:
            message = f"{where}: {error}"
            raise MappingError(message) from error
    form = None if entry.get("format") is None else str(entry["format"])
    if form is not None and (ours.dtype != "date" or ("%" not in form and form not in DATE_WORDS)):
        message = f"{where}: format is for dates, like %Y%m%d, or one of {', '.join(DATE_WORDS)}; got {form!r}"
        raise MappingError(message)
    return ColumnMap(
        ours=ours,
        theirs=str(entry["from"]),
        unit=unit,
        values=_codes(ours, entry["values"], where) if "values" in entry else None,
        format=form,
        missing=(*missing, *_texts(entry.get("missing", ()), where)),
    )


def _codes(ours: Column, entry: Any, where: str) -> Mapping[str, str | None]:
    if not isinstance(entry, dict) or any(isinstance(key, bool) for key in entry):
        message = f"{where}: values must be {{theirs: ours}}, with yes, no, on and off in quotes; got {entry!r}"
        raise MappingError(message)
    return {str(theirs): _code(ours, value, f"{where}, values") for theirs, value in entry.items()}


def _code(ours: Column, value: Any, where: str) -> str | None:
    """Text of a value of ours, checked against the closed list of its column; None means missing."""
    if value is None:
        return None
    if ours.values is not None and str(value) not in ours.values:
        message = f"{where}: {ours.name} must be one of {', '.join(ours.values)}; got {value!r}"
        raise MappingError(message)
    return str(value)
