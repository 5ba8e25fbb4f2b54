"""Facts of a memo: what the bank knew on the day, worked out by hand; a row known later never appears."""

from datetime import date

import pandas as pd
import pytest

from reports.memo.known import Known, known_facts


def test_the_version_of_a_statement_known_last_on_the_day_counts_and_three_years_are_told(tables):
    found = known_facts(tables, ["a"])["a"]
    assert [str(year.period_end) for year in found.years] == ["2005-12-31", "2004-12-31", "2003-12-31"]
    assert found.years[0].figures["revenue"] == 9e5  # 1e6 at first, restated on the day; 8e5 a day later
    assert found.years[0].figures["rd"] == 100.0
    assert found.years[1].figures["rd"] == 120.0
    assert found.years[0].figures["assets"] is None


def test_a_headcount_known_later_does_not_date_the_staff(tables):
    assert known_facts(tables, ["a"])["a"].counted_on == date(2004, 12, 31)


def test_titles_are_those_announced_by_the_day_and_not_over(tables):
    assert [kind for kind, _, _ in known_facts(tables, ["a"])["a"].titles or ()] == ["hitech_enterprise"]


def test_the_last_report_of_each_lender_of_six_months_is_added_up(tables):
    owed = known_facts(tables, ["a"])["a"].owed
    assert owed is not None
    assert (owed.lenders, owed.balance, owed.own) == (2, 2e6, None)
    assert owed.reported_on == date(2006, 3, 31)


def test_a_balance_that_is_not_known_makes_the_sum_unknown_and_not_smaller(tables):
    borrowings = tables["borrowings"]
    gap = borrowings.assign(balance=borrowings["balance"].mask(borrowings["lender_id"] == "L2"))
    owed = known_facts({**tables, "borrowings": gap}, ["a"])["a"].owed
    assert owed is not None
    assert (owed.lenders, owed.balance) == (2, None)


def test_what_is_owed_here_is_known_where_the_registry_names_a_branch_that_takes_applications(tables):
    named = tables["borrowings"].replace({"lender_id": {"L2": "branch 44"}})
    facts = known_facts({**tables, "borrowings": named}, ["a", "b"])
    assert facts["a"].owed is not None
    assert facts["a"].owed.own == 5e5
    assert facts["b"].owed is not None
    assert (facts["b"].owed.lenders, facts["b"].owed.own) == (0, 0.0)
    assert (facts["a"].owed.lenders, facts["a"].owed.others) == (2, 1)


def test_an_own_balance_that_is_not_known_is_not_read_as_nothing(tables):
    named = tables["borrowings"].replace({"lender_id": {"L2": "branch 44"}})
    named = named.assign(balance=named["balance"].mask(named["lender_id"] == "branch 44"))
    owed = known_facts({**tables, "borrowings": named}, ["a"])["a"].owed
    assert owed is not None
    assert (owed.tells_own, owed.own, owed.balance) == (True, None, None)


@pytest.mark.parametrize(
    ("day", "accepted", "expected"),
    [
        ("2006-05-01", None, (1, 1e6)),  # of the same day
        ("2006-05-01", False, (1, 1e6)),
        ("2006-02-01", None, (1, 1e6)),
        ("2006-02-01", False, (0, 0.0)),  # refused
        ("2005-04-30", None, (0, 0.0)),  # more than twelve months before
        ("2006-05-02", True, (0, 0.0)),  # later
    ],
)
def test_other_applications_of_the_window_are_added_up_until_the_registry_can_hold_them(
    tables, day, accepted, expected
):
    every = tables["applications"].query("application_id not in ('a0', 'a1', 'a2')")
    other = every.head(1).assign(application_id="o", as_of=pd.Timestamp(day), amount=9e5, exposure=1e6)
    both_ = pd.concat([every, other.assign(accepted=accepted)], ignore_index=True)
    assert known_facts({**tables, "applications": both_}, ["a"])["a"].pending == expected


def test_an_application_that_its_lender_has_reported_since_is_in_the_balance_and_not_counted_again(tables):
    every = tables["applications"].query("application_id not in ('a0', 'a1', 'a2')")
    other = every.head(1).assign(application_id="o", as_of=pd.Timestamp("2005-12-15"), amount=9e5, exposure=9e5)
    both_ = pd.concat([every, other], ignore_index=True)
    named = tables["borrowings"].replace({"lender_id": {"L2": "branch 44"}})
    facts = known_facts({**tables, "applications": both_, "borrowings": named}, ["a"])["a"]
    assert facts.pending == (0, 0.0)
    assert known_facts({**tables, "applications": both_}, ["a"])["a"].pending == (1, 9e5)


def test_earlier_loans_here_are_those_granted_before_the_day(tables):
    assert known_facts(tables, ["a"])["a"].granted == ((date(2005, 5, 1), 9e5),)


def test_a_guarantee_known_after_the_day_is_none(tables):
    facts = known_facts(tables, ["a", "b"])
    assert facts["a"].guarantees == (("owner", 1.6e6),)
    assert facts["b"].guarantees == ()


def test_a_table_that_is_not_there_says_nothing_and_is_not_read_as_none(tables):
    few = {name: tables[name] for name in ("enterprises", "applications")}
    found = known_facts(few, ["a"])["a"]
    assert (found.guarantees, found.owed, found.titles) == (None, None, None)
    assert found.years == ()
    assert known_facts({}, ["a"]) == {"a": Known()}


def test_tables_of_before_without_the_new_columns_are_read(tables):
    old = tables["enterprises"].drop(columns=["name", "controller"])
    asked = tables["applications"].drop(columns=["purpose"])
    found = known_facts({**tables, "enterprises": old, "applications": asked}, ["a"])["a"]
    assert found.enterprise["name"] is None
    assert found.application["purpose"] is None


def test_rows_known_after_the_day_change_nothing(tables):
    late = pd.Timestamp("2006-05-02")
    cut = {
        name: frame[~(frame["known_on"] >= late)]
        if "known_on" in frame
        else frame[~(frame.get("as_of") >= late)]
        if name == "applications"
        else frame
        for name, frame in tables.items()
    }
    assert known_facts(cut, ["a"]) == known_facts(tables, ["a"])
