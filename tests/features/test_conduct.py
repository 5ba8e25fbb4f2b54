import pandas as pd
import pytest


def record(number, kind="overdue", happened_on="2021-01-01", known_on=None, **more):
    known = known_on or pd.Timestamp(happened_on) + pd.DateOffset(months=1)
    return {"record_id": number, "kind": kind, "happened_on": happened_on, "known_on": known, **more}


def test_overdue_debts_of_12_and_36_months(known):
    rows = [
        record("1", happened_on="2020-07-01", days_past_due=10, amount=100.0, resolved_on="2020-07-11"),
        record("2", happened_on="2020-06-30", days_past_due=60, amount=50.0, resolved_on="2020-08-29"),
        record("3", happened_on="2018-06-30", days_past_due=90, amount=70.0, resolved_on="2018-09-28"),
        record("4", happened_on="2021-06-01", known_on="2021-07-01", days_past_due=20, amount=999.0),
    ]
    found = known(conduct=rows)
    assert (found["overdues_1y"], found["overdues_3y"], found["overdues_open"]) == (1, 2, 0)
    assert (found["days_past_due_1y"], found["days_past_due_3y"]) == (10, 60)
    assert (found["overdue_amount_1y"], found["overdue_amount_3y"]) == (100, 150)
    assert found["last_record_on"] == pd.Timestamp("2020-07-01")


def test_days_past_due_cannot_be_more_than_the_days_that_have_passed(known):
    found = known(conduct=[record("1", happened_on="2021-06-20", known_on="2021-06-25", days_past_due=200)])
    assert found["days_past_due_1y"] == 10


@pytest.mark.parametrize(("resolved_on", "still_open"), [(None, 1), ("2021-06-30", 0), ("2021-07-01", 1)])
def test_a_record_is_open_until_the_day_it_is_resolved(known, resolved_on, still_open):
    kinds = ("overdue", "enforcement", "abnormal_list")
    rows = [record(kind, kind, "2015-01-01", amount=40.0, resolved_on=resolved_on) for kind in kinds]
    found = known(conduct=rows)
    assert found["overdues_open"] == still_open
    assert found["enforcements_open"] == still_open
    assert found["enforcement_amount_open"] == 40 * still_open
    assert found["abnormal_now"] == still_open


@pytest.mark.parametrize(
    ("happened_on", "resolved_on", "expected"),
    [("2019-07-01", "2019-12-01", 1), ("2019-06-30", "2019-12-01", 0), ("2019-06-30", None, 1)],
)
def test_a_serious_breach_counts_for_two_years_and_while_it_stands(known, happened_on, resolved_on, expected):
    found = known(conduct=[record("1", "serious_breach", happened_on, resolved_on=resolved_on)])
    assert found["serious_breach_2y"] == expected


def test_penalties_count_for_two_years(known):
    found = known(conduct=[record("1", "penalty", "2019-07-01"), record("2", "penalty", "2019-06-30")])
    assert found["penalties_2y"] == 1


def test_an_enterprise_without_records_has_none(known):
    found = known(conduct=[])
    assert found["overdues_1y"] == 0
    assert found["days_past_due_1y"] == 0
    assert found["abnormal_now"] == 0
    assert pd.isna(found["last_record_on"])
