"""PDFs are made where the installation can draw the right letters, and refused elsewhere."""

import pytest
from weasyprint.text import ffi

from pipelines.commands.memo import MemoError
from pipelines.pdf_maker import pdf_maker


def test_without_a_library_that_cuts_fonts_no_pdf_shows_wrong_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    assert callable(pdf_maker(MemoError).pdf)
    monkeypatch.setattr(ffi, "harfbuzz_subset", None)
    with pytest.raises(MemoError, match=r"cannot write PDFs \(wanted the library libharfbuzz-subset .*--format html"):
        pdf_maker(MemoError)
