"""What counts as a gap: tables that say nothing, applicants they do not name, rows nobody could read."""

import pandas as pd
import pytest

from schemas.conform import BadTableError, conform
from schemas.gaps import gap_rows, says_nothing, unread_rows, without_row
from schemas.tables import TABLES

STATEMENT = {"enterprise_id": "e", "period_end": "2020-12-31", "period": "annual", "known_on": "2021-04-30"}


def table(name: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    columns = None if rows else [column.name for column in TABLES[name].columns]
    return conform(pd.DataFrame(rows, columns=columns), TABLES[name])


@pytest.mark.parametrize(
    ("name", "rows", "nothing"),
    [
        ("statements", [], True),
        ("headcount", [], True),
        ("conduct", [], False),
        ("statements", [STATEMENT], True),
        ("statements", [{**STATEMENT, "revenue": 1.0}], False),
    ],
)
def test_a_table_without_content_says_nothing(name: str, rows: list[dict[str, object]], nothing: bool) -> None:
    assert says_nothing(table(name, rows), name) is nothing


def test_an_applicant_without_accounts_has_a_gap_and_one_without_records_has_none() -> None:
    applications = pd.DataFrame({"enterprise_id": ["e", "f"]})
    statements = table("statements", [{**STATEMENT, "revenue": 1.0}])
    tables = {"applications": applications, "statements": statements, "conduct": table("conduct", [])}
    found = without_row(tables, {"statements", "conduct"})
    assert found[["table", "enterprise_id", "rules"]].to_numpy().tolist() == [["statements", "f", "no_row"]]
    assert without_row(tables, {"conduct"}).empty


def test_a_row_whose_day_could_not_be_read_counts_on_every_day(tmp_path) -> None:
    (tmp_path / "rejects").mkdir()
    row = {"source": "a.csv", "row": 3, "rule": "known_on_unreadable", "enterprise_id": "e", "application_id": None}
    later = {**row, "row": 4, "rule": "amount_unreadable", "known_on": pd.Timestamp("2024-01-10")}
    pd.DataFrame([{**row, "known_on": pd.Timestamp("2024-01-10")}, later]).to_parquet(
        tmp_path / "rejects" / "conduct.parquet"
    )
    assert gap_rows({}, tmp_path)["known_on"].isna().tolist() == [True, False]
    assert unread_rows(tmp_path) == {"conduct": 2}


@pytest.mark.parametrize("values", [[20150101], [2015.0]])
def test_a_number_is_no_day(values: list[float]) -> None:
    with pytest.raises(BadTableError, match="column founded_on: wanted date, got"):
        conform(pd.DataFrame({"enterprise_id": ["e"], "founded_on": values}), TABLES["enterprises"])


def test_a_time_of_day_does_not_decide() -> None:
    frame = pd.DataFrame({"enterprise_id": ["e"], "founded_on": pd.to_datetime(["2015-01-01 09:00"])})
    assert conform(frame, TABLES["enterprises"])["founded_on"].tolist() == [pd.Timestamp("2015-01-01")]
