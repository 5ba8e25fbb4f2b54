"""No text becomes a formula in a CSV file or a workbook, whatever program opens it, and none is lost."""

import csv
import io
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.printable import printable
from schemas.cells import as_it_was, inert, inert_table

BEGINS = re.compile(r"\s*[=+\-@＝＋－＠]")
BAD = st.text(st.sampled_from("=+-@＝＋－＠';,|\t\r\n\" a1\0\x1b\u202e"), max_size=12)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=HYPERLINK(A1)", "'=HYPERLINK(A1)"),
        ("@SUM(1)", "'@SUM(1)"),
        ("+86 755", "'+86 755"),
        ("-5", "'-5"),
        ("＝1+1", "'＝1+1"),
        ("  =1", "  '=1"),
        ("\t=1", "\\t'=1"),
        ("x\n=1", "x\\n'=1"),
        ("x;=1", "x;'=1"),
        ("'=1", "''=1"),
        ("甲公司", "甲公司"),
        ("2025-01-31", "2025-01-31"),
        ("don't", "don't"),
        ("a\x1b[2J", "a\\x1b[2J"),
    ],
)
def test_a_formula_gets_an_apostrophe_and_other_texts_stay(text: str, cell: str) -> None:
    assert inert(text) == cell


@given(BAD, st.sampled_from(",;\t"))
def test_no_reader_finds_a_formula_whatever_its_delimiter(text: str, delimiter: str) -> None:
    file = io.StringIO()
    csv.writer(file).writerow(["id", inert(text)])
    for row in csv.reader(io.StringIO(file.getvalue()), delimiter=delimiter):
        assert not any(BEGINS.match(cell) for cell in row)


@given(BAD)
def test_every_text_without_control_characters_can_be_read_back(text: str) -> None:
    if printable(text) == text:
        assert as_it_was(inert(text)) == text


@given(st.lists(st.one_of(st.none(), BAD, st.text())))
def test_a_column_becomes_what_each_of_its_texts_becomes(texts: list[str | None]) -> None:
    texts = [None if text is None else text.encode("utf8", "ignore").decode("utf8") for text in texts]
    found = inert_table(pd.DataFrame({"a": pd.Series(texts, dtype="str"), "b": pd.Series(texts, dtype="object")}))
    wanted = [None if text is None else inert(text) for text in texts]
    for column in "ab":
        assert [None if pd.isna(value) else value for value in found[column]] == wanted


def test_a_table_keeps_numbers_days_and_gaps_and_is_not_changed_itself() -> None:
    table = pd.DataFrame(
        {
            "=name": pd.Series(["-a", None], dtype="str"),
            "pd": [-0.5, np.nan],
            "as_of": pd.to_datetime(["2025-01-01", None]),
            "stage": pd.Categorical(["@x", None]),
            "count": pd.Series([-1, None], dtype="Int64"),
        }
    )
    before = table.copy(deep=True)
    found = inert_table(table)
    assert list(found) == ["'=name", "pd", "as_of", "stage", "count"]
    assert (found["'=name"].iloc[0], found["stage"].iloc[0]) == ("'-a", "'@x")
    assert found["'=name"].isna().tolist() == found["stage"].isna().tolist() == [False, True]
    pd.testing.assert_frame_equal(found[["pd", "as_of", "count"]], before[["pd", "as_of", "count"]])
    pd.testing.assert_frame_equal(table, before)
