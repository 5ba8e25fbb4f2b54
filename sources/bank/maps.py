"""What a mapping file says, once it has been checked: for each table and column of ours, where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.conform import BadTableError
from schemas.declarations import Column, Table

ENCODINGS: Mapping[str, str] = {"utf8": "utf-8-sig", "gbk": "gbk", "gb18030": "gb18030"}
"""Encodings of CSV files a mapping may name; a byte-order mark is skipped."""

MISSING: tuple[str, ...] = ("",)
"""Texts that mean missing, where the mapping names no others."""

ZONE = "Asia/Shanghai"
"""Time zone of the bank, where the mapping names no other: a moment with a zone falls on the day it is there."""


class MappingError(BadTableError):
    """The mapping file cannot be used: the message says what was wanted, what came and where."""


@dataclass(frozen=True)
class ColumnMap:
    """Where one of our columns comes from: the bank's column, its unit, codes, date format and words for missing."""

    ours: Column
    theirs: str
    unit: str | None = None
    values: Mapping[str, str | None] | None = None
    format: str | None = None
    missing: tuple[str, ...] = MISSING
    zone: str = ZONE


@dataclass(frozen=True)
class LeaveOut:
    """A rule by which rows are left out: the bank's column `column` holds one of `texts`, or matches `pattern` whole.

    Without a column, `pattern` is for whole lines of a text file. The empty text stands for a missing value.
    """

    column: str | None
    texts: tuple[str, ...] = ()
    pattern: str | None = None

    def __str__(self) -> str:
        """Words for the account: `客户号 is 合计 or 小计`, `line matches #.*`."""
        if self.pattern is not None:
            return f"{self.column or 'line'} matches {self.pattern}"
        return f"{self.column} is {' or '.join(text or 'empty' for text in self.texts)}"


@dataclass(frozen=True)
class TableMap:
    """Where one of our tables comes from: a file (or files, by pattern) of a folder, or a table of a database.

    `quotes` is false where quotation marks of a text file are plain characters; `sheet` names the sheet of a workbook;
    `header` is the line (or sheet row) of the column names, the first that is not blank when it is None;
    `one_file_per` names the column of ours each value of which may come from one file only; rows that meet one of the
    rules `leave_out` are counted and not read.
    """

    ours: Table
    theirs: str
    encoding: str
    delimiter: str
    columns: tuple[ColumnMap, ...]
    defaults: Mapping[str, str]
    quotes: bool = True
    sheet: str | None = None
    header: int | None = None
    one_file_per: str | None = None
    leave_out: tuple[LeaveOut, ...] = ()


@dataclass(frozen=True)
class BankMapping:
    """All sources of a mapping file, in order; several of them may fill the same table of ours."""

    tables: tuple[TableMap, ...]
