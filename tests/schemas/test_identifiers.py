import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import folded


@pytest.mark.parametrize(
    ("theirs", "alike"),
    [
        ("Ｅ０１", "E01"),
        ("e01", "E01"),
        (" E01\u3000", "E01"),
        ("\u200bE01\ufeff", "E01"),
        ("000620", "620"),
        ("６２０", "620"),
        ("620.0", "620"),
        ("620.00", "620"),
        ("000", "0"),
        ("E001", "E001"),
        ("620.5", "620.5"),
        ("0x1F", "0X1F"),
    ],
)
def test_what_systems_write_differently_folds_alike(theirs, alike):
    assert folded(pd.Series([theirs], dtype="str")).tolist() == [alike]


def test_an_identifier_without_ink_is_none():
    assert folded(pd.Series([None, "", " \u200b"], dtype="str")).isna().all()


@given(st.text(max_size=12))
def test_folding_twice_is_folding_once(text):
    once = folded(pd.Series([text], dtype="str"))
    pd.testing.assert_series_equal(folded(once), once)


@given(st.text(st.characters(codec="ascii", categories=("Lu", "Ll", "Nd")), min_size=1, max_size=10))
def test_the_full_width_form_folds_alike(text):
    wide = "".join(chr(ord(c) + 0xFEE0) for c in text)
    assert folded(pd.Series([wide], dtype="str")).tolist() == folded(pd.Series([text], dtype="str")).tolist()
