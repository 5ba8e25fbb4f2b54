"""What counts as a gap: rows rejected by this check, by an earlier one, and rows nobody could read."""

import pandas as pd
import pytest

from policy.errors import MendableError
from schemas.conform import BadTableError, conform, with_known_on
from schemas.gaps import COLUMNS, gap_rows, no_gaps, of_check, of_earlier_check, of_import, unread_rows, write_gaps
from schemas.tables import TABLES

DAY = pd.Timestamp("2024-01-10")
LINE = {"source": "a.csv", "row": 3, "enterprise_id": "e", "application_id": None, "known_on": DAY}


def left_by_import(folder, table, lines):
    (folder / "rejects").mkdir(exist_ok=True)
    pd.DataFrame(lines).to_parquet(folder / "rejects" / f"{table}.parquet")


def test_a_row_whose_day_could_not_be_read_counts_on_every_day(tmp_path) -> None:
    lines = [{**LINE, "rule": "known_on_unreadable"}, {**LINE, "row": 4, "rule": "amount_unreadable"}]
    left_by_import(tmp_path, "conduct", lines)
    assert of_import(tmp_path)["known_on"].isna().tolist() == [True, False]
    assert unread_rows(tmp_path) == {"conduct": 2}


def test_a_row_with_two_values_nobody_could_read_is_one_gap_row_with_both_rules(tmp_path) -> None:
    rules = ["amount_unreadable", "resolved_on_unreadable"]
    lines = [{**LINE, "rule": rule} for rule in rules] + [{**LINE, "source": "b.csv", "rule": rules[0]}]
    left_by_import(tmp_path, "conduct", lines)
    assert of_import(tmp_path)["rules"].tolist() == [",".join(rules), rules[0]]
    assert unread_rows(tmp_path) == {"conduct": 2}


def test_unreadable_applications_are_counted_and_are_a_gap_of_their_enterprise(tmp_path) -> None:
    left_by_import(tmp_path, "applications", [{**LINE, "known_on": pd.NaT, "rule": "amount_unreadable"}])
    assert of_import(tmp_path)[["table", "enterprise_id", "rules"]].to_numpy().tolist() == [
        ["applications", "e", "amount_unreadable"]
    ]
    assert of_import(tmp_path)["known_on"].isna().all()  # its day is not among the lines of the import
    assert unread_rows(tmp_path) == {"applications": 1}


def test_the_day_of_a_rejected_application_is_its_day_of_decision_unless_that_is_doubtful() -> None:
    rows = pd.DataFrame({"enterprise_id": ["e", "e"], "as_of": [DAY, DAY], "rules": [["amount_range"], ["as_of_past"]]})
    found = of_check({"applications": rows})
    assert found["known_on"].tolist() == [DAY, pd.NaT]


def test_rejected_outcomes_and_enterprises_are_no_gap() -> None:
    row = pd.DataFrame({"enterprise_id": ["e"], "application_id": ["1"], "rules": [["a"]]})
    assert of_check({"outcomes": row, "enterprises": row}).empty


def test_rows_of_this_check_of_the_import_and_of_an_earlier_check_add_up(tmp_path) -> None:
    rejects = {"conduct": pd.DataFrame({"enterprise_id": ["e"], "known_on": [DAY], "rules": [["a", "b"]]})}
    write_gaps(of_check({"borrowings": rejects["conduct"]}), tmp_path)
    left_by_import(tmp_path, "patents", [{**LINE, "rule": "kind_unreadable"}])
    found = gap_rows(rejects, tmp_path)
    assert tuple(found.columns) == COLUMNS
    assert found[["table", "rules"]].to_numpy().tolist() == [
        ["conduct", "a,b"],
        ["patents", "kind_unreadable"],
        ["borrowings", "a,b"],
    ]


def test_rejected_rows_of_a_check_without_their_gap_rows_are_refused(tmp_path) -> None:
    left_by_import(tmp_path, "conduct", [{"enterprise_id": "e", "rules": ["a"]}])
    assert unread_rows(tmp_path) == {}
    with pytest.raises(MendableError, match=r"holds rows that a check rejected \(conduct.parquet\), but gaps.parquet"):
        of_earlier_check(tmp_path)
    write_gaps(no_gaps(), tmp_path)
    assert of_earlier_check(tmp_path).empty


@pytest.mark.parametrize("values", [[20150101], [2015.0]])
def test_a_number_is_no_day(values: list[float]) -> None:
    with pytest.raises(BadTableError, match="column founded_on: wanted date, got"):
        conform(pd.DataFrame({"enterprise_id": ["e"], "founded_on": values}), TABLES["enterprises"])


def test_a_time_of_day_does_not_decide() -> None:
    frame = pd.DataFrame({"enterprise_id": ["e"], "founded_on": pd.to_datetime(["2015-01-01 09:00"])})
    assert conform(frame, TABLES["enterprises"])["founded_on"].tolist() == [pd.Timestamp("2015-01-01")]


def _conduct(known_on: str | None, happened_on: str, rules: list[str]) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "enterprise_id": ["e1"],
            "kind": ["dishonest_debtor"],
            "happened_on": [happened_on],
            "resolved_on": ["2023-01-01"],
            "known_on": [known_on],
        }
    )
    days = {name: pd.to_datetime(rows[name]) for name in ("happened_on", "resolved_on", "known_on")}
    return with_known_on(rows.assign(**days), TABLES["conduct"]).assign(rules=[rules])


@pytest.mark.parametrize("rules", [["resolved_on_not_before_happened_on"], ["amount_range", "happened_on_range"]])
def test_a_day_that_follows_from_a_doubtful_one_is_no_day(rules: list[str]) -> None:
    (row,) = of_check({"conduct": _conduct(None, "2023-06-20", rules)}).to_dict("records")
    assert pd.isna(row["known_on"])


def test_a_day_that_follows_from_a_doubtful_kind_is_no_day() -> None:
    lag = TABLES["statements"].lag
    assert lag is not None
    row = {"enterprise_id": ["e1"], lag.by: ["yearly"], lag.after: [pd.Timestamp("2023-12-31")]}
    rejected = with_known_on(pd.DataFrame(row), TABLES["statements"]).assign(rules=[[f"{lag.by}_values"]])
    (gap,) = of_check({"statements": rejected}).to_dict("records")
    assert pd.isna(gap["known_on"])


def test_a_day_that_somebody_stated_stays_though_another_is_doubtful() -> None:
    rules = ["resolved_on_not_before_happened_on"]
    (row,) = of_check({"conduct": _conduct("2024-05-01", "2023-06-20", rules)}).to_dict("records")
    assert row["known_on"] == pd.Timestamp("2024-05-01")
    (row,) = of_check({"conduct": _conduct(None, "2023-06-20", ["amount_range"])}).to_dict("records")
    assert not pd.isna(row["known_on"])
