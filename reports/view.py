"""What a page is made of, as plain data: the sections compute these, the templates only show them."""

from dataclasses import dataclass
from typing import ClassVar, Self

from reports.texts import both
from schemas.declarations import Text

Cell = str | Text


class Linked(str):
    """A number that leads to what it counts: equal to the plain text, with the address `href` beside it."""

    __slots__ = ("href",)
    href: str

    def __new__(cls, shown: str, href: str) -> Self:
        """The text `shown` with its address."""
        made = super().__new__(cls, shown)
        made.href = href
        return made


@dataclass(frozen=True)
class Head:
    """Heading of one column; numbers are set flush right, short words and days are never broken."""

    label: Text
    numeric: bool = True
    short: bool = False


@dataclass(frozen=True)
class Row:
    """One row of a grid; a strong row is a total; tone colours it (`met`, `exceeded` or none)."""

    cells: tuple[Cell, ...]
    strong: bool = False
    tone: str = ""


@dataclass(frozen=True)
class Grid:
    """A table with its caption and the note under it; a folded one opens on click."""

    kind: ClassVar[str] = "grid"
    caption: Text
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    note: Text | None = None
    folded: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Running text; tone is plain, lead, note, met or exceeded."""

    kind: ClassVar[str] = "paragraph"
    text: Text
    tone: str = "plain"


@dataclass(frozen=True)
class Points:
    """A list of sentences under a small title."""

    kind: ClassVar[str] = "points"
    title: Text
    items: tuple[Text, ...]


@dataclass(frozen=True)
class Tile:
    """One figure that stands out: label, value, and what it means."""

    label: Text
    value: Cell
    detail: Text
    tone: str = ""


@dataclass(frozen=True)
class Tiles:
    """A row of figures that stand out."""

    kind: ClassVar[str] = "tiles"
    items: tuple[Tile, ...]


@dataclass(frozen=True)
class Picture:
    """An embedded picture: data URI and caption."""

    kind: ClassVar[str] = "picture"
    uri: str
    caption: Text


@dataclass(frozen=True)
class Pictures:
    """Pictures side by side."""

    kind: ClassVar[str] = "pictures"
    items: tuple[Picture, ...]


@dataclass(frozen=True)
class Link:
    """A line that leads to another page of the same folder, or to a place on one."""

    kind: ClassVar[str] = "link"
    text: Text
    href: str


Block = Grid | Paragraph | Points | Tiles | Pictures | Link


@dataclass(frozen=True)
class Section:
    """One section of a page; `blocks` also takes charts and memos, which know their own template by `kind`."""

    anchor: str
    title: Text
    blocks: tuple[object, ...]


def word(key: str) -> Head:
    """Heading of a column of words."""
    return Head(both(key), numeric=False)


def short(key: str) -> Head:
    """Heading of a column of short words, codes or days, which are never broken."""
    return Head(both(key), numeric=False, short=True)


def number(key: str) -> Head:
    """Heading of a column of numbers; the text of `key` holds the unit."""
    return Head(both(key))
