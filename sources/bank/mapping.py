"""The mapping file: from a bank's own tables, columns, units and codes to the canonical ones."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from policy.guarded import RepeatedKeyError, UnreadableError, read_yaml
from schemas.declarations import Column, Table
from schemas.tables import TABLES
from sources.bank.mapping_keys import (
    code_of,
    codes_of,
    delimiter_of,
    flag_of,
    format_of,
    leave_out_of,
    line_of,
    name_of,
    one_of,
    section,
    texts_of,
    unit_of,
    zone_of,
)
from sources.bank.mapping_text import TextLoader
from sources.bank.maps import ENCODINGS, BankMapping, ColumnMap, MappingError, TableMap

FILE_KEYS = frozenset({"encoding", "delimiter", "missing", "zone", "quotes"})
TABLE_KEYS = FILE_KEYS | {"defaults", "sheet", "header", "one_file_per", "leave_out"}


def load_mapping(path: Path) -> BankMapping:
    """Mapping of a YAML file, every name and unit in it checked.

    Raises
    ------
    MappingError
        When the file is missing or is no YAML, holds a key twice, names a table, column, key, unit, code, encoding or
        time zone that is not, or gives a default or code that its column cannot hold.
    """
    try:
        content = read_yaml(path, TextLoader)
    except FileNotFoundError as error:
        message = f"wanted a mapping file; there is none at {path}"
        raise MappingError(message) from error
    except RepeatedKeyError as error:
        message = f"mapping file {path.name}: {error}"
        raise MappingError(message) from error
    except UnreadableError as error:
        message = f"mapping file {path.name}: wanted YAML in UTF-8; {str(error)[:200]}"
        raise MappingError(message) from error
    top = section(content, {"tables"}, FILE_KEYS, f"mapping file {path.name}")
    tables = section(top["tables"], set(), set(TABLES), f"mapping file {path.name}, tables")
    found = tuple(
        _table(TABLES[name], entry, top)
        for name, entries in tables.items()
        for entry in (entries if isinstance(entries, list) else [entries])
    )
    if not found:
        message = f"mapping file {path.name}: wanted at least one of {', '.join(TABLES)} under tables; got none"
        raise MappingError(message)
    return BankMapping(found)


def _table(table: Table, entry: Any, top: Mapping[str, Any]) -> TableMap:
    where = f"mapping of table {table.name}"
    entry = section(entry, {"from", "columns"}, TABLE_KEYS, where)
    files = {key: entry.get(key, top.get(key)) for key in FILE_KEYS}
    names = {c.name for c in table.columns}
    columns = section(entry["columns"], set(), names, f"{where}, columns")
    defaults = section(entry.get("defaults", {}), set(), names - set(columns), f"{where}, defaults")
    constants = {name: code_of(table.column(name), value, f"{where}, defaults") for name, value in defaults.items()}
    missing = texts_of(files["missing"] or (), where)
    zone = zone_of(files["zone"], where)
    per = entry.get("one_file_per")
    if per is not None and per not in columns:
        message = f"{where}: one_file_per must be one of its columns, {', '.join(columns)}; got {per!r}"
        raise MappingError(message)
    return TableMap(
        ours=table,
        theirs=name_of(entry["from"], where),
        encoding=one_of(files["encoding"] or "utf8", tuple(ENCODINGS), f"{where}: encoding"),
        delimiter=delimiter_of(files["delimiter"], where),
        columns=tuple(_column(table.column(n), value, missing, zone, where) for n, value in columns.items()),
        defaults={name: text for name, text in constants.items() if text is not None},
        quotes=flag_of(files["quotes"], f"{where}: quotes"),
        sheet=None if entry.get("sheet") is None else str(entry["sheet"]),
        header=line_of(entry.get("header"), where),
        one_file_per=per,
        leave_out=leave_out_of(entry.get("leave_out"), where),
    )


def _column(ours: Column, entry: Any, missing: tuple[str, ...], zone: str, where: str) -> ColumnMap:
    where = f"{where}, column {ours.name}"
    if not isinstance(entry, dict):
        return ColumnMap(ours, name_of(entry, where), missing=missing, zone=zone)
    entry = section(entry, {"from"}, {"unit", "values", "format", "missing"}, where)
    return ColumnMap(
        ours=ours,
        theirs=name_of(entry["from"], where),
        unit=unit_of(ours, entry.get("unit"), where),
        values=codes_of(ours, entry["values"], where) if "values" in entry else None,
        format=format_of(ours, entry.get("format"), where),
        missing=(*missing, *texts_of(entry.get("missing", ()), where)),
        zone=zone,
    )
