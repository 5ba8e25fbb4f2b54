"""Letters of a PDF: each font of a kind that readers agree on, each number the outline of its own letter."""

import io
import re
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from reports.memo.glyphs import moved
from reports.memo.page import memo_of
from reports.memo.pdf import BOLDER, FONT, pdf
from reports.page import memo_page

EM = 1000


@cache
def _source() -> TTFont:
    return TTFont(str(files("pylopdf_fonts_zh_cn") / FONT))


@cache
def _fonts(html: str) -> dict[str, Any]:
    """Fonts of the PDF of a page by their names without the mark of a part."""
    found = PdfReader(io.BytesIO(pdf(html))).pages[0]["/Resources"]["/Font"].values()
    return {font["/BaseFont"].split("+")[1]: font for font in found}


def _letters(font: Any) -> dict[int, str]:
    """What each number in the page stands for, one letter or several."""
    table = font["/ToUnicode"].get_data().decode()
    return {int(at, 16): bytes.fromhex(text).decode("utf-16-be") for at, text in re.findall(r"<(\w+)> <(\w+)>", table)}


def _embedded(font: Any) -> TTFont:
    return TTFont(io.BytesIO(font["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile2"].get_data()))


def _bounds(glyphs: Any, name: str) -> tuple[float, ...] | None:
    pen = BoundsPen(glyphs)
    glyphs[name].draw(pen)
    return pen.bounds


def _texts(case_of, inputs, language: str) -> dict[str, Any]:
    return _fonts(memo_page(inputs, memo_of(case_of("a")), language))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_fonts_are_truetype_with_the_number_of_a_glyph_as_its_name(case_of, inputs, language):
    found = _texts(case_of, inputs, language)
    assert set(found) == {"Memo", "Memo-Bold"}
    for font in found.values():
        (described,) = font["/DescendantFonts"]
        assert (font["/Encoding"], described["/Subtype"], described["/CIDToGIDMap"]) == (
            "/Identity-H",
            "/CIDFontType2",
            "/Identity",
        )
        assert "/FontFile3" not in described["/FontDescriptor"]
        assert _embedded(font).sfntVersion == "\0\1\0\0"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("name", "bolder"), [("Memo", 0.0), ("Memo-Bold", BOLDER * EM)])
def test_each_number_draws_the_outline_it_has_in_the_font(case_of, inputs, language, name, bolder):
    font = _texts(case_of, inputs, language)[name]
    embedded, source = _embedded(font), _source()
    drawn, order = embedded.getGlyphSet(), embedded.getGlyphOrder()
    letters = _letters(font)
    assert len(letters) > 30
    for at, text in letters.items():
        wanted, got = _bounds(source.getGlyphSet(), source.getGlyphName(at)), _bounds(drawn, order[at])
        if wanted is None:
            assert (text.strip(), got) == ("", None)
        else:
            grown = (wanted[0] - got[0], wanted[1] - got[1], got[2] - wanted[2], got[3] - wanted[3])
            # A pointed end of a bold stroke reaches further than its sides move.
            assert bolder - 2 <= min(grown) <= max(grown) <= 2.5 * bolder + 2, text


@pytest.mark.parametrize("name", ["Memo", "Memo-Bold"])
def test_each_chinese_character_has_the_number_of_its_own_glyph(case_of, inputs, name):
    letters, source = _letters(_texts(case_of, inputs, "zh")[name]), _source()
    chinese = {at: text for at, text in letters.items() if "\u4e00" <= text <= "\u9fff"}
    assert len(chinese) > 80
    assert chinese == {source.getGlyphID(source.getBestCmap()[ord(text)]): text for text in chinese.values()}


def test_letters_joined_into_one_glyph_are_still_several_in_the_text(case_of, inputs):
    assert {"fi", "ff"} <= set(_letters(_texts(case_of, inputs, "en")["Memo"]).values())


def test_the_widths_in_the_font_are_those_the_page_was_set_with(case_of, inputs):
    for font in _texts(case_of, inputs, "zh").values():
        embedded, table = _embedded(font), font["/DescendantFonts"][0]["/W"]
        order = embedded.getGlyphOrder()
        for first, widths in zip(table[::2], table[1::2], strict=True):
            assert [embedded["hmtx"][order[first + at]][0] for at in range(len(widths))] == pytest.approx(
                [float(width) for width in widths], abs=1
            )


def test_a_letter_that_no_font_has_is_a_box_and_keeps_its_text():
    font = _fonts("<p>示例\ue000公司</p>")["Memo"]
    assert set("示例\ue000公司") <= set(_letters(font).values())
    embedded = _embedded(font)
    assert _bounds(embedded.getGlyphSet(), embedded.getGlyphOrder()[0]) is not None


def test_a_page_without_letters_is_a_pdf():
    assert len(PdfReader(io.BytesIO(pdf("<hr>"))).pages) == 1


def test_a_hole_shrinks_where_its_body_grows():
    square = [(0.0, 0.0), (0.0, 10.0), (10.0, 10.0), (10.0, 0.0)]
    assert moved(square, 2) == [(-2, -2), (-2, 12), (12, 12), (12, -2)]
    assert moved(square[::-1], 2) == [(8, 2), (8, 8), (2, 8), (2, 2)]


def test_a_point_that_repeats_another_moves_with_it():
    assert moved([(0, 0), (0, 0), (0, 10), (10, 10), (10, 0), (0, 0)], 1) == [
        (-1, -1),
        (-1, -1),
        (-1, 11),
        (11, 11),
        (11, -1),
        (-1, -1),
    ]


def test_a_point_on_a_straight_line_moves_straight_outwards():
    assert moved([(0, 0), (0, 5), (0, 10), (10, 10), (10, 0)], 1)[1] == (-1, 5)


def test_a_point_in_a_narrow_notch_moves_by_its_shortest_line_at_most():
    notched = [(0, 0), (0, 10), (4, 10), (4, 9), (5, 9), (5, 10), (10, 10), (10, 0)]
    assert moved(notched, 3)[3:5] == [(5, 10), (4, 10)]


def test_a_turn_back_and_a_line_without_inside_stay():
    assert moved([(0, 0), (0, 10), (0.1, 0)], 1)[1] == (0, 10)
    assert moved([(0, 0), (5, 5)], 1) == [(0, 0), (5, 5)]
