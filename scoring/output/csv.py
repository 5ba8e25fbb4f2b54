"""Scores as CSV in UTF-8 with a byte order mark, so that Excel reads Chinese; no text can be taken for a formula."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from scoring.output.columns import DAYS

ENDING = ".csv"
MARK = b"\xef\xbb\xbf"
FORMULA = "^[=+\\-@\\t\\r\\n＝＋－＠]"
"""Beginnings of a text that a spreadsheet program may take for a formula, full-width signs included."""


def write(parts: Iterable[pa.Table], path: Path) -> None:
    """Write the tables one after another into one file with one line of names.

    A text that begins with a sign of FORMULA has ' before it. Texts stand in double quotes, a missing value is empty
    without them, days are YYYY-MM-DD.
    """
    options = pyarrow.csv.WriteOptions(include_header=False)
    with path.open("wb") as file:
        for number, part in enumerate(parts):
            if number == 0:
                file.write(MARK + (",".join(f'"{name}"' for name in part.column_names) + "\n").encode())
            pyarrow.csv.write_csv(inert(part), file, options)


def inert(part: pa.Table) -> pa.Table:
    """The table with ' before texts that look like a formula, and days instead of times."""
    for at, field in enumerate(part.schema):
        column = part.column(at)
        if field.name in DAYS:
            part = part.set_column(at, field.name, column.cast(pa.date32()))
        elif pa.types.is_large_string(field.type) or pa.types.is_string(field.type):
            marked = pc.binary_join_element_wise(pa.scalar("'", field.type), column, pa.scalar("", field.type))
            part = part.set_column(
                at, field.name, pc.if_else(pc.match_substring_regex(column, FORMULA), marked, column)
            )
    return part
