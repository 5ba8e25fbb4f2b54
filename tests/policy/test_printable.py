"""No character of a text that came from outside steers a terminal, a log line or a page."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.printable import HIDDEN, printable


@pytest.mark.parametrize(
    ("came", "shown"),
    [
        ("\x1b[2J\x1b]0;title\x07", "\\x1b[2J\\x1b]0;title\\x07"),
        ("first\r\nerror: second", "first\\r\\nerror: second"),
        ("invoice\u202egpj.exe", "invoice\\u202egpj.exe"),
        ("a\u2066b\u2069", "a\\u2066b\\u2069"),
        ("\x9b31m", "\\x9b31m"),
        ("\ud800", "\\ud800"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("line\u2028line", "line\\u2028line"),
        ("NUL\0", "NUL\\x00"),
    ],
)
def test_what_steers_a_terminal_is_shown_as_an_escape(came: str, shown: str) -> None:
    assert printable(came) == shown


@pytest.mark.parametrize("text", ["", "深圳市甲科技有限公司（一）", "wide　blank", "é ü – … « »", "\ue000\ue815"])
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert printable(text) == text


def test_what_is_asked_for_is_kept() -> None:
    assert printable("a\tb\nc\r", keep="\t\n") == "a\tb\nc\\r"


@given(st.text())
def test_nothing_hidden_is_left_and_nothing_else_is_changed(text: str) -> None:
    found = printable(text)
    assert not {unicodedata.category(character) for character in found} & HIDDEN
    assert printable(found) == found
    if not {unicodedata.category(character) for character in text} & HIDDEN:
        assert found == text
