"""Fonts of a PDF as TrueType, whose glyphs every reader finds by the same number.

WeasyPrint writes the number of a glyph as its CID. That is right for TrueType, but not for OpenType fonts with
CID-keyed CFF outlines, whose own table says which CID is which glyph (ISO 32000-2, 9.7.4.2): readers that follow it,
such as MuPDF, draw another glyph or none, others ignore it.
"""

from collections.abc import Set
from io import BytesIO
from itertools import accumulate, compress, pairwise
from math import hypot
from typing import Any

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._g_l_y_f import Glyph

TABLES = frozenset({"head", "hhea", "hmtx", "maxp", "loca", "glyf"})
"""All that a TrueType font in a PDF needs (ISO 32000-2, table 124)."""
TOLERANCE = 0.0005
"""Most that a curve may move when it becomes quadratic [em]; less than a pixel at any size of print."""
U_TURN = -0.94
"""Cosine of a turn too sharp to move its point: the point would fly off."""
Point = tuple[float, float]


def truetype(content: bytes, shown: Set[int], bolder: float = 0.0) -> bytes:
    """An OpenType font with CFF outlines as TrueType: the glyphs `shown`, their numbers and widths as they were.

    All other glyphs are empty; numbers beyond the last glyph have none. Each outline moves outwards by
    `bolder` [em]: strokes become thicker by twice that.
    """
    font = TTFont(BytesIO(content), recalcTimestamp=False)
    names, size = font.getGlyphOrder(), font["head"].unitsPerEm
    outlines, empty = font.getGlyphSet(), Glyph()
    drawn = {
        names[at]: _quadratic(outlines[names[at]], TOLERANCE * size, bolder * size)
        for at in sorted(shown)
        if at < len(names)
    }
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = names, {name: drawn.get(name, empty) for name in names}
    for name, glyph in drawn.items():
        glyph.recalcBounds(font["glyf"])
        # Readers place an outline by its left bearing: it has to be where the outline starts.
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyph, "xMin", 0))
    _describe(font)
    for tag in set(font.keys()) - TABLES - {"GlyphOrder"}:
        del font[tag]
    written = BytesIO()
    font.save(written)
    return written.getvalue()


def _describe(font: TTFont) -> None:
    """Set what tables say of outlines without instructions; fontTools counts the rest when it saves."""
    font["head"].glyphDataFormat = 0
    most = font["maxp"]
    most.tableVersion = 0x00010000
    most.maxZones = 1
    for name in ("TwilightPoints", "Storage", "FunctionDefs", "InstructionDefs", "StackElements"):
        setattr(most, f"max{name}", 0)
    most.maxSizeOfInstructions = most.maxComponentElements = 0
    font.sfntVersion = "\000\001\000\000"


def _quadratic(outline: Any, tolerance: float, outwards: float) -> Glyph:
    """The outline of quadratic curves, clockwise as TrueType wants it; `tolerance` and `outwards` in font units."""
    pen = TTGlyphPen(None)
    outline.draw(Cu2QuPen(pen, tolerance, reverse_direction=True))
    glyph = pen.glyph()
    if outwards and glyph.numberOfContours > 0:
        ends = [0, *(end + 1 for end in glyph.endPtsOfContours)]
        for first, last in pairwise(ends):
            for at, point in enumerate(moved(list(glyph.coordinates[first:last]), outwards), first):
                glyph.coordinates[at] = point
        glyph.coordinates.toInt()
    return glyph


def moved(contour: list[Point], outwards: float) -> list[Point]:
    """Points of a closed contour, each moved so that the lines beside it lie `outwards` further left.

    Left of a clockwise contour is outside it. Where a line beside an inner corner is too short, the point moves less.

    >>> moved([(0, 0), (0, 10), (10, 10), (10, 0)], 1)
    [(-1.0, -1.0), (-1.0, 11.0), (11.0, 11.0), (11.0, -1.0)]
    """
    starts = [point != before for point, before in zip(contour, [contour[-1], *contour], strict=False)]
    apart = list(compress(contour, starts))
    if len(apart) < 3:
        return contour
    around = zip([apart[-1], *apart], apart, [*apart[1:], apart[0]], strict=False)
    corners = [_corner(before, point, after, outwards) for before, point, after in around]
    # A point that repeats the one before it moves with it.
    return [corners[number - 1] for number in accumulate(starts)]


def _corner(before: Point, point: Point, after: Point, outwards: float) -> Point:
    """Where the two moved lines cross."""
    long_in = hypot(point[0] - before[0], point[1] - before[1])
    long_out = hypot(after[0] - point[0], after[1] - point[1])
    in_x, in_y = (point[0] - before[0]) / long_in, (point[1] - before[1]) / long_in
    out_x, out_y = (after[0] - point[0]) / long_out, (after[1] - point[1]) / long_out
    cosine = in_x * out_x + in_y * out_y
    if cosine < U_TURN:
        return point
    far, left_turn = outwards / (1 + cosine), in_x * out_y - in_y * out_x
    if left_turn > 0:
        far = min(far, min(long_in, long_out) / left_turn)
    return point[0] - far * (in_y + out_y), point[1] + far * (in_x + out_x)
