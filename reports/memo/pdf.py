"""Memos as PDF, one A4 page each, and longer pages of several: the same HTML always gives the same bytes."""

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML  # nowhere else
from weasyprint.text import ffi
from weasyprint.text.fonts import FontConfiguration

from reports.memo.glyphs import truetype

FONT = "NotoSansSC-Regular.otf"
"""File of pylopdf_fonts_zh_cn, under OFL-1.1: letters of both languages, whatever the machine has."""
BOLDER = 0.014
"""Half of what bold strokes are thicker than others [em]; the font has one weight."""
SCALES = (1.0, 0.96, 0.92, 0.88)
"""Sizes of a page that are tried in turn [fraction of the stated size of letters]."""
PAPER = "@page { size: %.2fmm %.2fmm !important; }"
STYLE = """
@font-face { font-family: "Memo"; font-weight: normal; src: url("%s"); }
@font-face { font-family: "Memo"; font-weight: bold; src: url("%s"); }
html, body, .page, [lang] { font-family: "Memo"; }
.page { max-width: none; padding: 0; }
"""


def require_subsetting() -> None:
    """Nothing, where fonts can be cut down to the letters that a page shows.

    Raises
    ------
    OSError
        When the system has no HarfBuzz-Subset: WeasyPrint would then number the glyphs anew, and `_with_truetype` would
        put wrong letters on the page.
    """
    if ffi.harfbuzz_subset is None:
        message = "wanted the library libharfbuzz-subset of the system; it is not there"
        raise OSError(message)


def pdf(html: str) -> bytes:
    """The page as PDF, without dates and with an identifier that follows from its content.

    A page that holds more than fits on A4 is drawn smaller, as little as is needed of `SCALES`.
    """
    mark = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
    laid, scale = _fitting(html)
    written: bytes = laid.write_pdf(finisher=_with_truetype, pdf_identifier=mark, zoom=scale)
    return written


def document(html: str) -> bytes:
    """A page of any length as PDF on as many sheets as it takes, by its own rules for `@page`."""
    mark = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
    style, fonts = _style()
    laid = HTML(string=html).render(stylesheets=[style], font_config=fonts)
    written: bytes = laid.write_pdf(finisher=_with_truetype, pdf_identifier=mark)
    return written


def _fitting(html: str) -> tuple[Any, float]:
    """The page laid out, and the scale at which it takes one A4 page; at the smallest it may take more."""
    style, fonts = _style()
    for scale in SCALES:
        paper = CSS(string=PAPER % (210 / scale, 297 / scale))
        laid = HTML(string=html).render(stylesheets=[style, paper], font_config=fonts)
        if len(laid.pages) == 1:
            break
    return laid, scale


def _with_truetype(_: object, written: Any) -> None:
    """Put TrueType in place of OpenType fonts, also of those that stand in for letters which our font lacks.

    `written` is the `pydyf.PDF` that WeasyPrint made. Widths and places of letters stay as they are.
    """
    objects = {found.reference: found for found in written.objects}
    dictionaries = [found for found in objects.values() if isinstance(found, dict)]
    shown: dict[bytes, set[int]] = {}
    bold = set()
    for font in dictionaries:
        described = objects.get(font.get("FontDescriptor"), {})
        if font.get("Subtype") == "/CIDFontType0" and "FontFile3" in described:
            font["Subtype"] = "/CIDFontType2"
            file = described["FontFile2"] = described.pop("FontFile3")
            shown.setdefault(file, {0}).update(_glyphs(font["W"]))
            if b"+Memo-Bold" in described["FontName"]:
                bold.add(file)
    for file, glyphs in shown.items():
        content = truetype(b"".join(objects[file].stream), glyphs, BOLDER if file in bold else 0.0)
        objects[file].stream, objects[file].extra = [content], {"Length1": len(content)}


def _glyphs(widths: Sequence[Any]) -> set[int]:
    """Numbers of the glyphs in a table of widths, which holds in turn a first number and the widths from there on."""
    pairs = zip(widths[::2], widths[1::2], strict=True)
    return {first + at for first, following in pairs for at in range(len(following))}


@cache
def _style() -> tuple[CSS, FontConfiguration]:
    fonts = FontConfiguration()
    font = Path(str(files("pylopdf_fonts_zh_cn") / FONT)).as_uri()
    return CSS(string=STYLE % (font, font), font_config=fonts), fonts
