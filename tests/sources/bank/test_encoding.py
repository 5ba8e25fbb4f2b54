"""Files in another encoding than the mapping says are noticed; files in the right one never are."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.bank.csv_text import CsvForm, records
from sources.bank.encoding import check_encoding, is_utf8
from sources.bank.part import BankDataError

# The first level of GB 2312: its 3,755 commonest characters.
COMMON = [
    bytes((lead, trail)).decode("gb2312", errors="ignore") for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF)
]
WORDS = st.lists(st.sampled_from([c for c in COMMON if c]), min_size=2, max_size=12).map("".join)


def write(folder: Path, content: bytes) -> Path:
    path = folder / "a.csv"
    path.write_bytes(content)
    return path


def check_encoded(path: Path, encoding: str) -> None:
    check_encoding(path, encoding)
    list(records(path, CsvForm(encoding, ",")))


@pytest.mark.parametrize("encoding", ["utf8", "gbk", "gb18030"])
@pytest.mark.parametrize("written", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_an_error(tmp_path, encoding, written):
    path = write(tmp_path, "a,b\n1,广东\n".encode(written))
    with pytest.raises(BankDataError, match=r"a.csv, line 1: wanted text.*(got UTF-16|is it UTF-16|got bytes)"):
        check_encoded(path, encoding)


def test_chinese_in_gbk_is_not_taken_for_utf8(tmp_path):
    places = "联通,广东,浙江,江苏,湖北,深圳市南山区科技园,示例客户有限公司,联\n".encode("gbk")
    path = write(tmp_path, b"a,b,c,d,e,f,g,h\n" + places * 3)
    check_encoding(path, "gbk")
    assert len(list(records(path, CsvForm("gbk", ",")))) >= 3


def test_a_byte_order_mark_of_utf8_is_noticed_under_gbk(tmp_path):
    with pytest.raises(BankDataError, match=r"a.csv, line 1: wanted text in gbk; got UTF-8"):
        check_encoding(write(tmp_path, "\ufeffa,b\n1,2\n".encode()), "gbk")


@pytest.mark.parametrize("encoding", ["gbk", "gb18030"])
def test_one_line_of_utf8_among_lines_of_gbk_is_noticed(tmp_path, encoding):
    lines = ["a,b\n", "甲,广东\n", "乙,浙江\n", "丙,江苏\n"]
    content = b"".join(line.encode("utf8" if "浙江" in line else "gbk") for line in lines)
    with pytest.raises(BankDataError, match=rf"a.csv, line 3: wanted text in {encoding}; got UTF-8"):
        check_encoding(write(tmp_path, content), encoding)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORDS)
def test_common_chinese_is_told_apart_in_both_encodings(words):
    assert is_utf8(f"1,{words}\n".encode())
    assert not is_utf8(f"1,{words}\n".encode("gbk"))
