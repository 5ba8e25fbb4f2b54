"""Text files as parts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sources.bank import part as parts
from sources.bank.csv_text import CsvForm, Record, records
from sources.bank.encoding import check_encoding
from sources.bank.maps import TableMap
from sources.bank.part import BankDataError, Rows
from sources.bank.texts import BLANKS, header_name


@dataclass(frozen=True)
class CsvPart:
    """A CSV file with a header in line `header`; every value is text; rows are numbered by the line they begin in."""

    path: Path
    form: CsvForm
    name: str
    header: int
    columns: tuple[str, ...]
    counted: str = "line"
    whole: bool = True
    notes: tuple[str, ...] = ()

    @property
    def read_as(self) -> str:
        """Encoding and delimiter of the file."""
        return str(self.form)

    def chunks(self, columns: Sequence[str]) -> Iterator[Rows]:
        """Rows of the named columns.

        Raises
        ------
        BankDataError
            When bytes are not in the encoding, a quotation mark stays open, a row has more or fewer fields than the
            header, or a value stands under a column without a name (the row is shifted).
        """
        places = [self.columns.index(name) for name in columns]
        kept: list[list[str]] = []
        lines: list[int] = []
        blank = 0
        left_out: Counter[str] = Counter()
        for record in records(self.path, self.form):
            if record.line <= self.header:
                continue
            if record.rule is not None:
                left_out[record.rule] += 1
                continue
            if not any(record.fields):
                blank += 1
                continue
            self._check(record)
            kept.append([record.fields[place] for place in places])
            lines.append(record.line)
            if len(kept) == parts.ROWS_A_CHUNK:
                yield Rows(_frame(kept, columns, lines), blank, left_out)
                kept, lines, blank, left_out = [], [], 0, Counter()
        if kept or blank or left_out:
            yield Rows(_frame(kept, columns, lines), blank, left_out)

    def _check(self, record: Record) -> None:
        if len(record.fields) != len(self.columns):
            wanted = f"wanted {len(self.columns)} fields, as in the header"
            advice = " (a line that is no row can be left out: leave_out, line)" if len(record.fields) < 3 else ""
            message = f"file {self.name}, line {record.line}: {wanted}; got {len(record.fields)}{advice}"
            raise BankDataError(message)
        for name, value in zip(self.columns, record.fields, strict=True):
            if not name and value.strip(BLANKS):
                wanted = "wanted nothing under the column without a name (is the row shifted?)"
                message = f"file {self.name}, line {record.line}: {wanted}; got {value[:80]!r}"
                raise BankDataError(message)


def _frame(rows: list[list[str]], columns: Sequence[str], lines: list[int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns), index=pd.Index(lines, dtype="int64"), dtype="str")


def open_csv(path: Path, table: TableMap) -> CsvPart:
    """Text file `path` as a part, read as the mapping of its table says.

    Raises
    ------
    BankDataError
        When it cannot be opened or ends before its header.
    """
    check_encoding(path, table.encoding)
    lines = tuple(rule for rule in table.leave_out if rule.column is None)
    form = CsvForm(table.encoding, table.delimiter, table.quotes, lines)
    for record in records(path, form):
        if record.rule is None and (any(record.fields) if table.header is None else record.line >= table.header):
            names = tuple(header_name(field) for field in record.fields)
            return CsvPart(path, form, path.name, record.line, names)
    wanted = "a header" if table.header is None else f"a header in line {table.header}"
    message = f"file {path.name}: wanted {wanted}; the file ends before it"
    raise BankDataError(message)
