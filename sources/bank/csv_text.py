"""Records of a CSV file with the number of the line each begins in; whatever is open, ragged or undecodable stops.

Python's csv module in its strict mode does the reading. pyarrow.csv was tried: of an unclosed quote it makes one field
that holds the rest of the file, without an error, and with line breaks in fields it can name no line.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TextIO

from sources.bank.encoding import bad_line
from sources.bank.maps import ENCODINGS, LeaveOut
from sources.bank.part import BankDataError
from sources.bank.texts import BLANKS

LONGEST_LINE = 4_000_000
"""Characters of a line, at most: a file without line breaks is not read into memory as one line."""
QUOTED = re.compile(r'"(?:[^"]|"")*"')


@dataclass(frozen=True)
class CsvForm:
    """How a text file is written."""

    encoding: str
    delimiter: str
    quotes: bool = True
    leave_out: tuple[LeaveOut, ...] = ()
    """Rules for whole lines: one that meets a rule where a record would begin is no record."""

    def __str__(self) -> str:
        """Words for messages."""
        return f"{self.encoding} with delimiter {self.delimiter!r}"


class Record(NamedTuple):
    """Fields of a record, and the line it begins in (1 is the first of the file).

    A line that is left out has no fields, and the rule it met.
    """

    line: int
    fields: list[str]
    rule: str | None = None


@dataclass
class _Lines:
    """Lines of an open file, counted; `taken` are those of the record being read."""

    file: TextIO
    name: str
    number: int = 0
    taken: list[str] = field(default_factory=list)
    ahead: str | None = None

    def __iter__(self) -> "_Lines":
        return self

    def met(self, rules: tuple[LeaveOut, ...]) -> str | None:
        """The first of the rules that the next line meets, which is then taken; None where it meets none."""
        if not rules:
            return None
        self.ahead = self._read() if self.ahead is None else self.ahead
        text = (self.ahead or "").strip(BLANKS)
        rule = next((rule for rule in rules if re.fullmatch(rule.pattern or "", text)), None)
        if self.ahead is None or rule is None:
            return None
        self.ahead, self.number = None, self.number + 1
        return str(rule)

    def _read(self) -> str | None:
        line = self.file.readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            message = f"file {self.name}, line {self.number + 1}: a line of more than {LONGEST_LINE:,} characters"
            raise BankDataError(message)
        return line or None

    def __next__(self) -> str:
        line = self._read() if self.ahead is None else self.ahead
        if line is None:
            raise StopIteration
        self.ahead, self.number = None, self.number + 1
        if "\0" in line:
            message = f"file {self.name}, line {self.number}: wanted text; got a NUL byte (is it UTF-16, or no text?)"
            raise BankDataError(message)
        self.taken.append(line)
        return line


def records(path: Path, form: CsvForm) -> Iterator[Record]:
    """All records of a file, blank ones and lines that are left out included, the header first.

    Raises
    ------
    BankDataError
        When bytes are not in the encoding, or a quotation mark is opened and not closed where a field may end.
    """
    try:
        with path.open(encoding=ENCODINGS[form.encoding], newline="") as file:
            yield from _records(_Lines(file, path.name), form)
    except UnicodeDecodeError as error:
        line, other = bad_line(path, form.encoding)
        wanted = f"wanted text in {form.encoding}; got bytes that are not ({error.reason}){other}"
        message = f"file {path.name}, line {line}: {wanted}"
        raise BankDataError(message) from error


def _records(lines: _Lines, form: CsvForm) -> Iterator[Record]:
    plain = csv.reader(lines, delimiter=form.delimiter, strict=True, quoting=csv.QUOTE_NONE)
    reader = csv.reader(lines, delimiter=form.delimiter, strict=True) if form.quotes else plain
    width = 0
    while True:
        rule = lines.met(form.leave_out)
        if rule is not None:
            yield Record(lines.number, [], rule)
            continue
        lines.taken, first = [], lines.number + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            fields = _as_it_stands(lines, form, first, width)
        width = width or len(fields)
        if len(lines.taken) > 1 and _looks_like_rows(lines.taken, form.delimiter, width):
            what = "a quoted text over lines that look like rows: a quotation mark is open, or stands in the text"
            message = f"file {lines.name}, lines {first} to {lines.number}: {what}"
            raise BankDataError(message)
        yield Record(first, fields)


def _as_it_stands(lines: _Lines, form: CsvForm, first: int, width: int) -> list[str]:
    """Fields of one line whose quotation marks are plain characters (`"甲"牌`), where it has as many as the header."""
    if len(lines.taken[0]) > csv.field_size_limit():
        message = f"file {lines.name}, line {first}: a field of more than {csv.field_size_limit():,} characters"
        raise BankDataError(message)
    fields = next(csv.reader(lines.taken[:1], delimiter=form.delimiter, quoting=csv.QUOTE_NONE), [])
    if len(lines.taken) == 1 and len(fields) == width and not any(_opens(f) for f in fields):
        return [f[1:-1].replace('""', '"') if QUOTED.fullmatch(f) else f for f in fields]
    opened = len(next(csv.reader(lines.taken[:1], delimiter=form.delimiter), []))
    where = f"file {lines.name}, line {first}: a quotation mark"
    over = f"is opened in field {opened} and never closed before a delimiter"
    closed = "is followed by other text where it closes" if len(lines.taken) == 1 else over
    advice = "double the marks that are text, or say quotes: false where marks are plain characters"
    message = f"{where} {closed} (read up to line {lines.number}); {advice}"
    raise BankDataError(message)


def _opens(text: str) -> bool:
    """True when a field opens a quotation mark that it does not close, so that it may hold a delimiter."""
    return text.startswith('"') and text.count('"') == 1


def _looks_like_rows(taken: list[str], delimiter: str, width: int) -> bool:
    """True when first and last line of a record each hold a whole row: an open quotation mark swallowed the rest."""
    return width > 1 and min(taken[0].count(delimiter), taken[-1].count(delimiter)) >= width - 1
