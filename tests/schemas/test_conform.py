from pathlib import Path

import pandas as pd
import pytest

from schemas.conform import BadTableError, conform, require
from schemas.declarations import PANDAS_DTYPES
from schemas.folder import read_tables
from schemas.tables import TABLES

APPLICATION = {
    "application_id": ["a"],
    "enterprise_id": ["e"],
    "as_of": ["2020-01-31"],
    "amount": ["12.5"],
    "exposure": [3],
}


def test_declared_columns_come_in_order_and_dtype_and_absent_ones_are_missing() -> None:
    found = conform(pd.DataFrame({**APPLICATION, "colour": ["red"]}), TABLES["applications"])
    assert list(found.columns) == [c.name for c in TABLES["applications"].columns]
    assert {c.name: str(found[c.name].dtype) for c in TABLES["applications"].columns} == {
        c.name: PANDAS_DTYPES[c.dtype] for c in TABLES["applications"].columns
    }
    assert found.loc[0, "amount"] == 12.5
    assert pd.isna(found.loc[0, "lender"])
    assert pd.isna(found.loc[0, "accepted"])


def test_a_missing_required_column_is_named_with_what_came() -> None:
    with pytest.raises(BadTableError, match=r"table applications: wanted column as_of; the table has application_id"):
        conform(pd.DataFrame(APPLICATION).drop(columns="as_of"), TABLES["applications"])


@pytest.mark.parametrize(
    ("column", "value", "wanted"),
    [("amount", "a lot", "number"), ("as_of", "yesterday", "date"), ("accepted", "perhaps", "boolean")],
)
def test_a_value_of_the_wrong_type_names_table_and_column(column: str, value: str, wanted: str) -> None:
    with pytest.raises(BadTableError, match=f"table applications, column {column}: wanted {wanted}, got str"):
        conform(pd.DataFrame({**APPLICATION, column: [value]}), TABLES["applications"])


def test_yes_and_no_are_read_as_booleans() -> None:
    rows = pd.DataFrame({k: v * 3 for k, v in APPLICATION.items()} | {"accepted": ["Y", "no", None]})
    found = conform(rows, TABLES["applications"])["accepted"]
    assert found[:2].tolist() == [True, False]
    assert pd.isna(found[2])


def test_a_given_day_of_knowledge_stands_and_a_missing_one_comes_from_the_lag() -> None:
    rows = pd.DataFrame(
        {
            "enterprise_id": ["e", "e"],
            "period_end": ["2020-12-31", "2021-12-31"],
            "period": ["annual", "annual"],
            "known_on": ["2021-03-01", None],
        }
    )
    found = conform(rows, TABLES["statements"])["known_on"]
    assert [str(day.date()) for day in found] == ["2021-03-01", "2022-04-30"]


def test_a_folder_that_is_none_and_a_file_that_is_no_parquet_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(BadTableError, match="is not a folder"):
        read_tables(tmp_path / "nowhere")
    (tmp_path / "applications.parquet").write_text("hello")
    with pytest.raises(BadTableError, match=r"cannot read .*applications.parquet as Parquet"):
        read_tables(tmp_path)


def test_a_table_that_is_needed_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadTableError, match=r"wanted table enterprises as enterprises.parquet in .*; it holds none"):
        require({}, ("enterprises",), tmp_path)


@pytest.mark.parametrize("told", ["2024", "2024-06", "202406"])
def test_a_month_or_a_year_is_no_day(told: str) -> None:
    rows = pd.DataFrame({"application_id": ["a", "b"], "enterprise_id": "e", "as_of": ["2024-06-30", told]})
    rows = rows.assign(amount=1.0, exposure=1.0)
    wanted = rf"table applications, column as_of: wanted date, got .* \(Time data {told} is not in the form"
    for column in (rows["as_of"], rows["as_of"].astype("object")):
        with pytest.raises(BadTableError, match=wanted):
            conform(rows.assign(as_of=column), TABLES["applications"])
    found = conform(rows.assign(as_of=["2024-06-30", "2024-06-30 08:00:00"]), TABLES["applications"])["as_of"]
    assert found.tolist() == [pd.Timestamp("2024-06-30")] * 2


def test_a_column_that_is_there_twice_is_refused() -> None:
    rows = pd.DataFrame([["a", "e", "e"]], columns=["application_id", "enterprise_id", "enterprise_id"])
    with pytest.raises(BadTableError, match="applications: wanted column enterprise_id once; the table has it twice"):
        conform(rows, TABLES["applications"])


def test_a_whole_number_as_text_has_no_point_though_a_value_is_missing() -> None:
    """A missing value makes pandas read whole numbers as floating ones."""
    for codes in (
        pd.Series([4011, None, 31.5]),
        pd.Series([4011, None, 31.5], dtype="Float64"),
        pd.Series([4011.0, None, 31.5], dtype="object"),
    ):
        found = conform(pd.DataFrame({"enterprise_id": ["a", "b", "c"], "industry": codes}), TABLES["enterprises"])
        assert found["industry"].tolist()[::2] == ["4011", "31.5"]
        assert found["industry"].isna().tolist() == [False, True, False]
    long = pd.DataFrame({"enterprise_id": [1234567890123456789.0, float("nan")]})
    with pytest.raises(BadTableError, match=r"column enterprise_id: wanted string.*more digits than a floating number"):
        conform(long, TABLES["enterprises"])


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([True, False]),
        pd.Series([None, True], dtype="object"),
        pd.Series(pd.to_datetime(["2020-01-01", None])),
        pd.Series(pd.to_timedelta([1, 2], unit="s")),
    ],
    ids=["boolean", "object", "day", "duration"],
)
def test_yes_and_no_days_and_durations_are_no_numbers(values: pd.Series) -> None:
    table = pd.DataFrame({"enterprise_id": ["a", "b"], "registered_capital": values})
    with pytest.raises(BadTableError, match=r"column registered_capital: wanted number, got .* is no number"):
        conform(table, TABLES["enterprises"])
