"""Text, Parquet and workbook files as parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sources.bank import part as parts
from sources.bank.csv_text import CsvForm, Record, check_encoding, records
from sources.bank.maps import TableMap
from sources.bank.part import BankDataError, Part, Rows
from sources.bank.texts import BLANKS, text_of
from sources.bank.workbook import Cells, open_sheet

TEXT_ENDINGS = (".csv", ".txt", ".dat")
WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls")
ENDINGS = (*TEXT_ENDINGS, ".parquet", *WORKBOOK_ENDINGS)


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
        for record in records(self.path, self.form):
            if record.line <= self.header:
                continue
            if not any(record.fields):
                blank += 1
                continue
            self._check(record)
            kept.append([record.fields[place] for place in places])
            lines.append(record.line)
            if len(kept) == parts.ROWS_A_CHUNK:
                yield Rows(_frame(kept, columns, lines), blank)
                kept, lines, blank = [], [], 0
        if kept or blank:
            yield Rows(_frame(kept, columns, lines), blank)

    def _check(self, record: Record) -> None:
        if len(record.fields) != len(self.columns):
            wanted = f"wanted {len(self.columns)} fields, as in the header"
            message = f"file {self.name}, line {record.line}: {wanted}; got {len(record.fields)}"
            raise BankDataError(message)
        for name, value in zip(self.columns, record.fields, strict=True):
            if not name and value.strip(BLANKS):
                wanted = "wanted nothing under the column without a name (is the row shifted?)"
                message = f"file {self.name}, line {record.line}: {wanted}; got {value[:80]!r}"
                raise BankDataError(message)


def _frame(rows: list[list[str]], columns: Sequence[str], lines: list[int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns), index=pd.Index(lines, dtype="int64"), dtype="str")


@dataclass(frozen=True)
class SheetPart:
    """A sheet of a workbook with its column names in row `header`; rows are numbered as the workbook shows them."""

    path: Path
    cells: Cells
    name: str
    header: int
    columns: tuple[str, ...]
    notes: tuple[str, ...]
    read_as: str = "a workbook"
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


@dataclass(frozen=True)
class ParquetPart:
    """A Parquet file; values keep their types, whole numbers with gaps among them; rows are numbered from 1."""

    path: Path
    name: str
    columns: tuple[str, ...]
    read_as: str = "Parquet"
    counted: str = "row"
    whole: bool = False
    notes: tuple[str, ...] = ()

    def chunks(self, columns: Sequence[str]) -> Iterator[Rows]:
        """Rows of the named columns.

        Raises
        ------
        BankDataError
            When the file is damaged.
        """
        start = 1
        try:
            with pq.ParquetFile(self.path) as file:
                for batch in file.iter_batches(parts.ROWS_A_CHUNK, columns=list(columns)):
                    frame = batch.to_pandas(types_mapper=_exact, date_as_object=False, ignore_metadata=True)
                    frame.index = pd.RangeIndex(start, start + len(frame))
                    start += len(frame)
                    yield Rows(_plain(frame))
        except (pa.ArrowException, OSError) as error:
            message = f"file {self.name}, row {start} or later: wanted Parquet; {str(error).splitlines()[0][:160]}"
            raise BankDataError(message) from error


def _exact(kind: pa.DataType) -> pd.api.extensions.ExtensionDtype | None:
    """Pandas type of whole numbers that keeps every digit beside a gap; None for the usual type."""
    if not pa.types.is_integer(kind):
        return None
    return pd.UInt64Dtype() if pa.types.is_unsigned_integer(kind) else pd.Int64Dtype()


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with categories written out."""
    coded = [name for name, dtype in frame.dtypes.items() if isinstance(dtype, pd.CategoricalDtype)]
    return frame.assign(**{str(name): frame[name].astype(frame[name].cat.categories.dtype) for name in coded})


def open_part(path: Path, table: TableMap) -> Part:
    """File `path` as a part, read as the mapping of its table says.

    Raises
    ------
    BankDataError
        When the file is of no known kind, is empty, or its header cannot be read.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        wanted = f"wanted a name that ends in one of {', '.join(ENDINGS)}"
        message = f"file {path.name}: {wanted}; got {path.suffix or 'no ending'}"
        raise BankDataError(message)
    if path.stat().st_size == 0:
        message = f"file {path.name}: wanted a table; the file is empty"
        raise BankDataError(message)
    if table.sheet is not None and ending not in WORKBOOK_ENDINGS:
        message = f"file {path.name}: sheet {table.sheet} is for workbooks ({', '.join(WORKBOOK_ENDINGS)})"
        raise BankDataError(message)
    if ending == ".parquet":
        return _parquet(path)
    return _csv(path, table) if ending in TEXT_ENDINGS else _sheet(path, table)


def _parquet(path: Path) -> ParquetPart:
    try:
        names = pq.read_schema(path).names
    except (pa.ArrowException, OSError) as error:
        message = f"file {path.name}: wanted a Parquet file; {str(error).splitlines()[0][:160]}"
        raise BankDataError(message) from error
    return ParquetPart(path, path.name, tuple(names))


def _csv(path: Path, table: TableMap) -> CsvPart:
    check_encoding(path, table.encoding)
    form = CsvForm(table.encoding, table.delimiter, table.quotes)
    for record in records(path, form):
        if any(record.fields) if table.header is None else record.line >= table.header:
            names = tuple(header_name(field) for field in record.fields)
            return CsvPart(path, form, path.name, record.line, names)
    wanted = "a header" if table.header is None else f"a header in line {table.header}"
    message = f"file {path.name}: wanted {wanted}; the file ends before it"
    raise BankDataError(message)


def _sheet(path: Path, table: TableMap) -> SheetPart:
    cells = open_sheet(path, table.sheet, table.header)
    for number, row in cells.rows():
        if any(v is not None for v in row) if table.header is None else number >= table.header:
            names = tuple(header_name("" if value is None else str(value)) for value in row)
            return SheetPart(path, cells, f"{path.name}, sheet {cells.sheet}", number, names, cells.notes)
    wanted = "a header" if table.header is None else f"a header in row {table.header}"
    message = f"file {path.name}, sheet {cells.sheet}: wanted {wanted}; the sheet ends before it"
    raise BankDataError(message)


def header_name(text: str) -> str:
    """Name of a column without characters that have no ink, at its ends or (zero width) anywhere."""
    return "".join(c for c in text if c not in "\u200b\u200c\u200d\u2060\ufeff").strip(BLANKS)
