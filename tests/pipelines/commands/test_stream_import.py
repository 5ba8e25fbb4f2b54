"""An import in small pieces writes what the import of whole tables gives, row for row, whatever the pieces are."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.commands import stream_import as streaming
from pipelines.commands.stream_import import stream_import
from schemas.conform import BadTableError, write_table
from sources.bank import part as parts
from sources.bank.imported import imported
from sources.bank.mapping import load_mapping
from sources.bank.reading import read
from sources.bank.rejects import REJECTS

MAPPING = """
tables:
  borrowings:
    - from: b*.csv
      columns: {enterprise_id: cust, lender_id: bank, reported_on: day, line: line, balance: balance}
    - from: old.csv
      columns: {enterprise_id: cust, lender_id: bank, reported_on: day, known_on: known}
"""
LINE = st.tuples(
    st.sampled_from(["C1", "C2", "c2", "客户", "", "C10"]),
    st.sampled_from(["B1", "B2"]),
    st.sampled_from(["2023-01-31", "2023-02-28", "2023-13-01", ""]),
    st.sampled_from(["100", "-5", "1,234.5", "n/a?", ""]),
    st.sampled_from(["7", "0", ""]),
)
OLD = st.tuples(
    st.sampled_from(["C1", "C2"]),
    st.sampled_from(["B1", "B2"]),
    st.sampled_from(["2023-01-31", "2023-02-28"]),
    st.sampled_from(["2023-03-15", ""]),
)


@pytest.mark.parametrize(("chunk", "group"), [(100_000, 120_000), (3, 2), (1, 1)])
@given(lines=st.lists(LINE, max_size=12), more=st.lists(LINE, max_size=4), old=st.lists(OLD, max_size=4))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pieces_of_any_size_give_what_whole_tables_give(tmp_path_factory, chunk, group, lines, more, old) -> None:
    folder = tmp_path_factory.mktemp("bank")
    for name, head, rows in (
        ("b1", "cust,bank,day,line,balance", lines),
        ("b2", "cust,bank,day,line,balance", more),
        ("old", "cust,bank,day,known", old),
    ):
        quoted = [",".join(f'"{value}"' for value in row) for row in rows]
        (folder / f"{name}.csv").write_text("\n".join([head, *quoted]) + "\n", encoding="utf8")
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf8")
    mapping = load_mapping(folder / "mapping.yaml")
    whole = imported(read(mapping, str(folder)))
    write_table(whole.tables["borrowings"], "borrowings", folder / "whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "ROWS_A_CHUNK", chunk)
        patch.setattr(streaming, "ROWS", group)
        account, quality = stream_import(mapping, str(folder), folder / "out")
    assert quality == whole.quality
    assert account.rows_in("borrowings") == len(lines) + len(more) + len(old)
    came = pd.read_parquet(folder / "out" / "borrowings.parquet")
    pd.testing.assert_frame_equal(came, pd.read_parquet(folder / "whole" / "borrowings.parquet"))
    rejects = folder / "out" / REJECTS / "borrowings.parquet"
    assert rejects.exists() == bool(len(whole.rejects["borrowings"]))
    if rejects.exists():
        pd.testing.assert_frame_equal(pd.read_parquet(rejects), whole.rejects["borrowings"])
    assert sorted(path.name for path in (folder / "out").iterdir() if path.name != REJECTS) == ["borrowings.parquet"]


def test_a_file_that_breaks_off_leaves_no_table_and_no_work_folder(tmp_path: Path) -> None:
    (tmp_path / "b1.csv").write_text("cust,bank,day,line,balance\nC1,B1,2023-01-31,1,1\nC2,B1\n", encoding="utf8")
    (tmp_path / "old.csv").write_text("cust,bank,day,known\n", encoding="utf8")
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf8")
    with pytest.raises(BadTableError, match="line 3: wanted 5 fields"):
        stream_import(load_mapping(tmp_path / "mapping.yaml"), str(tmp_path), tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
