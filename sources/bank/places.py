"""Where a bank's tables lie: CSV and Parquet files of a folder, or a database; read a chunk of rows at a time."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.conform import BadTableError
from sources.bank.mapping import ENCODINGS, TableMap

ROWS_A_CHUNK = 100_000
TEXT_ENDINGS = (".csv", ".txt", ".dat")


class BankDataError(BadTableError):
    """A bank's table cannot be read: the message names file, column and row, what was wanted and what came."""


class Part(Protocol):
    """One file or database table: its name, its columns, and its rows in chunks (all values as they were stored)."""

    @property
    def name(self) -> str:
        """Name of the file or table, for messages."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of its columns, in order."""

    @property
    def read_as(self) -> str:
        """How it is read, for messages: a wrong encoding or delimiter shows in the names of the columns."""

    def chunks(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        """Rows of the named columns, at most ROWS_A_CHUNK at a time, numbered from 1 in the index."""


@dataclass(frozen=True)
class CsvPart:
    """A CSV file with a header; every value is text."""

    path: Path
    encoding: str
    delimiter: str
    name: str
    columns: tuple[str, ...]

    @property
    def read_as(self) -> str:
        """Encoding and delimiter of the file."""
        return f"{self.encoding} with delimiter {self.delimiter!r}"

    def chunks(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        """Rows of the named columns.

        Raises
        ------
        BankDataError
            When bytes are not in the encoding, or a row has more or fewer fields than the header.
        """
        places = [self.columns.index(name) for name in columns]
        kept: list[list[str]] = []
        start = 1
        for number, row in enumerate(_rows(self.path, self.encoding, self.delimiter)):
            if number == 0:
                continue
            if len(row) != len(self.columns):
                wanted = f"wanted {len(self.columns)} fields, as in the header"
                message = f"file {self.name}, row {number}: {wanted}; got {len(row)}"
                raise BankDataError(message)
            kept.append([row[place] for place in places])
            if len(kept) == ROWS_A_CHUNK:
                yield _frame(kept, columns, start)
                start, kept = start + len(kept), []
        if kept:
            yield _frame(kept, columns, start)


@dataclass(frozen=True)
class ParquetPart:
    """A Parquet file; values keep their types."""

    path: Path
    name: str
    columns: tuple[str, ...]
    read_as: str = "Parquet"

    def chunks(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        """Rows of the named columns."""
        start = 1
        with pq.ParquetFile(self.path) as file:
            for batch in file.iter_batches(ROWS_A_CHUNK, columns=list(columns)):
                frame = batch.to_pandas()
                frame.index = pd.RangeIndex(start, start + len(frame))
                start += len(frame)
                yield frame


def _frame(rows: list[list[str]], columns: Sequence[str], start: int) -> pd.DataFrame:
    index = pd.RangeIndex(start, start + len(rows))
    return pd.DataFrame(rows, columns=list(columns), index=index, dtype="str")


def _rows(path: Path, encoding: str, delimiter: str) -> Iterator[list[str]]:
    """Rows of a CSV file that are not blank, the header first."""
    try:
        with path.open(encoding=ENCODINGS[encoding], newline="") as file:
            yield from (row for row in csv.reader(file, delimiter=delimiter) if any(row))
    except UnicodeDecodeError as error:
        line = _bad_line(path, encoding)
        message = f"file {path.name}, line {line}: wanted text in {encoding}; got bytes that are not ({error.reason})"
        raise BankDataError(message) from error
    except csv.Error as error:
        message = f"file {path.name}: wanted a CSV file; {error}"
        raise BankDataError(message) from error


def _bad_line(path: Path, encoding: str) -> int:
    """Number of the first line whose bytes are not in the encoding."""
    # No supported encoding uses the newline byte inside a character, so lines can be cut before decoding.
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode(ENCODINGS[encoding])
            except UnicodeDecodeError:
                return number
    return 1


def folder_parts(folder: Path, table: TableMap) -> list[Part]:
    """Files of `folder` that a table of the mapping names, in the order of their names.

    Raises
    ------
    BankDataError
        When the file is missing, or is neither CSV nor Parquet.
    """
    paths = sorted(folder.glob(table.theirs))
    if not paths:
        there = ", ".join(sorted(path.name for path in folder.iterdir())) or "nothing"
        message = f"table {table.ours.name}: wanted file {table.theirs} in {folder}; the folder holds {there}"
        raise BankDataError(message)
    return [_part(path, table) for path in paths]


def _part(path: Path, table: TableMap) -> Part:
    if path.suffix.lower() == ".parquet":
        try:
            names = pq.read_schema(path).names
        except (pa.ArrowException, OSError) as error:
            message = f"file {path.name}: wanted a Parquet file; {str(error).splitlines()[0][:160]}"
            raise BankDataError(message) from error
        return ParquetPart(path, path.name, tuple(names))
    if path.suffix.lower() not in TEXT_ENDINGS:
        endings = ", ".join((*TEXT_ENDINGS, ".parquet"))
        message = f"file {path.name}: wanted a name that ends in one of {endings}; got {path.suffix or 'no ending'}"
        raise BankDataError(message)
    header = next(_rows(path, table.encoding, table.delimiter), [])
    return CsvPart(path, table.encoding, table.delimiter, path.name, tuple(name.strip() for name in header))
