"""Scores as CSV in UTF-8 with a byte order mark, so that Excel reads Chinese; no text can be taken for a formula."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from schemas.cells import inert_texts
from scoring.output.columns import DAYS

ENDING = ".csv"
MARK = b"\xef\xbb\xbf"


def write(parts: Iterable[pa.Table], path: Path) -> None:
    """Write the tables one after another into one file with one line of names.

    Texts are made inert (`schemas.cells`). Texts stand in double quotes, a missing value is empty
    without them, days are YYYY-MM-DD.
    """
    options = pyarrow.csv.WriteOptions(include_header=False)
    with path.open("wb") as file:
        for number, part in enumerate(parts):
            if number == 0:
                file.write(MARK + (",".join(f'"{name}"' for name in part.column_names) + "\n").encode())
            pyarrow.csv.write_csv(inert(part), file, options)


def inert(part: pa.Table) -> pa.Table:
    """The table with texts that no program takes for a formula, and days instead of times."""
    for at, field in enumerate(part.schema):
        column = part.column(at)
        if field.name in DAYS:
            part = part.set_column(at, field.name, column.cast(pa.date32()))
        elif pa.types.is_large_string(field.type):
            safe = pa.array(inert_texts(column.to_pandas()), type=field.type, from_pandas=True)
            part = part.set_column(at, field.name, safe)
    return part
