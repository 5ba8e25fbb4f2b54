"""Sheets of Excel workbooks, read by python-calamine; what calamine leaves blank without a word is found beside it."""

import datetime as dt
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, PasswordError, SheetTypeEnum, SheetVisibleEnum, load_workbook

from sources.bank.part import BankDataError
from sources.bank.texts import BLANKS
from sources.bank.workbook_bounds import NO_ZIP, require_bounded

XML_ENDINGS = (".xlsx", ".xlsm")
DAMAGED = (*NO_ZIP, ElementTree.ParseError, LookupError, StopIteration)
"""What Python raises for a workbook that is no whole ZIP file of XML."""
PLACE = re.compile(r"([A-Z]+)(\d+)")


@dataclass(frozen=True)
class Cells:
    """Cells of one sheet: numbers, texts, flags and days; an error value, or a formula without a value, as its text."""

    sheet: str
    content: CalamineSheet
    unreadable: Mapping[tuple[int, int], str]
    notes: tuple[str, ...]

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        """Number of each row, as the workbook shows it, and its cells from column A on; an empty cell is None."""
        if self.content.start is None or self.content.end is None:
            return
        width, before = self.content.end[1] + 1, [None] * self.content.start[1]
        for number, row in enumerate(self.content.iter_rows(), start=1):
            cells: list[object] = [*before, *(None if isinstance(v, str) and not v.strip(BLANKS) else v for v in row)]
            for column in range(width):
                if (number, column + 1) in self.unreadable:
                    cells[column] = self.unreadable[(number, column + 1)]
            yield number, [_value(cell) for cell in cells]


def _value(cell: object) -> object:
    """Cell as it is; a time of day or a span of time, which is no value of ours, as its text."""
    return str(cell) if isinstance(cell, dt.time | dt.timedelta) else cell


def open_sheet(path: Path, name: str | None, header: int | None) -> Cells:
    """Sheet `name` of a workbook, or its only visible one, held in memory (a sheet has at most 1,048,576 rows).

    Raises
    ------
    BankDataError
        When the file is no workbook or has a password, would grow beyond bounds, the sheet is not there or not the only
        one, is empty, or has merged cells from the header on (all but the first of them are empty).
    """
    require_bounded(path)
    try:
        with load_workbook(path) as book:
            sheets = [s for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
            shown = [s.name for s in sheets if s.visible == SheetVisibleEnum.Visible]
            chosen = _chosen(path, name, [s.name for s in sheets], shown)
            content = book.get_sheet_by_name(chosen)
    except PasswordError as error:
        message = f"file {path.name}: wanted a workbook that opens; it has a password"
        raise BankDataError(message) from error
    except CalamineError as error:
        message = f"file {path.name}: wanted a workbook; {' '.join(str(error).split())[:160]} (is it a text or a page?)"
        raise BankDataError(message) from error
    _check_merged(path, content, header)
    if path.suffix.lower() not in XML_ENDINGS:
        note = "error values, formulas without a value and some merged cells look empty in it; save it as .xlsx"
        return Cells(chosen, content, {}, (f"file {path.name}: {note}",))
    try:
        return Cells(chosen, content, _unreadable(path, chosen), ())
    except DAMAGED as error:
        message = f"file {path.name}, sheet {chosen}: wanted a workbook; it is damaged ({str(error)[:160]})"
        raise BankDataError(message) from error


def _chosen(path: Path, name: str | None, sheets: list[str], shown: list[str]) -> str:
    if name is None and len(shown) == 1:
        return shown[0]
    if name is not None and name in sheets:
        return name
    wanted = "one visible sheet, or its name under sheet" if name is None else f"sheet {name}"
    hidden = [s for s in sheets if s not in shown]
    also = f" (and hidden: {', '.join(hidden)})" if hidden else ""
    message = f"file {path.name}: wanted {wanted}; it has {', '.join(shown) or 'none'}{also}"
    raise BankDataError(message)


def _check_merged(path: Path, content: CalamineSheet, header: int | None) -> None:
    # Merged titles above a header that the mapping names do no harm.
    first = 1 if header is None else header
    for (top, left), (bottom, right) in content.merged_cell_ranges or []:
        if bottom + 1 >= first:
            cells = f"{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}"
            wanted = "wanted every cell by itself (say header: the row of the column names, if this is a title)"
            message = f"file {path.name}, sheet {content.name}, row {top + 1}: {wanted}; {cells} are merged"
            raise BankDataError(message)


def _letters(column: int) -> str:
    """Letters of a column counted from 0.

    >>> _letters(0), _letters(25), _letters(26)
    ('A', 'Z', 'AA')
    """
    before = "" if column < 26 else _letters(column // 26 - 1)
    return before + chr(ord("A") + column % 26)


def _unreadable(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """Error values (#N/A) and formulas without a stored value of a sheet, by (row, column), counted from 1."""
    found: dict[tuple[int, int], str] = {}
    with zipfile.ZipFile(path) as book:
        member = _member(book, sheet)
        if not _mentions(book, member):
            return found
        row = column = 0
        with book.open(member) as file:
            for event, element in ElementTree.iterparse(file, events=("start", "end")):
                tag = element.tag.rsplit("}", 1)[-1]
                if event == "start" and tag == "row":
                    row, column = int(element.get("r", row + 1)), 0
                if event == "end" and tag == "c":
                    column = _column(element.get("r"), column + 1)
                    text = _problem(element)
                    if text is not None:
                        found[(row, column)] = text
                if event == "end" and tag == "row":
                    element.clear()
    return found


def _problem(cell: ElementTree.Element) -> str | None:
    value, formula = cell.find("{*}v"), cell.find("{*}f")
    if cell.get("t") == "e":
        return (None if value is None else value.text) or "#N/A"
    # A formula that gives an empty text has an empty value and the type "str".
    if formula is not None and (value is None or not value.text) and cell.get("t") != "str":
        return f"={formula.text or ''} (a formula without a stored value)"
    return None


def _column(place: str | None, following: int) -> int:
    match = PLACE.fullmatch(place or "")
    if match is None:
        return following
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _mentions(book: zipfile.ZipFile, member: str) -> bool:
    """True when the sheet may hold an error value or a formula at all: most hold none, and are not parsed twice."""
    before = b""
    with book.open(member) as file:
        while block := file.read(1 << 20):
            window = before + block
            if b't="e"' in window or b"<f" in window or b":f" in window or b"t='e'" in window:
                return True
            before = block[-8:]
    return False


def _member(book: zipfile.ZipFile, sheet: str) -> str:
    """Name of the file inside the workbook that holds a sheet."""
    relation = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    strict = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
    listed = ElementTree.fromstring(book.read("xl/workbook.xml"))
    key = next(s.get(relation) or s.get(strict) for s in listed.iterfind(".//{*}sheet") if s.get("name") == sheet)
    relations = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    target = next(r.get("Target", "") for r in relations if r.get("Id") == key)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
