"""Chapters that people write: read from their file, marked where missing, never shown as of another report."""

from pathlib import Path

import pytest

from reports.validation.written import CHAPTERS, Written, WrittenError, read_written, room


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "validation_chapters.yaml"
    path.write_text(text, encoding="utf8")
    return path


def test_texts_are_read_by_language_and_paragraphs_and_lists_are_told_apart(tmp_path: Path):
    path = _file(
        tmp_path,
        "written_for: abc\nchapters:\n  conclusion:\n    en: |\n"
        "      Fit\n      for use.\n\n      - first\n      - second\n    zh: 适用。\n",
    )
    found = room(read_written(path), "conclusion", "abc")
    assert [piece.text.en for piece in found.pieces["en"]] == ["Fit for use.", ""]
    assert [item.en for item in found.pieces["en"][1].items] == ["first", "second"]
    assert [piece.text.zh for piece in found.pieces["zh"]] == ["适用。"]
    assert found.notices == ()


def test_a_plain_text_stands_in_both_languages(tmp_path: Path):
    found = room(
        read_written(_file(tmp_path, "written_for: m\nchapters: {overrides: Two persons}\n")), "overrides", "m"
    )
    assert found.pieces["en"] == found.pieces["zh"]
    assert found.pieces["en"][0].text.en == "Two persons"


@pytest.mark.parametrize("written_for", ["", "written_for: other\n"])
def test_a_sign_off_of_another_report_says_so(tmp_path: Path, written_for: str):
    found = room(read_written(_file(tmp_path, f"{written_for}chapters: {{sign_off: A. Person}}\n")), "sign_off", "this")
    (notice,) = found.notices
    assert notice.tone == "exceeded"
    assert "not for this one (this)" in notice.text.en
    assert ("other" if written_for else "–") in notice.text.zh


def test_what_nobody_wrote_has_no_text_and_no_notice():
    assert [(room(Written(), key, "m").pieces, room(Written(), key, "m").notices) for key in CHAPTERS] == [({}, ())] * 7


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("- a\n", "wanted the keys chapters and written_for; got list"),
        ("chapter: {}\n", "wanted the keys chapters and written_for; got chapter"),
        ("chapters: {summary: x}\n", "a chapter must be one of business_context, .*; got summary"),
        ("chapters: [a]\n", "a chapter must be one of business_context, .*; got list"),
        (
            "chapters: {conclusion: {fr: x}}\n",
            r"conclusion: wanted a text, or texts under en and zh; got \{'fr': 'x'\}",
        ),
        ("chapters: {conclusion: {en: 3}}\n", "conclusion: wanted a text, or texts under en and zh"),
        ("chapters: {\n", "wanted chapters as YAML in"),
        ("written_for: 000000000000\n", "written_for: wanted the mark as a text in quotes, like .*; got 0"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_refused(tmp_path: Path, content: str, message: str):
    with pytest.raises(WrittenError, match=message):
        read_written(_file(tmp_path, content))
