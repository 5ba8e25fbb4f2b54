"""Workbooks that would grow beyond bounds when they are opened: a small file can stand for terabytes of cells.

A workbook is a ZIP file of XML. The library that reads it keeps a whole sheet in memory, from its first to its last
cell with all that lie between, and a text of its own in every cell that shares one; so all of that is counted first,
piece by piece. Of .xlsb the content is binary: only its sizes are looked at. An .xls cannot hold more than 17 million
cells.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from sources.bank.part import BankDataError

MOST_ENTRIES = 10_000
"""Files in the ZIP file, at most."""
MOST_BYTES = 1_500_000_000
"""Bytes of them together when they are unpacked, at most."""
DENSE = 50_000_000
"""Bytes of one of them above which it may not be packed more than TIMES times: XML of cells packs 10 to 60 times."""
TIMES = 200
MOST_CELLS = 50_000_000
"""Cells from the first to the last row and column of a sheet, empty ones among them, at most."""
MOST_SHARED = 1_000_000_000
"""Characters that the cells of a sheet take from the shared texts, at most."""
NO_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)
"""What Python raises for a ZIP file that is not whole, or packed in a way that workbooks are not."""
BLOCK = 1 << 20
PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})(\d{1,9})["']""")
SHARED = re.compile(rb"""\bt\s*=\s*["']s["'][^<]{0,400}<(?:\w+:)?v[^<>]{0,100}>\s*(\d{1,9})""")
TEXT = re.compile(rb"<(/?)(?:\w+:)?si[\s>]")
TAIL = 600
"""Bytes of a block that are looked at again with the next one: longer than what is searched for."""


def require_bounded(path: Path) -> None:
    """Nothing, when the workbook keeps the bounds.

    Raises
    ------
    BankDataError
        When it does not, or is damaged; the message names the bound.
    """
    if not zipfile.is_zipfile(path):  # an .xls, one with a password, or no workbook at all
        return
    try:
        _require_bounded(path)
    except BankDataError:
        raise
    except NO_ZIP as error:
        raise _refused(path, "a workbook", f"it is damaged ({str(error)[:160]})") from error


def _require_bounded(path: Path) -> None:
    with zipfile.ZipFile(path) as book:
        _require_sizes(path, book.infolist())
        damaged = book.testzip()  # reads no more of an entry than its directory says, and compares its checksum
        if damaged is not None:
            raise zipfile.BadZipFile(damaged)
        names = book.namelist()
        sheets = [name for name in names if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        texts = _lengths(book, "xl/sharedStrings.xml") if "xl/sharedStrings.xml" in names else []
        for name in sheets:
            _require_cells(path, book, name, texts)


def _require_sizes(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise _refused(path, f"at most {MOST_ENTRIES:,} files in the workbook", f"it has {len(entries):,}")
    if len({entry.filename for entry in entries}) < len(entries):
        raise _refused(path, "every file in the workbook once", "one name comes more than once")
    total = sum(entry.file_size for entry in entries)
    if total > MOST_BYTES:
        raise _refused(path, f"at most {MOST_BYTES:,} bytes when it is unpacked", f"it says {total:,}")
    for entry in entries:
        if entry.file_size > DENSE and entry.file_size > TIMES * max(entry.compress_size, 1):
            packed = f"{entry.filename} packs {entry.file_size:,} bytes into {entry.compress_size:,}"
            raise _refused(path, f"content packed at most {TIMES} times", packed)


def _require_cells(path: Path, book: zipfile.ZipFile, name: str, texts: list[int]) -> None:
    rows = columns = shared = 0
    for block, fresh in _blocks(book, name):
        places = PLACE.findall(block)
        rows = max(rows, *map(int, {row for _, row in places}), 0)
        columns = max(columns, *map(_number, {letters for letters, _ in places}), 0)
        if texts:
            numbers = (int(found[1]) for found in SHARED.finditer(block) if found.end() > fresh)
            shared += sum(texts[number] for number in numbers if number < len(texts))
    if rows * columns > MOST_CELLS:
        raise _refused(path, f"a sheet of at most {MOST_CELLS:,} cells", f"{name} has {rows:,} rows of {columns:,}")
    if shared > MOST_SHARED:
        raise _refused(path, f"at most {MOST_SHARED:,} characters in a sheet", f"{name} has {shared:,}")


def _blocks(book: zipfile.ZipFile, name: str) -> Iterator[tuple[bytes, int]]:
    """Pieces of an entry, each behind the end of the one before, and where the new begins: matches end behind it."""
    tail = b""
    with book.open(name) as file:
        while piece := file.read(BLOCK):
            yield tail + piece, len(tail)
            tail = (tail + piece)[-TAIL:]


def _lengths(book: zipfile.ZipFile, name: str) -> list[int]:
    """Bytes of each shared text, its tags included."""
    found: list[int] = []
    begun: int | None = None
    before = 0
    for block, fresh in _blocks(book, name):
        start = before - fresh  # place of the block in the entry
        for tag in TEXT.finditer(block):
            if tag.end() <= fresh:
                continue
            if not tag[1]:
                begun = start + tag.end()
            elif begun is not None:
                found.append(start + tag.start() - begun)
                begun = None
        before = start + len(block)
    return found


def _number(letters: bytes) -> int:
    """Number of a column, counted from 1; 0 of a row, which has no letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _refused(path: Path, wanted: str, got: str) -> BankDataError:
    return BankDataError(f"file {path.name}: wanted {wanted}; {got}")
