"""The mapping file: from a bank's own tables, columns, units and codes to the canonical ones."""

from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import yaml

from schemas.declarations import Column, Table
from schemas.tables import TABLES
from sources.bank.mapping_text import RepeatedKeyError, load_text
from sources.bank.maps import ENCODINGS, MISSING, ZONE, BankMapping, ColumnMap, MappingError, TableMap
from sources.bank.units import DATE_WORDS, unit_factor
from sources.bank.values import converted, wanted

FILE_KEYS = frozenset({"encoding", "delimiter", "missing", "zone", "quotes"})
TABLE_KEYS = FILE_KEYS | {"defaults", "sheet", "header", "one_file_per"}


def load_mapping(path: Path) -> BankMapping:
    """Mapping of a YAML file, every name and unit in it checked.

    Raises
    ------
    MappingError
        When the file is missing or is no YAML, holds a key twice, names a table, column, key, unit, code, encoding or
        time zone that is not, or gives a default or code that its column cannot hold.
    """
    try:
        content = load_text(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        message = f"wanted a mapping file; there is none at {path}"
        raise MappingError(message) from error
    except RepeatedKeyError as error:
        message = f"mapping file {path.name}: {error}"
        raise MappingError(message) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        message = f"mapping file {path.name}: wanted YAML in UTF-8; {' '.join(str(error).split())[:200]}"
        raise MappingError(message) from error
    top = _section(content, {"tables"}, FILE_KEYS, f"mapping file {path.name}")
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


def _section(entry: Any, needed: Set[str], allowed: Set[str], where: str) -> Mapping[str, Any]:
    """Entry as a mapping that has all `needed` keys and no key beyond `needed` and `allowed`."""
    if not isinstance(entry, dict):
        message = f"{where}: wanted keys with values; got {entry!r}"
        raise MappingError(message)
    unknown = [str(key) for key in entry if key not in needed | allowed]
    absent = sorted(needed - set(entry))
    if unknown or absent:
        got = f"there is no {', '.join(absent)}" if absent else f"got {', '.join(unknown)}"
        message = f"{where}: {'wanted' if absent else 'the keys are'} {', '.join(sorted(needed | allowed))}; {got}"
        raise MappingError(message)
    return entry


def _table(table: Table, entry: Any, top: Mapping[str, Any]) -> TableMap:
    where = f"mapping of table {table.name}"
    entry = _section(entry, {"from", "columns"}, TABLE_KEYS, where)
    files = {key: entry.get(key, top.get(key)) for key in FILE_KEYS}
    names = {c.name for c in table.columns}
    columns = _section(entry["columns"], set(), names, f"{where}, columns")
    defaults = _section(entry.get("defaults", {}), set(), names - set(columns), f"{where}, defaults")
    constants = {name: _code(table.column(name), value, f"{where}, defaults") for name, value in defaults.items()}
    missing = _texts(files["missing"] or (), where)
    zone = _zone(files["zone"], where)
    per = entry.get("one_file_per")
    if per is not None and per not in columns:
        message = f"{where}: one_file_per must be one of its columns, {', '.join(columns)}; got {per!r}"
        raise MappingError(message)
    return TableMap(
        ours=table,
        theirs=_name(entry["from"], where),
        encoding=_one_of(files["encoding"] or "utf8", tuple(ENCODINGS), f"{where}: encoding"),
        delimiter=_delimiter(files["delimiter"], where),
        columns=tuple(_column(table.column(n), value, missing, zone, where) for n, value in columns.items()),
        defaults={name: text for name, text in constants.items() if text is not None},
        quotes=_flag(files["quotes"], f"{where}: quotes"),
        sheet=None if entry.get("sheet") is None else str(entry["sheet"]),
        header=_line(entry.get("header"), where),
        one_file_per=per,
    )


def _one_of(value: Any, known: tuple[str, ...], what: str) -> str:
    if value not in known:
        message = f"{what} must be one of {', '.join(known)}; got {value!r}"
        raise MappingError(message)
    return str(value)


def _name(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        message = f"{where}: from must be a name (yes, no, on, off and null in quotes); got {value!r}"
        raise MappingError(message)
    return value


def _flag(value: Any, what: str) -> bool:
    if value is not None and not isinstance(value, bool):
        message = f"{what} must be true or false; got {value!r}"
        raise MappingError(message)
    return value is not False


def _delimiter(value: Any, where: str) -> str:
    value = "," if value is None else value
    if not isinstance(value, str) or len(value) != 1 or value in '"\r\n':
        message = f"{where}: delimiter must be one character; got {value!r}"
        raise MappingError(message)
    return value


def _line(value: Any, where: str) -> int | None:
    if value is None:
        return None
    if not str(value).isdecimal() or int(value) < 1:
        message = f"{where}: header must be the number of a line, 1 or more; got {value!r}"
        raise MappingError(message)
    return int(value)


def _zone(value: Any, where: str) -> str:
    name = ZONE if value is None else str(value)
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:  # ZoneInfoNotFoundError is a KeyError
        message = f"{where}: zone must be a time zone like {ZONE}; got {name!r}"
        raise MappingError(message) from error
    return name


def _texts(entry: Any, where: str) -> tuple[str, ...]:
    """Texts that mean missing, the empty text always among them."""
    if not isinstance(entry, list | tuple):
        message = f"{where}: missing must be a list of texts; got {entry!r}"
        raise MappingError(message)
    if not all(isinstance(text, str) for text in entry):
        message = f"{where}: missing must be a list of texts, with null, yes, no, on and off in quotes; got {entry!r}"
        raise MappingError(message)
    return tuple(dict.fromkeys([*MISSING, *entry]))


def _column(ours: Column, entry: Any, missing: tuple[str, ...], zone: str, where: str) -> ColumnMap:
    where = f"{where}, column {ours.name}"
    if not isinstance(entry, dict):
        return ColumnMap(ours, _name(entry, where), missing=missing, zone=zone)
    entry = _section(entry, {"from"}, {"unit", "values", "format", "missing"}, where)
    return ColumnMap(
        ours=ours,
        theirs=_name(entry["from"], where),
        unit=_unit(ours, entry.get("unit"), where),
        values=_codes(ours, entry["values"], where) if "values" in entry else None,
        format=_format(ours, entry.get("format"), where),
        missing=(*missing, *_texts(entry.get("missing", ()), where)),
        zone=zone,
    )


def _unit(ours: Column, value: Any, where: str) -> str | None:
    if value is None:
        return None
    try:
        unit_factor(str(value), ours.unit)
    except ValueError as error:
        message = f"{where}: {error}"
        raise MappingError(message) from error
    return str(value)


def _format(ours: Column, value: Any, where: str) -> str | None:
    if value is None:
        return None
    form, words = str(value), ", ".join(DATE_WORDS)
    if ours.dtype != "date" or (form not in DATE_WORDS and "%" not in form):
        message = f"{where}: format is for dates, like %Y%m%d, or one of {words}; got {form!r}"
        raise MappingError(message)
    if form not in DATE_WORDS and not _is_a_day(form):
        message = f"{where}: format must hold year, month and day, or be one of {words}; got {form!r}"
        raise MappingError(message)
    return form


def _is_a_day(form: str) -> bool:
    month_and_day = "%d" in form and any(month in form for month in ("%m", "%b", "%B"))
    return ("%Y" in form or "%y" in form) and (month_and_day or "%j" in form)


def _codes(ours: Column, entry: Any, where: str) -> Mapping[str, str | None]:
    if not isinstance(entry, dict) or any(isinstance(key, bool) or key is None for key in entry):
        message = f"{where}: values must be {{theirs: ours}}, with yes, no, on, off and null in quotes; got {entry!r}"
        raise MappingError(message)
    return {str(theirs): _code(ours, value, f"{where}, values") for theirs, value in entry.items()}


def _code(ours: Column, value: Any, where: str) -> str | None:
    """Text of a value of ours, checked against its column; None means missing."""
    if value is None:
        return None
    if ours.values is not None and str(value) not in ours.values:
        message = f"{where}: {ours.name} must be one of {', '.join(ours.values)}; got {value!r}"
        raise MappingError(message)
    spec = ColumnMap(ours, ours.name)
    if converted(pd.Series([str(value)], dtype="str"), spec).bad.any():
        message = f"{where}: {ours.name} must be {wanted(spec)}; got {str(value)!r}"
        raise MappingError(message)
    return str(value)
