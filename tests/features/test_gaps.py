"""A rejected row, and accounts that do not name an applicant, make their table unknown for the application."""

import pandas as pd
import pytest

from features.as_of import quantities
from features.gaps import ROWS, with_gaps
from features.queries import QUERIES
from features.table import FeatureParams, known_of
from policy.errors import MendableError
from schemas.gaps import EVERYBODY, FILE, of_check, read_gaps, write_gaps
from schemas.tables import TABLES

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
    write_gaps(pd.concat([read_gaps(folder), of_check({table: frame})], ignore_index=True), folder)
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


@pytest.mark.parametrize(
    ("day", "rule", "unknown"),
    [
        ("2021-01-01", "amount_range", [True, False, False]),
        ("2020-06-30", "amount_range", [False, True, False]),  # 12 months before the first application, to the day
        ("2020-07-01", "amount_range", [True, False, False]),
        ("2021-07-01", "amount_range", [False, False, False]),
        ("2021-01-01", "as_of_not_after_extraction", [True, True, False]),
    ],
)
def test_a_rejected_application_makes_the_sums_of_its_enterprises_others_unknown(staged, day, rule, unknown):
    folder, known = staged
    row = {"application_id": "4", "enterprise_id": "e", "as_of": pd.Timestamp(day), "rules": [rule]}
    found = with_gaps(known, rejected(folder, "applications", [row]))
    assert found["other_amount_of_product"].isna().tolist() == unknown
    assert found["other_debt"].isna().tolist() == unknown
    assert found["data_gap"].eq("").all()
    pd.testing.assert_frame_equal(
        found.drop(columns=["data_gap", "other_debt", "other_amount_of_product"]),
        known.drop(columns=["other_debt", "other_amount_of_product"]),
    )


def test_an_identifier_written_like_another_is_a_gap_on_every_day_that_blanks_nothing(staged):
    folder, known = staged
    alike = pd.DataFrame([{"table": "enterprises", "enterprise_id": "e", "rules": "ambiguous_identifier"}])
    write_gaps(pd.concat([read_gaps(folder), alike], ignore_index=True), folder)
    found = with_gaps(known, read_gaps(folder))
    told = "enterprises (ambiguous_identifier)"
    assert found["data_gap"].tolist() == [told, told, ""]
    pd.testing.assert_frame_equal(found.drop(columns="data_gap"), known)


def test_rejected_enterprises_and_outcomes_are_no_gap(staged):
    folder, _ = staged
    rejected(folder, "outcomes", [{"application_id": "1", "rules": ["x"]}])
    assert rejected(folder, "enterprises", [{"enterprise_id": "e", "rules": ["x"]}]).empty


@pytest.mark.parametrize("rule", ["known_on_not_after_extraction", "happened_on_plausible"])
def test_a_day_that_broke_a_rule_does_not_say_when_the_record_was_known(staged, rule):
    folder, known = staged
    row = {"enterprise_id": "e", **RECORD, "known_on": "2199-12-31", "rules": [rule]}
    assert with_gaps(known, rejected(folder, "conduct", [row]))["data_gap"].ne("").tolist() == [True, True, False]


SCHEMES = FeatureParams("default", "statistical_2017", "2024-12-31", "512MB")
ACCOUNTS = {"enterprise_id": "e", "period_end": "2020-12-31", "period": "annual", "known_on": "2021-04-30"}
STAFF = {"enterprise_id": "e", "period_end": "2020-12-31", "known_on": "2021-04-30"}


def told(folder, taught=None):
    """Data gaps by application."""
    known = pd.concat(known_of(folder, SCHEMES, taught))
    return known.set_index("application_id")["data_gap"].to_dict()


def test_an_applicant_whose_accounts_were_not_known_on_the_day_has_a_gap(write_tables):
    folder = write_tables(applications=APPLICATIONS, statements=[{**ACCOUNTS, "revenue": 1.0}], conduct=[])
    assert told(folder) == {"1": "", "2": "statements (no_row)", "3": "statements (no_row)"}


@pytest.mark.parametrize(
    "row",
    [
        {**ACCOUNTS, "revenue": 1.0, "known_on": "2021-07-01"},
        {**ACCOUNTS, "revenue": 1.0, "period_end": "2021-07-01"},
        ACCOUNTS,
    ],
    ids=["known later", "of a period not over", "without a figure"],
)
def test_a_statement_that_says_nothing_on_the_day_is_no_statement(write_tables, row):
    other = {**ACCOUNTS, "enterprise_id": "f", "revenue": 1.0}
    folder = write_tables(applications=APPLICATIONS, statements=[row, other])
    assert told(folder) == {"1": "statements (no_row)", "2": "statements (no_row)", "3": ""}


def test_a_quarterly_statement_and_one_figure_are_enough(write_tables):
    rows = [{**ACCOUNTS, "period": "quarterly", "rd_domestic_share": 0.0}]
    folder = write_tables(applications=APPLICATIONS[:1], statements=rows, headcount=[{**STAFF, "core_leaves": 0.0}])
    assert told(folder) == {"1": ""}


def test_a_table_that_was_not_delivered_owes_nobody_a_row(write_tables):
    folder = write_tables(applications=APPLICATIONS, headcount=[{**STAFF, "staff": 5.0}])
    assert told(folder) == {"1": "", "2": "headcount (no_row)", "3": "headcount (no_row)"}
    both = {"1": "statements (not_delivered)"}
    both |= {n: "statements (not_delivered); headcount (no_row)" for n in ("2", "3")}
    assert told(folder, taught=["statements", "headcount"]) == both


def test_models_that_were_not_taught_with_a_table_do_not_ask_for_its_rows(write_tables):
    folder = write_tables(applications=APPLICATIONS, statements=[{**ACCOUNTS, "revenue": 1.0}])
    assert told(folder, taught=["conduct"]) == dict.fromkeys("123", "conduct (not_delivered)")
    assert set(told(folder, taught=["enterprises", "applications"]).values()) == {"enterprises (not_delivered)"}


def test_a_rejected_row_says_more_than_no_row(write_tables):
    folder = write_tables(applications=APPLICATIONS, statements=[{**ACCOUNTS, "enterprise_id": "g", "revenue": 1.0}])
    rejected(folder, "statements", [{"enterprise_id": "e", "known_on": "2021-04-30", "rules": ["assets_range"]}])
    assert told(folder) == {"1": "statements (assets_range)", "2": "statements (no_row)", "3": "statements (no_row)"}


def test_the_quantities_of_a_table_without_a_row_are_missing(write_tables):
    folder = write_tables(applications=APPLICATIONS[:1], statements=[ACCOUNTS], headcount=[{**STAFF, "staff": 5.0}])
    known = next(known_of(folder, SCHEMES)).iloc[0]
    assert pd.isna(known["statement_years"])
    assert known["staff"] == 5


def test_every_table_in_which_everybody_has_a_row_has_its_count_of_all_that_it_may_say(known):
    assert tuple(ROWS) == EVERYBODY
    for name, quantity in ROWS.items():
        keys = {"statements": ACCOUNTS, "headcount": STAFF}[name]
        for column in (c.name for c in TABLES[name].columns if not c.required):
            assert known(**{name: [{**keys, column: 0.0}]})[quantity] == 1, column
        assert known(**{name: [keys]})[quantity] == 0


def test_tables_that_nobody_checked_are_refused(write_tables):
    folder = write_tables(applications=APPLICATIONS)
    (folder / FILE).unlink()
    with pytest.raises(MendableError, match=r"wanted checked tables with gaps.parquet"):
        next(known_of(folder, SCHEMES))
