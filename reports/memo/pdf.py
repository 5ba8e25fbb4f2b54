"""Memos as PDF, one A4 page each: the same HTML always gives the same bytes."""

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path

from weasyprint import CSS, HTML  # nowhere else
from weasyprint.text.fonts import FontConfiguration

FONT = "NotoSansSC-Regular.otf"
"""File of pylopdf_fonts_zh_cn, under OFL-1.1: letters of both languages, whatever the machine has."""
STYLE = """
@font-face { font-family: "Memo"; src: url("%s"); }
html, body, .page, [lang] { font-family: "Memo"; }
.page { max-width: none; padding: 0; }
"""


def write_pdf(html: str, path: Path) -> None:
    """Write the page `html` (see `reports.page.memo_page`) as PDF; the folder of `path` is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pdf(html))


def pdf(html: str) -> bytes:
    """The page as PDF, without dates and with an identifier that follows from its content."""
    mark = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
    style, fonts = _style()
    document = HTML(string=html).render(stylesheets=[style], font_config=fonts)
    written: bytes = document.write_pdf(pdf_identifier=mark)
    return written


def page_count(html: str) -> int:
    """Pages the memo takes."""
    style, fonts = _style()
    return len(HTML(string=html).render(stylesheets=[style], font_config=fonts).pages)


@cache
def _style() -> tuple[CSS, FontConfiguration]:
    fonts = FontConfiguration()
    font = Path(str(files("pylopdf_fonts_zh_cn") / FONT)).as_uri()
    return CSS(string=STYLE % font, font_config=fonts), fonts
