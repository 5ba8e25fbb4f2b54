"""A whole watch: nothing planted is told as nothing, drift with its day, and more data never move what was found."""

import dataclasses
from datetime import date

import numpy as np
import pandas as pd
import pytest

from benchmarks.monitor import outcomes, study, watch
from decisions.alarm_state import Renewal, renewed
from models.monitoring.looks import Look, MonitorError
from models.monitoring.record import Record, first_exceeded
from scoring.monitoring.certificate import certificate_records
from scoring.monitoring.history import check_history
from scoring.monitoring.looked import Months
from scoring.monitoring.vintages import grade_transitions, roll_rates, vintage_curves
from scoring.monitoring.watch import Given, monitored
from tests.scoring.monitoring.books import scored
from tests.scoring.test_alarm import bad, fed_until

MODEL = {"startup": "v1", "growth": "v2", "mature": "v3"}


def given(case: str, months: int = 40, seed: int = 3) -> Given:
    return watch(case, months, 250, np.random.default_rng(seed))


def until(whole: Given, day: str) -> Given:
    """What was known of the same watch on an earlier day."""
    then = pd.Timestamp(day)
    used = whole.batches.used[whole.batches.used["as_of"] <= then].reset_index(drop=True)
    account = dataclasses.replace(whole.batches.account, rows=len(used), used=len(used))
    batches = dataclasses.replace(whole.batches, used=used, account=account)
    return dataclasses.replace(whole, batches=batches, until=then, outcomes=outcomes(used, then))


@pytest.fixture(scope="module")
def doubled() -> Given:
    """Odds of default twice those of the PDs for decisions of January 2026 and later."""
    return given("level")


def test_watches_in_which_nothing_moves_are_quiet():
    found = study("nothing", 6, 30, 250, 1)
    # Of six watches with a probability of at most .05 each, two alarms or more come with a probability of .03.
    assert found["any"] <= 1 / 6


def test_doubled_defaults_are_told_with_the_day_and_nothing_else_is(doubled: Given):
    first = first_exceeded(monitored(doubled).records)
    assert {test for test, _ in first} == {"level"}
    told = first[("level", "total")]
    # The first window of a loan with doubled odds ends in January 2027.
    assert "2027-03" <= told.month <= "2028-04"
    assert told.on == f"{pd.Period(told.month).end_time:%Y-%m-%d}"
    assert told.defaults is not None
    assert told.expected is not None
    assert told.defaults > told.expected


def test_what_was_told_stays_told_on_the_same_day_when_months_are_added(doubled: Given):
    late = monitored(doubled)
    day = first_exceeded(late.records)[("level", "total")].on
    then = monitored(until(doubled, day))
    assert first_exceeded(then.records)[("level", "total")].on == day
    before = {"model": MODEL, "until": day, "records": [record.plain() for record in then.records]}
    check_history(before, late.records, MODEL, "2028-04-30")
    assert first_exceeded(monitored(until(doubled, "2026-12-31")).records) == {}


def test_applicants_of_another_kind_are_told_in_the_month_after_they_come():
    first = first_exceeded(monitored(given("population", 16)).records)
    assert {test for test, _ in first} == {"pd_index"}
    assert all("2026-01" <= record.month <= "2026-04" for record in first.values())


def test_a_watch_longer_than_planned_and_one_without_a_month_are_refused():
    with pytest.raises(MonitorError, match=r"was planned for 60 months and 61 have ended. Validate the model"):
        monitored(given("nothing", 61))
    early = given("nothing", 2)
    with pytest.raises(MonitorError, match="wanted --until at or after the end of the first month, 2025-01"):
        monitored(dataclasses.replace(early, until=pd.Timestamp("2025-01-30")))


def test_history_that_changed_is_refused(doubled: Given):
    found = monitored(until(doubled, "2025-06-30")).records
    known = {"model": MODEL, "until": "2025-06-30", "records": [record.plain() for record in found]}
    check_history(known, found, MODEL, "2025-06-30")
    other = [{**record.plain(), "value": 0.5} if record.verdict == "met" else record.plain() for record in found]
    with pytest.raises(MonitorError, match=r"found 0.5 .* before, and is another one now"):
        check_history({**known, "records": other}, found, MODEL, "2025-07-31")
    with pytest.raises(MonitorError, match="wanted --until 2025-06-30 or later"):
        check_history(known, found, MODEL, "2025-05-31")
    with pytest.raises(MonitorError, match="wanted an empty folder for the monitor of the model v1, v2, v9"):
        check_history(known, found, {**MODEL, "mature": "v9"}, "2025-06-30")


def test_the_first_excess_of_a_test_is_the_earliest_one():
    def record(month: str, verdict: str) -> Record:
        return Record("slope", "total", month, month, f"{month}-28", 1.0, 1.0, verdict, 9)  # type: ignore[arg-type]

    records = [record("2025-04", "exceeded"), record("2025-03", "met"), record("2025-02", "exceeded")]
    assert first_exceeded(records)[("slope", "total")].month == "2025-02"


def test_a_month_with_too_few_waits_and_says_so():
    months = Months(list(pd.period_range("2025-01", "2025-03", freq="M")))
    waiting = months.record("slope", "total", Look(0, 2), 4, None, "too_few")
    assert (waiting.verdict, waiting.value, waiting.why, waiting.on) == ("not_tested", None, "too_few", "2025-03-31")


def test_a_vintage_curve_counts_defaults_by_months_on_book():
    loans = scored(4).assign(
        window_ends_on=pd.Timestamp("2026-01-15"),
        known_on=pd.Timestamp("2026-01-15"),
        defaulted=[True, True, False, False],
        defaulted_on=pd.to_datetime(["2025-02-10", "2025-06-01", None, None]),
    )
    (row,) = vintage_curves(loans).to_dict("records")
    assert (row["vintage"], row["loans"]) == ("2025Q1", 4)
    assert [row[f"m{month}"] for month in (1, 4, 5, 12)] == [0.25, 0.25, 0.5, 0.5]
    assert "m13" not in row
    assert vintage_curves(loans.head(0)).empty


def test_grades_move_from_one_application_of_an_enterprise_to_its_next():
    rows = pd.concat([scored(3), scored(3, 3, "2025-06-01", grade=["G1", "G10", "G3"])])
    found = grade_transitions(rows)
    assert found.states == ("G1", "G2", "G3", "G10")
    assert found.moves == 3
    assert found.counts[0, 0] == found.counts[1, 3] == found.counts[2, 2] == 1
    assert found.bandwidths is not None
    assert found.bandwidths[1] == 0
    assert grade_transitions(scored(3)).bandwidths is None


def test_roll_rates_are_of_days_overdue_at_the_ends_of_months():
    approved = pd.DataFrame({"enterprise_id": ["e1", "e2"], "as_of": pd.Timestamp("2025-01-10")})
    conduct = pd.DataFrame(
        {
            "enterprise_id": ["e1", "e1", "e3"],
            "happened_on": pd.to_datetime(["2025-02-10", "2025-03-05", "2025-02-01"]),
            "resolved_on": pd.to_datetime(["2025-04-20", None, None]),
            "known_on": pd.to_datetime(["2025-03-01", "2025-07-01", "2025-02-02"]),
        }
    )
    found = roll_rates(conduct, approved, 12, pd.Timestamp("2025-05-31"))
    # e1: 18 days at the end of February, 49 of March, then nothing is open; e2 never overdue; e3 has no loan.
    names = {name: at for at, name in enumerate(found.states)}
    assert found.counts[names["current"], names["to_30"]] == 1
    assert found.counts[names["to_30"], names["to_60"]] == 1
    assert found.counts[names["to_60"], names["current"]] == 1
    assert found.counts[names["current"], names["current"]] == 5
    assert found.moves == 8


def test_the_alarm_of_a_certificate_is_shown_as_its_own_state_says_it_and_not_computed_anew():
    state = fed_until(date(2025, 4, 30), bad("2025-03-10", 30))
    (watch_,) = state.watches
    months = Months(list(pd.period_range("2025-01", "2025-06", freq="M")))
    found = certificate_records(state, ["medium", "small"], months)
    small = [record for record in found if record.group == "small"]
    assert [(r.on, r.value) for r in small] == [(str(p.end), p.capital) for p in watch_.periods]
    assert first_exceeded(found)[("certificate", "small")].on == "2025-03-31" == str(watch_.fired_on)
    assert [(r.group, r.why) for r in found if r.verdict == "not_tested"] == [("medium", "not_fed")]
    # A watch that a person has ended says nothing of the certificate in force.
    ended = renewed(state, "small", Renewal(date(2025, 6, 15), "Committee", "minute 9"))
    assert [r.why for r in certificate_records(ended, ["small"], months)] == ["not_fed"]


def test_only_periods_that_ended_in_the_months_of_the_watch_are_shown():
    state = fed_until(date(2025, 4, 30), bad("2025-03-10", 30))
    found = certificate_records(state, ["small"], Months(list(pd.period_range("2025-01", "2025-02", freq="M"))))
    assert [record.on for record in found] == ["2025-01-31", "2025-02-28"]
    assert first_exceeded(found) == {}
