from collections.abc import Mapping

import pandas as pd
import pytest

from schemas.check import Validated, quality_report, validated
from schemas.conform import conform
from schemas.rules import rules
from schemas.tables import TABLES

DAY = pd.Timestamp("2021-12-31")


def tables(**changes: dict[str, object]) -> dict[str, pd.DataFrame]:
    """Three enterprises, three applications, three outcomes; `changes` sets one value by table.column.row."""
    ids = ["e1", "e2", "e3"]
    found = {
        "enterprises": pd.DataFrame({"enterprise_id": ids, "credit_code": ["91350100M000100Y43", None, None]}),
        "applications": pd.DataFrame(
            {
                "application_id": ["a1", "a2", "a3"],
                "enterprise_id": ids,
                "as_of": ["2020-06-30"] * 3,
                "amount": 5.0,
                "exposure": 5.0,
            }
        ),
        "outcomes": pd.DataFrame(
            {
                "application_id": ["a1", "a2", "a3"],
                "window_ends_on": "2021-06-30",
                "defaulted": [True, False, False],
                "known_on": "2021-06-30",
                "defaulted_on": ["2021-01-15", None, None],
                "weight": 1.0,
            }
        ),
    }
    for name, cells in changes.items():
        for (row, column), value in cells.items():  # type: ignore[attr-defined]
            found[name][column] = (
                found[name].get(column, pd.Series(index=found[name].index, dtype="object")).astype("object")
            )
            found[name].loc[row, column] = value
    return {name: conform(frame, TABLES[name]) for name, frame in found.items()}


def broken(result: Validated) -> Mapping[tuple[str, int], str]:
    return {(name, r.row): ";".join(r.rules) for name, frame in result.rejects.items() for r in frame.itertuples()}


def test_rows_that_meet_every_rule_all_go_on() -> None:
    result = validated(tables(), DAY)
    assert broken(result) == {}
    assert [(q.table, q.rows, q.kept, q.rejected) for q in result.quality] == [
        ("enterprises", 3, 3, 0),
        ("applications", 3, 3, 0),
        ("outcomes", 3, 3, 0),
    ]


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "rule"),
    [
        ("applications", 1, "amount", -1.0, "amount_range"),
        ("applications", 1, "amount", None, "amount_required"),
        ("applications", 1, "as_of", "2022-01-01", "as_of_not_after_extraction"),
        ("enterprises", 0, "credit_code", "91350100M000100Y44", "credit_code_check_digit"),
        ("enterprises", 0, "listing", "moon", "listing_values"),
        ("outcomes", 2, "known_on", "2022-06-30", "known_on_not_after_extraction"),
        ("outcomes", 0, "defaulted_on", "2021-07-01", "window_ends_on_not_before_defaulted_on"),
        ("applications", 1, "amount", 9_999_999_999_999e4, "amount_range"),
        ("applications", 1, "amount", float("inf"), "amount_range"),
        ("applications", 1, "exposure", 0.0, "exposure_range"),
        ("applications", 1, "as_of", "1900-01-01", "as_of_plausible"),
        ("outcomes", 1, "weight", 0.0, "weight_range"),
        ("outcomes", 1, "weight", -1.0, "weight_range"),
        ("enterprises", 1, "founded_on", "0001-01-01", "founded_on_plausible"),
        ("enterprises", 1, "founded_on", "1900-01-01", "founded_on_plausible"),
        ("enterprises", 1, "founded_on", "9999-12-31", "founded_on_not_after_extraction"),
        ("enterprises", 1, "enterprise_id", None, "enterprise_id_required"),
        ("enterprises", 1, "enterprise_id", "  ", "enterprise_id_required"),
    ],
)
def test_a_row_that_breaks_a_rule_is_rejected_with_the_rule(
    table: str, row: int, column: str, value: object, rule: str
) -> None:
    found = broken(validated(tables(**{table: {(row, column): value}}), DAY))
    assert rule in found[table, row].split(";")


def test_a_duplicate_key_rejects_every_row_that_carries_it_and_what_hangs_on_them() -> None:
    result = validated(tables(enterprises={(1, "enterprise_id"): "e1"}), DAY)
    found = broken(result)
    assert found["enterprises", 0] == found["enterprises", 1] == "unique_key"
    assert found["applications", 0] == found["applications", 1] == "enterprise_id_in_enterprises"
    assert found["outcomes", 0] == "application_id_in_applications"
    assert len(result.tables["outcomes"]) == 1


def test_a_row_carries_every_rule_it_broke() -> None:
    found = broken(validated(tables(applications={(0, "amount"): -1.0, (0, "enterprise_id"): "nobody"}), DAY))
    assert found["applications", 0] == "amount_range;enterprise_id_in_enterprises"


def test_rows_are_kept_plus_rejected_in_every_table() -> None:
    result = validated(tables(applications={(0, "amount"): -1.0}), DAY)
    for q in result.quality:
        assert q.rows == q.kept + q.rejected
        assert len(result.tables[q.table]) == q.kept


def test_every_rule_of_every_table_has_a_name_of_its_own_and_both_languages() -> None:
    for table in TABLES.values():
        derived = rules(table)
        assert len({r.name for r in derived}) == len(derived)
        assert all(r.meaning.en and r.meaning.zh for r in derived)


def test_the_report_counts_each_rule_and_names_absent_tables() -> None:
    report = quality_report(validated(tables(applications={(0, "amount"): -1.0}), DAY), DAY)
    applications = next(t for t in report["tables"] if t["table"] == "applications")
    assert {b["rule"]: b["rows"] for b in applications["broken"]}["amount_range"] == 1
    assert "patents" in report["absent"]


def test_two_enterprises_whose_identifiers_are_written_alike_stay_and_are_told():
    ids = ["E1", "ｅ１", "007", "7", "E2", "E3"]
    frame = conform(pd.DataFrame({"enterprise_id": ids}), TABLES["enterprises"])
    (quality,) = validated({"enterprises": frame}, DAY).quality
    assert (quality.kept, quality.rejected) == (6, 0)
    assert quality.warned["enterprise_id_unlike_any_other"] == 4
