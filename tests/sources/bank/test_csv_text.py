"""Records of CSV files: every text comes back exactly or is refused, with the line it begins in."""

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.bank.csv_text import CsvForm, records
from sources.bank.encoding import check_encoding
from sources.bank.part import BankDataError

FORM = CsvForm("utf8", ",")


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf8"))
    return path


def fields(path: Path, form: CsvForm = FORM) -> list[list[str]]:
    return [record.fields for record in records(path, form)]


# A lone surrogate is no text, and csv.writer takes a NUL as any other character, which no bank's text holds.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
MARKS = st.text(alphabet=',"\n\r 甲a', max_size=8)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    width=st.integers(1, 4),
    data=st.data(),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ending=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf8", "gb18030"]),
)
def test_any_table_written_as_csv_comes_back_exactly_or_is_refused(tmp_path, width, data, quoting, ending, encoding):
    rows = data.draw(st.lists(st.lists(TEXT | MARKS, min_size=width, max_size=width), min_size=1, max_size=8))
    if quoting == csv.QUOTE_MINIMAL and ending == "\n":  # then csv.writer leaves a carriage return without quotes
        rows = [[text.replace("\r", " ") for text in row] for row in rows]
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8-sig" if encoding == "utf8" else encoding, newline="") as file:
        csv.writer(file, quoting=quoting, lineterminator=ending).writerows(rows)
    form = CsvForm(encoding, ",")
    try:
        check_encoding(path, encoding)
        found = fields(path, form)
    except BankDataError as error:
        assert any(word in str(error) for word in ("look like rows", "got UTF-8"))  # noqa: PT017
    else:
        assert found == rows


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(*[st.text(alphabet="甲a1 ", min_size=1, max_size=4)] * 3), min_size=3, max_size=8),
    place=st.tuples(st.integers(0, 7), st.integers(0, 2)),
    closes=st.none() | st.tuples(st.integers(0, 7), st.integers(0, 2)),
)
def test_a_mark_put_anywhere_into_plain_rows_never_loses_a_row(tmp_path, rows, place, closes):
    """An opening mark before one field, and perhaps a closing one after another: right number of rows, or refused."""
    damaged = [list(row) for row in rows]
    damaged[place[0] % len(rows)][place[1]] = '"' + damaged[place[0] % len(rows)][place[1]]
    if closes is not None:
        damaged[closes[0] % len(rows)][closes[1]] += '"'
    path = write(tmp_path, "a,b,c\n" + "".join(",".join(row) + "\n" for row in damaged))
    try:
        found = list(records(path, FORM))
    except BankDataError as error:
        assert "line" in str(error)  # noqa: PT017
    else:
        ragged = any(len(record.fields) != 3 for record in found)
        assert ragged or len(found) == len(rows) + 1


def test_records_are_numbered_by_the_line_they_begin_in(tmp_path):
    path = write(tmp_path, 'a,b\r\n"x\ny",1\n\nz,2\r"p\r\nq\rr",3\n')
    assert [(r.line, r.fields) for r in records(path, FORM)] == [
        (1, ["a", "b"]),
        (2, ["x\ny", "1"]),
        (4, []),
        (5, ["z", "2"]),
        (6, ["p\r\nq\rr", "3"]),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('a,b\n1,x\n2,"y\n3,z\n', r"a.csv, line 3: a quotation mark is opened in field 2 and never closed .*line 4"),
        ('a,b\n1,x\n2,"y\n3,z"\n', r"a.csv, lines 3 to 4: a quoted text over lines that look like rows"),
        ('a,b\n2,"y\n3,"z"\n', r"a.csv, line 2: a quotation mark is opened in field 2 and never closed"),
        ('a,b\n"x,1"y,2\n', r"line 2: a quotation mark is followed by other text where it closes"),
        ('a,b\n1,"' + "x\n" * 70_000, r"line 2: a quotation mark is opened in field 2 and never closed"),
        ("a,b\n1," + "x" * 200_000 + "\n", r"a.csv, line 2: a field of more than 131,072 characters"),
        ("a,b\n1,x\0y\n", r"a.csv, line 2: wanted text; got a NUL byte \(is it UTF-16"),
        (b"a,b\n1,\xff\xff\n", r"a.csv, line 2: wanted text in utf8; got bytes that are not"),
        ("a,b\n1,广东\n".encode("gbk"), r"line 2: wanted text in utf8; .*; gbk and gb18030 can read them"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_its_line(tmp_path, content, message):
    with pytest.raises(BankDataError, match=message):
        fields(write(tmp_path, content))


def test_marks_are_plain_characters_where_the_mapping_says_so(tmp_path):
    path = write(tmp_path, 'a,b\n1,"y\n3,z"\n')
    assert fields(path, CsvForm("utf8", ",", quotes=False)) == [["a", "b"], ["1", '"y'], ["3", 'z"']]
