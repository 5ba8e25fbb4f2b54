"""The PDF of a memo: one A4 page, the same bytes for the same input, its texts readable."""

import io

import pytest
from pypdf import PdfReader

from reports.memo.page import memo_of
from reports.memo.pdf import pdf
from reports.page import memo_page


def _read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_memo_is_one_a4_page_that_names_the_enterprise(case_of, inputs, language):
    reader = _read(pdf(memo_page(inputs, memo_of(case_of("a")), language)))
    assert len(reader.pages) == 1
    box = reader.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)
    text = reader.pages[0].extract_text().replace(" ", "").replace("\n", "")
    assert "示例<b>科技</b>有限公司" in text
    assert ("AsksCNY3.2mforresearchanddevelopment" if language == "en" else "申请320万元，用于研发投入") in text


def test_the_same_memo_gives_the_same_bytes_and_no_day_of_making(case_of, inputs):
    html = memo_page(inputs, memo_of(case_of("a")), "zh")
    content = pdf(html)
    assert content == pdf(html)
    assert b"CreationDate" not in content
    assert b"ModDate" not in content


def test_another_memo_has_another_identifier(case_of, inputs):
    first, second = (_read(pdf(memo_page(inputs, memo_of(case_of(name)), "en"))) for name in "ab")
    assert first.trailer["/ID"][0] != second.trailer["/ID"][0]


def test_a_page_that_holds_too_much_is_drawn_smaller_on_the_same_paper(case_of, inputs):
    html = memo_page(inputs, memo_of(case_of("a")), "en")
    fuller = html.replace("</article>", "<p>one line more</p>" * 15 + "</article>")
    reader = _read(pdf(fuller))
    assert len(reader.pages) == 1
    assert round(float(reader.pages[0].mediabox.height)) == 842
    assert len(reader.pages[0].extract_text()) > len(_read(pdf(html)).pages[0].extract_text())
