"""Whether the bytes of a text file can be in the encoding that the mapping names."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sources.bank.maps import ENCODINGS
from sources.bank.part import BankDataError

LONGEST = 4_000_000
"""Bytes of a line that are looked at together."""
LAST_OF_LEVEL_1 = 0xD7
"""First byte of the last characters in the first level of GB 2312."""


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Lines of a file; one that is longer than any line may be comes in pieces."""
    return iter(lambda: file.readline(LONGEST), b"")


def bad_line(path: Path, encoding: str) -> tuple[int, str]:
    """Number of the first line whose bytes are not in the encoding, and which other encoding they are in."""
    # No supported encoding uses the newline byte inside a character, so lines can be cut before decoding.
    with path.open("rb") as file:
        for number, line in enumerate(_lines(file), start=1):
            if _decodes(line, encoding):
                continue
            others = [name for name in ENCODINGS if _decodes(line, name)]
            return number, f"; {' and '.join(others)} can read them" if others else ""
    return 1, ""


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(ENCODINGS[encoding])
    except UnicodeDecodeError:
        return False
    return True


def check_encoding(path: Path, encoding: str) -> None:
    """Nothing, when the bytes of a file may be in the encoding the mapping names.

    Raises
    ------
    BankDataError
        When the file is UTF-16, or is UTF-8 and would be read as GB18030 without an error, as other characters.
    """
    with path.open("rb") as file:
        start = file.read(3)
    if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        message = f"file {path.name}, line 1: wanted text in {encoding}; got UTF-16 (save it as UTF-8)"
        raise BankDataError(message)
    marked = start == b"\xef\xbb\xbf"
    line = None if encoding == "utf8" else 1 if marked else _first_utf8_line(path)
    if line is not None:
        message = f"file {path.name}, line {line}: wanted text in {encoding}; got UTF-8 (say encoding: utf8)"
        raise BankDataError(message)


def _first_utf8_line(path: Path) -> int | None:
    with path.open("rb") as file:
        return next((n for n, line in enumerate(_lines(file), start=1) if not line.isascii() and is_utf8(line)), None)


def is_utf8(line: bytes) -> bool:
    """True when bytes are UTF-8 rather than GB18030: they can be read as either, and UTF-8 gives commoner characters.

    >>> is_utf8("广东".encode("utf8")), is_utf8("广东".encode("gbk"))
    (True, False)
    """
    try:
        text = line.decode("utf8")
    except UnicodeDecodeError:
        return False
    # Below U+0800 a character of UTF-8 has two bytes, as one of GBK has: both may be valid.
    return max(text, default="") >= "\u0800" and _common(text) > _common(line.decode("gb18030", errors="replace"))


def _common(text: str) -> float:
    """Share of the characters beyond ASCII that are among the 3,755 commonest of GB 2312, or its marks."""
    beyond = [character for character in text if not character.isascii()]
    codes = [character.encode("gb2312", errors="ignore") for character in beyond]
    return sum(len(code) == 2 and code[0] <= LAST_OF_LEVEL_1 for code in codes) / max(len(beyond), 1)
