"""Sheets of workbooks as parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sources.bank import part as parts
from sources.bank.maps import TableMap
from sources.bank.part import BankDataError, Rows
from sources.bank.texts import header_name, text_of
from sources.bank.workbook import Cells, open_sheet

A_WORKBOOK = "a workbook"
"""How a sheet is read, in the words of messages."""


@dataclass(frozen=True)
class SheetPart:
    """A sheet of a workbook with its column names in row `header`; rows are numbered as the workbook shows them."""

    path: Path
    cells: Cells
    name: str
    header: int
    columns: tuple[str, ...]
    notes: tuple[str, ...]
    read_as: str = A_WORKBOOK
    counted: str = "row"
    whole: bool = True

    def chunks(self, columns: Sequence[str]) -> Iterator[Rows]:
        """Rows of the named columns; numbers, days and flags keep their types.

        Raises
        ------
        BankDataError
            When a value stands under a column without a name.
        """
        places = [self.columns.index(name) for name in columns]
        nameless = [place for place, name in enumerate(self.columns) if not name]
        kept: list[list[object]] = []
        numbers: list[int] = []
        blank = 0
        for number, row in self.cells.rows():
            if number <= self.header:
                continue
            if all(value is None for value in row):
                blank += 1
                continue
            for place in nameless:
                if row[place] is not None:
                    wanted = "wanted nothing under the column without a name (is the row shifted?)"
                    message = f"file {self.name}, row {number}: {wanted}; got {str(text_of(row[place]))[:80]!r}"
                    raise BankDataError(message)
            kept.append([row[place] for place in places])
            numbers.append(number)
            if len(kept) == parts.ROWS_A_CHUNK:
                yield Rows(_objects(kept, columns, numbers), blank)
                kept, numbers, blank = [], [], 0
        if kept or blank:
            yield Rows(_objects(kept, columns, numbers), blank)


def _objects(rows: list[list[object]], columns: Sequence[str], numbers: list[int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns), index=pd.Index(numbers, dtype="int64"), dtype="object")


def open_workbook(path: Path, table: TableMap) -> SheetPart:
    """Sheet of workbook `path` as a part, read as the mapping of its table says.

    Raises
    ------
    BankDataError
        When it cannot be opened or ends before its header.
    """
    cells = open_sheet(path, table.sheet, table.header)
    for number, row in cells.rows():
        if any(v is not None for v in row) if table.header is None else number >= table.header:
            names = tuple(header_name("" if value is None else str(value)) for value in row)
            return SheetPart(path, cells, f"{path.name}, sheet {cells.sheet}", number, names, cells.notes)
    wanted = "a header" if table.header is None else f"a header in row {table.header}"
    message = f"file {path.name}, sheet {cells.sheet}: wanted {wanted}; the sheet ends before it"
    raise BankDataError(message)
