"""Pieces of SQL text: names, literals, and texts without ink."""

from typing import Any

WHITE = (
    *(0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x1F, 0x20, 0x85, 0xA0, 0x1680),
    *range(0x2000, 0x200B),
    *(0x2028, 0x2029, 0x202F, 0x205F, 0x3000),
)
"""Code points that `str.strip` takes for white space."""


def name(column: str) -> str:
    """SQL name of a column."""
    return '"' + column.replace('"', '""') + '"'


def literal(value: Any) -> str:
    """SQL literal of a text, a number or a truth value; numbers are doubles, as they are in the tables.

    >>> literal("it's"), literal(True), literal(1e13)
    ("'it''s'", 'TRUE', "CAST('10000000000000.0' AS DOUBLE)")
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return f"CAST('{value!r}' AS DOUBLE)"
    return "'" + str(value).replace("'", "''") + "'"


def day(value: str) -> str:
    """SQL literal of an ISO day."""
    return f"CAST({literal(value)} AS TIMESTAMP)"


def blank(text: str) -> str:
    """Whether a text has nothing but white space, as `conform` sees it; the first character is looked at first."""
    white = "".join(f"\\x{{{point:x}}}" for point in WHITE)
    return f"(({text} < '!' OR {text} > '~') AND regexp_full_match({text}, '[{white}]*'))"
