"""One file or database table of a bank: its name, its columns, and its rows a chunk at a time."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, Protocol

import pandas as pd

from schemas.conform import BadTableError

ROWS_A_CHUNK = 100_000


class BankDataError(BadTableError):
    """A bank's table cannot be read: the message names file, column and row, what was wanted and what came."""


class Rows(NamedTuple):
    """A chunk of rows as they were stored, numbered in the index.

    `blank` counts lines without a value; `left_out` the lines that a rule of the mapping leaves out, by rule.
    """

    frame: pd.DataFrame
    blank: int = 0
    left_out: Mapping[str, int] = MappingProxyType({})


class Part(Protocol):
    """One file or database table."""

    @property
    def name(self) -> str:
        """Name of the file or table, for messages."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of its columns, in order."""

    @property
    def read_as(self) -> str:
        """How it is read, for messages: a wrong encoding or delimiter shows in the names of the columns."""

    @property
    def counted(self) -> str:
        """What the numbers of its rows count: `line` of a text file, `row` of a sheet, or `row` of data."""

    @property
    def whole(self) -> bool:
        """True when all its columns are read at no cost, so that a rejected row can be kept whole."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about what could not be checked in a file of this kind."""

    def chunks(self, columns: Sequence[str]) -> Iterator[Rows]:
        """Rows of the named columns, at most ROWS_A_CHUNK at a time."""
