"""Single keys of a mapping file, each checked: a MappingError says what was wanted, what came and where."""

import re
from collections.abc import Mapping, Set
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from schemas.declarations import Column
from sources.bank.maps import MISSING, ZONE, ColumnMap, LeaveOut, MappingError
from sources.bank.units import DATE_WORDS, unit_factor
from sources.bank.values import converted, wanted


def section(entry: Any, needed: Set[str], allowed: Set[str], where: str) -> Mapping[str, Any]:
    """Entry as a mapping that has all `needed` keys and no key beyond `needed` and `allowed`."""
    if not isinstance(entry, dict):
        message = f"{where}: wanted keys with values; got {entry!r}"
        raise MappingError(message)
    unknown = [str(key) for key in entry if key not in needed | allowed]
    absent = sorted(needed - set(entry))
    if unknown or absent:
        said = {"not there": absent, "got": unknown}
        got = "; ".join(f"{what}: {', '.join(keys)}" for what, keys in said.items() if keys)
        message = f"{where}: {'wanted' if absent else 'the keys are'} {', '.join(sorted(needed | allowed))}; {got}"
        raise MappingError(message)
    return entry


def one_of(value: Any, known: tuple[str, ...], what: str) -> str:
    """The value, when it is one of those known."""
    if value not in known:
        message = f"{what} must be one of {', '.join(known)}; got {value!r}"
        raise MappingError(message)
    return str(value)


def name_of(value: Any, where: str) -> str:
    """Name of a file, table or column of the bank."""
    if not isinstance(value, str) or not value.strip():
        message = f"{where}: from must be a name (yes, no, on, off and null in quotes); got {value!r}"
        raise MappingError(message)
    return value


def flag_of(value: Any, what: str) -> bool:
    """Whether a flag is on; on where it is left out."""
    if value is not None and not isinstance(value, bool):
        message = f"{what} must be true or false; got {value!r}"
        raise MappingError(message)
    return value is not False


def delimiter_of(value: Any, where: str) -> str:
    """The one character between fields; a comma where it is left out."""
    value = "," if value is None else value
    if not isinstance(value, str) or len(value) != 1 or value in '"\r\n':
        message = f"{where}: delimiter must be one character; got {value!r}"
        raise MappingError(message)
    return value


def line_of(value: Any, where: str) -> int | None:
    """Number of a line, 1 or more; None where it is left out."""
    if value is None:
        return None
    if not str(value).isdecimal() or int(value) < 1:
        message = f"{where}: header must be the number of a line, 1 or more; got {value!r}"
        raise MappingError(message)
    return int(value)


def zone_of(value: Any, where: str) -> str:
    """Name of a time zone; that of Beijing where it is left out."""
    name = ZONE if value is None else str(value)
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:  # ZoneInfoNotFoundError is a KeyError
        message = f"{where}: zone must be a time zone like {ZONE}; got {name!r}"
        raise MappingError(message) from error
    return name


def texts_of(entry: Any, where: str) -> tuple[str, ...]:
    """Texts that mean missing, the empty text always among them."""
    if not isinstance(entry, list | tuple):
        message = f"{where}: missing must be a list of texts; got {entry!r}"
        raise MappingError(message)
    if not all(isinstance(text, str) for text in entry):
        message = f"{where}: missing must be a list of texts, with null, yes, no, on and off in quotes; got {entry!r}"
        raise MappingError(message)
    return tuple(dict.fromkeys([*MISSING, *entry]))


def leave_out_of(entry: Any, where: str) -> tuple[LeaveOut, ...]:
    """Rules by which rows are left out; none where the key is left out."""
    if entry is None:
        return ()
    if not isinstance(entry, list):
        message = f"{where}: leave_out must be a list of rules like {{column: 客户号, is: 合计}}; got {entry!r}"
        raise MappingError(message)
    return tuple(_leave_out(rule, f"{where}, leave_out, rule {number}") for number, rule in enumerate(entry, 1))


def _leave_out(entry: Any, where: str) -> LeaveOut:
    shapes = ({"column", "is"}, {"column", "matches"}, {"line"})
    if not isinstance(entry, dict) or set(entry) not in shapes:
        message = f"{where}: wanted column with is, column with matches, or line; got {entry!r}"
        raise MappingError(message)
    column = name_of(entry["column"], where) if "column" in entry else None
    if "is" in entry:
        listed = entry["is"] if isinstance(entry["is"], list) else [entry["is"]]
        if not listed or not all(isinstance(text, str) for text in listed):
            message = f"{where}: is must be a text or a list of texts (null, yes, no in quotes); got {entry['is']!r}"
            raise MappingError(message)
        return LeaveOut(column, tuple(listed))
    pattern: Any = entry.get("matches", entry.get("line"))
    try:
        everything = re.compile(pattern).fullmatch("") is not None
    except (re.error, TypeError) as error:
        message = f"{where}: wanted a regular expression; got {pattern!r} ({error})"
        raise MappingError(message) from error
    if everything:
        message = f"{where}: the pattern must not match an empty text (use is for that); got {pattern!r}"
        raise MappingError(message)
    return LeaveOut(column, pattern=pattern)


def unit_of(ours: Column, value: Any, where: str) -> str | None:
    """Unit that measures what our column holds; None where it is left out."""
    if value is None:
        return None
    try:
        unit_factor(str(value), ours.unit)
    except ValueError as error:
        message = f"{where}: {error}"
        raise MappingError(message) from error
    return str(value)


def format_of(ours: Column, value: Any, where: str) -> str | None:
    """Format of days, or the word for a period; None where it is left out."""
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


def codes_of(ours: Column, entry: Any, where: str) -> Mapping[str, str | None]:
    """Our code for each code of the bank."""
    if not isinstance(entry, dict) or any(isinstance(key, bool) or key is None for key in entry):
        message = f"{where}: values must be {{theirs: ours}}, with yes, no, on, off and null in quotes; got {entry!r}"
        raise MappingError(message)
    return {str(theirs): code_of(ours, value, f"{where}, values") for theirs, value in entry.items()}


def code_of(ours: Column, value: Any, where: str) -> str | None:
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
