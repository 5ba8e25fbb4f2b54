"""Scores as a workbook of one sheet, written row by row in constant memory; a text is never a formula.

The parts of the file are those that Office Open XML (ISO/IEC 29500-1, part SpreadsheetML) asks for; texts stand in the
cells themselves (`inlineStr`), which no program computes.
"""

import math
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

import pyarrow as pa

from policy.errors import MendableError
from scoring.output.columns import DAYS

ENDING = ".xlsx"
ROWS = 1_048_576
"""Rows of a sheet, the line of names among them."""
SIGNS = 32_767
"""Signs of a cell."""
_EPOCH = 25_569
"""1970-01-01 in the days of a sheet, which count from 1899-12-30."""
_STAMP = (1980, 1, 1, 0, 0, 0)
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FILES = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="scores" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet {_MAIN}><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '</numFmts><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
"""Signs that XML does not have, and what would be read as one of them."""


class SheetError(MendableError):
    """The scores do not fit in a sheet."""


def require_rows(rows: int) -> None:
    """Nothing, when so many applications fit in a sheet.

    Raises
    ------
    SheetError
        When they are more.
    """
    if rows >= ROWS:
        message = (
            f"wanted at most {ROWS - 1:,} applications for a sheet of Excel; there are {rows:,}. "
            "Write them as csv or parquet, or into a folder"
        )
        raise SheetError(message)


def write(parts: Iterable[pa.Table], path: Path) -> None:
    """Write the tables one below the other into one sheet, the same rows always as the same bytes.

    Raises
    ------
    SheetError
        When there are more rows than a sheet has, or a text is longer than a cell.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, content in _FILES.items():
            book.writestr(zipfile.ZipInfo(name, _STAMP), _HEAD + content)
        sheet = zipfile.ZipInfo("xl/worksheets/sheet1.xml", _STAMP)
        sheet.compress_type = zipfile.ZIP_DEFLATED
        with book.open(sheet, "w", force_zip64=True) as file:
            file.write(f"{_HEAD}<worksheet {_MAIN}><sheetData>".encode())
            written = 0
            for part in parts:
                if not written:
                    file.write(_row([_text(name) for name in part.column_names]))
                    written = 1
                written += part.num_rows
                require_rows(written - 1)
                columns = [_cells(part.column(name), name) for name in part.column_names]
                file.write(b"".join(_row(cells) for cells in zip(*columns, strict=True)))
            file.write(b"</sheetData></worksheet>")


def _row(cells: Iterable[str]) -> bytes:
    return f"<row>{''.join(cells)}</row>".encode()


def _cells(column: pa.ChunkedArray, name: str) -> list[str]:
    """The cells of a column as XML; an empty one where the value is missing; inf, which a sheet lacks, is a text."""
    if name in DAYS:
        days = column.cast(pa.date32()).cast(pa.int32()).to_pylist()
        return ["<c/>" if day is None else f'<c s="1"><v>{day + _EPOCH}</v></c>' for day in days]
    if pa.types.is_floating(column.type):
        return ["<c/>" if value is None else _number(value) for value in column.to_pylist()]
    return ["<c/>" if value is None else _text(value) for value in column.to_pylist()]


def _number(value: float) -> str:
    return f"<c><v>{value!r}</v></c>" if math.isfinite(value) else _text(repr(value))


def _text(value: str) -> str:
    if len(value) > SIGNS:
        message = f"wanted texts of at most {SIGNS:,} signs for a cell of Excel; got one of {len(value):,}"
        raise SheetError(message)
    told = escape(_FORBIDDEN.sub(_as_code, value))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{told}</t></is></c>'


def _as_code(found: re.Match[str]) -> str:
    sign = found.group()
    return f"_x005F{sign}" if len(sign) > 1 else f"_x{ord(sign):04X}_"
