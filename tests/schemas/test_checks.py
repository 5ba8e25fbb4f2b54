"""The day a folder of tables stands for, and what a check refuses before it looks at rows."""

from pathlib import Path

import pandas as pd
import pytest

from schemas.checks import checked_folder, checks, last_known
from schemas.conform import BadTableError, conform, write_table
from schemas.tables import TABLES


def folder(path: Path, as_of: str | None = "2022-06-01", known_on: str = "2023-04-30", rows: int = 1) -> Path:
    application = {"application_id": "a", "enterprise_id": "e", "as_of": as_of, "amount": 1.0, "exposure": 1.0}
    count = {"enterprise_id": "e", "period_end": "2021-12-31", "known_on": known_on, "staff": 1}
    frames = {
        "enterprises": pd.DataFrame({"enterprise_id": ["e"]}),
        "headcount": pd.DataFrame([count]),
        "applications": pd.DataFrame([application]).head(rows),
    }
    for name, frame in frames.items():
        write_table(conform(frame, TABLES[name]), name, path)
    return path


def test_tables_stand_for_the_last_day_on_which_anything_in_them_was_known(tmp_path: Path) -> None:
    result, day = checked_folder(folder(tmp_path), None, checks())
    assert day == pd.Timestamp("2023-04-30")
    assert sum(q.rejected for q in result.quality) == 0
    result, day = checked_folder(tmp_path, pd.Timestamp("2022-12-31"), checks())
    assert next(q for q in result.quality if q.table == "headcount").broken["known_on_not_after_extraction"] == 1


def test_the_day_of_never_is_no_day_of_extraction(tmp_path: Path) -> None:
    result, day = checked_folder(folder(tmp_path, known_on="9999-12-31"), None, checks())
    assert day == pd.Timestamp("2022-06-01")
    assert next(q for q in result.quality if q.table == "headcount").broken["known_on_not_after_extraction"] == 1


def test_without_any_day_or_application_there_is_nothing_to_check(tmp_path: Path) -> None:
    with pytest.raises(BadTableError, match="wanted a day in as_of or known_on of any table; no row has one"):
        last_known({"applications": pd.DataFrame({"as_of": pd.Series([None], dtype="datetime64[us]")})})
    with pytest.raises(BadTableError, match="wanted at least one application; it is empty"):
        checked_folder(folder(tmp_path, rows=0), None, checks())


def test_a_day_as_text_is_read_as_year_month_day(tmp_path: Path) -> None:
    rows = pd.DataFrame({"enterprise_id": ["e", "e"], "period_end": ["0001-01-01", "2021-02-03"], "known_on": None})
    found = conform(rows, TABLES["headcount"])
    assert found["period_end"].dt.strftime("%d.%m").tolist() == ["01.01", "03.02"]
    with pytest.raises(
        BadTableError, match="table headcount: wanted days to compute known_on from; Time data 31/12/2020"
    ):
        conform(rows.assign(period_end=["31/12/2020", "2021-02-03"]), TABLES["headcount"])
