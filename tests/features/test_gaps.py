"""A rejected row makes its table unknown for its enterprise from the day it was known."""

import pandas as pd
import pytest

from features.as_of import quantities
from features.gaps import read_gaps, with_gaps
from features.queries import QUERIES
from schemas.gaps import FILE, gap_rows

APPLICATIONS = [
    {"application_id": "1", "enterprise_id": "e", "as_of": "2021-06-30", "amount": 1.0, "exposure": 1.0},
    {"application_id": "2", "enterprise_id": "e", "as_of": "2020-06-30", "amount": 1.0, "exposure": 1.0},
    {"application_id": "3", "enterprise_id": "f", "as_of": "2021-06-30", "amount": 1.0, "exposure": 1.0},
]
RECORD = {"record_id": "r", "kind": "overdue", "happened_on": "2021-01-01", "known_on": "2021-02-01"}


@pytest.fixture
def staged(write_tables):
    """Three applications of two enterprises; tables conduct and borrowings are delivered and empty."""
    folder = write_tables(applications=APPLICATIONS, conduct=[], borrowings=[], guarantees=[])
    (known,) = quantities(folder, QUERIES, threads=1)
    return folder, known


def rejected(folder, table, rows):
    """The gaps of the folder, with those of these rejected rows of a table, as the check leaves them."""
    frame = pd.DataFrame(rows)
    if "known_on" in frame:
        frame["known_on"] = pd.to_datetime(frame["known_on"])
    pd.concat([read_gaps(folder), gap_rows({table: frame}, folder)]).to_parquet(folder / FILE, index=False)
    return read_gaps(folder)


def test_without_rejects_nothing_is_amiss(staged):
    folder, known = staged
    found = with_gaps(known, read_gaps(folder))
    assert found["data_gap"].tolist() == ["", "", ""]
    pd.testing.assert_frame_equal(found.drop(columns="data_gap"), known)


def test_a_rejected_record_makes_conduct_unknown_from_the_day_it_was_known(staged):
    folder, known = staged
    gaps = rejected(folder, "conduct", [{"enterprise_id": "e", **RECORD, "rules": ["resolved_on_not_before", "other"]}])
    found = with_gaps(known, gaps)
    assert found["data_gap"].tolist() == ["conduct (other,resolved_on_not_before)", "", ""]
    assert found["overdues_open"].isna().tolist() == [True, False, False]
    assert found["lenders"].tolist() == [0, 0, 0]


def test_a_record_that_does_not_say_when_it_was_known_counts_on_every_day(staged):
    folder, known = staged
    gaps = rejected(
        folder, "conduct", [{"enterprise_id": "e", **RECORD, "known_on": None, "rules": ["known_on_required"]}]
    )
    assert with_gaps(known, gaps)["data_gap"].ne("").tolist() == [True, True, False]


def test_a_record_without_an_enterprise_points_at_nobody(staged):
    folder, known = staged
    gaps = rejected(folder, "conduct", [{"enterprise_id": None, **RECORD, "rules": ["enterprise_id_required"]}])
    assert len(gaps) == 1
    assert with_gaps(known, gaps)["data_gap"].eq("").all()


def test_several_tables_are_told_and_rules_once(staged):
    folder, known = staged
    record = {"enterprise_id": "f", **RECORD, "rules": ["a"]}
    rejected(folder, "conduct", [record, record])
    gaps = rejected(folder, "borrowings", [{"enterprise_id": "f", "known_on": "2021-01-01", "rules": ["b"]}])
    found = with_gaps(known, gaps, absent=["statements"])
    assert found["data_gap"][2] == "statements (not_delivered); borrowings (b); conduct (a)"
    assert found["data_gap"][0] == "statements (not_delivered)"
    assert found[["lenders", "overdues_open"]].isna().all(axis=1).tolist() == [False, False, True]


def test_a_rejected_guarantee_belongs_to_its_application(staged):
    folder, known = staged
    row = {"application_id": "3", "guarantor_kind": "owner", "known_on": "2021-01-01", "rules": ["covered_low"]}
    found = with_gaps(known, rejected(folder, "guarantees", [row]))
    assert found["data_gap"].tolist() == ["", "", "guarantees (covered_low)"]
    assert found["guarantors"].isna().tolist() == [False, False, True]


def test_rejected_enterprises_and_outcomes_are_no_gap(staged):
    folder, _ = staged
    rejected(folder, "outcomes", [{"application_id": "1", "rules": ["x"]}])
    assert rejected(folder, "enterprises", [{"enterprise_id": "e", "rules": ["x"]}]).empty


@pytest.mark.parametrize("rule", ["known_on_not_after_extraction", "happened_on_plausible"])
def test_a_day_that_broke_a_rule_does_not_say_when_the_record_was_known(staged, rule):
    folder, known = staged
    row = {"enterprise_id": "e", **RECORD, "known_on": "2199-12-31", "rules": [rule]}
    assert with_gaps(known, rejected(folder, "conduct", [row]))["data_gap"].ne("").tolist() == [True, True, False]
