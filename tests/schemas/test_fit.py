"""What a check leaves for the features: tables that say something, gap rows under known identifiers, what is told."""

import pandas as pd
import pytest

from schemas.account import sentences
from schemas.check import validated
from schemas.conform import conform
from schemas.fit import fit, says_nothing, write_fit
from schemas.gaps import no_gaps, read_gaps, write_gaps
from schemas.tables import TABLES

DAY = pd.Timestamp("2024-06-30")
FIRM = {"enterprise_id": "E1", "founded_on": "2015-01-01"}
LOAN = {"application_id": "1", "enterprise_id": "E1", "as_of": "2024-01-01", "amount": 1.0, "exposure": 1.0}
STATEMENT = {"enterprise_id": "E1", "period_end": "2020-12-31", "period": "annual", "known_on": "2021-04-30"}
RECORD = {"enterprise_id": "E1", "record_id": "r", "kind": "overdue", "happened_on": "2023-01-01"}
RIGHT = {"enterprise_id": "E1", "patent_id": "p", "applied_on": "2020-01-01"}
BORROWED = {"enterprise_id": "E1", "lender_id": "l", "reported_on": "2023-01-31"}
COVER = {"application_id": "1", "guarantor_kind": "owner", "known_on": "2023-01-01"}
MINIMAL = {"application_id": "1", "enterprise_id": "E1", "as_of": "2024-01-01", "amount": 1.0, "exposure": 1.0}


def table(name: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    columns = None if rows else [column.name for column in TABLES[name].columns]
    return conform(pd.DataFrame(rows, columns=columns), TABLES[name])


def checked(**tables):
    rows = {"enterprises": [FIRM], "applications": [LOAN], **tables}
    return validated({name: table(name, found) for name, found in rows.items()}, DAY)


@pytest.mark.parametrize(
    ("name", "rows", "nothing"),
    [
        ("statements", [], True),
        ("headcount", [], True),
        ("conduct", [], False),
        ("statements", [STATEMENT], True),
        ("statements", [{**STATEMENT, "revenue": 1.0}], False),
        ("borrowings", [BORROWED], True),
        ("borrowings", [{**BORROWED, "balance": 0.0}], False),
        ("conduct", [RECORD], False),
        ("guarantees", [COVER], False),
        ("patents", [{**RIGHT, "kind": "invention"}], False),
        ("applications", [MINIMAL], False),
    ],
)
def test_a_table_without_content_says_nothing(name: str, rows: list[dict[str, object]], nothing: bool) -> None:
    assert says_nothing(table(name, rows), name) is nothing


def test_a_table_that_says_nothing_is_not_delivered_and_told(tmp_path):
    table("headcount", []).to_parquet(tmp_path / "headcount.parquet")
    found = fit(checked(headcount=[], statements=[STATEMENT], conduct=[]), tmp_path)
    write_fit(found, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "applications.parquet",
        "conduct.parquet",
        "enterprises.parquet",
        "gaps.parquet",
    ]
    assert found.told() == {
        "says_nothing": ["headcount", "statements"],
        "unattributed": {},
        "rejected_before": {},
        "ambiguous_identifier": [],
    }
    assert sentences(found.told())[0] == "note: table headcount says nothing and counts as not delivered"


def test_rejected_rows_are_gap_rows_of_the_enterprise_written_alike_or_counted(tmp_path):
    wide = {**RECORD, "enterprise_id": "ｅ１", "record_id": "w"}
    nobody = {**RECORD, "enterprise_id": "E7", "record_id": "n"}
    unnamed = {**RECORD, "enterprise_id": None, "record_id": "u"}
    found = fit(checked(conduct=[RECORD, wide, nobody, unnamed]), tmp_path)
    write_fit(found, tmp_path)
    gaps = read_gaps(tmp_path)
    assert gaps["rules"].tolist()[0] == "enterprise_id_in_enterprises"
    assert gaps["enterprise_id"].tolist()[:2] == ["E1", "E7"]
    assert found.told()["unattributed"] == {"conduct": 2}
    assert sentences(found.told()) == [
        "note: table conduct: records nobody can attribute: 2 (no identifier, or one that fits nobody); "
        "they are rejected and leave no data gap"
    ]


def test_fit_rows_checked_again_keep_the_gaps_of_the_first_check(tmp_path):
    wrong = {**RECORD, "resolved_on": "2022-01-01"}
    first = fit(checked(conduct=[wrong]), tmp_path / "nowhere")
    write_fit(first, tmp_path)
    again = fit(validated(dict(first.tables), DAY), tmp_path)
    pd.testing.assert_frame_equal(again.gaps, first.gaps)
    assert again.told()["rejected_before"] == {"conduct": 1}
    assert sentences(again.told()) == [
        "note: table conduct: rows rejected before these tables were checked: 1; they count as data gaps"
    ]


def test_enterprises_written_alike_are_a_gap_of_both_and_told_once_however_often_they_are_checked(tmp_path):
    """Fit or rejected, as an enterprise or in an application: records may lie under the other identifier."""
    wide, lost = {**FIRM, "enterprise_id": "ｅ１"}, {**LOAN, "application_id": "2", "enterprise_id": " E2 "}
    firms = [FIRM, wide, {**FIRM, "enterprise_id": "E2"}, {**FIRM, "enterprise_id": "E3"}]
    first = fit(checked(enterprises=firms, applications=[LOAN, lost]), tmp_path / "nowhere")
    gaps = first.gaps[first.gaps["rules"] == "ambiguous_identifier"]
    assert sorted(gaps["enterprise_id"]) == [" E2 ", "E1", "E2", "ｅ１"]
    assert first.told()["ambiguous_identifier"] == [" E2 ", "E1", "E2", "ｅ１"]
    assert sentences(first.told())[0] == (
        "note: 4 identifiers of enterprises are written like another one ( E2 , E1, E2, ｅ１): their applications have "
        "a data gap"
    )
    write_fit(first, tmp_path)
    again = fit(validated(dict(first.tables), DAY), tmp_path)
    assert again.told()["ambiguous_identifier"] == first.told()["ambiguous_identifier"]
    assert again.told()["rejected_before"] == {"applications": 1}


def test_where_all_rows_are_fit_nothing_is_told(tmp_path):
    found = fit(checked(conduct=[RECORD]), tmp_path)
    assert sentences(found.told()) == []
    write_gaps(no_gaps(), tmp_path)
    pd.testing.assert_frame_equal(found.gaps, read_gaps(tmp_path))
