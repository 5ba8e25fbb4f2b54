"""The balance of the ledger: by hand, and what has to hold for every ledger."""

import math
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.ledger.balance import balance, looks
from decisions.ledger.entries import Entry, Pipeline, Renewed, Suspended
from tests.decisions.ledger_entries import FEB, JAN, MAR, added, booked, certification, grant, pipeline, recorded


def micro(*contents, day=JAN):
    return balance(recorded(*contents), day)["micro"]


def test_a_balance_by_hand():
    # 1000 booked with 25 NPL, 500 approved at 6.5 %: (25 + 32.5) / 1500 = 3.8333 %; of 4.5 % that leaves 0.6667 points.
    # Further V: 57.5 + .065 V = .045 (1500 + V), so V = 10 / .02 = 500.
    found = micro(grant(), booked(), pipeline())
    assert (found.state, found.granted, found.grant.until) == ("in_force", 0.045, date(2025, 12, 31))
    assert found.grant.approved_by == "Committee, minute 2025-1"
    assert found.realised == 0.025
    assert found.consumed == pytest.approx(57.5 / 1500, rel=1e-7)
    assert found.room == pytest.approx(0.045 - 57.5 / 1500, rel=1e-6)
    assert found.room_amount == pytest.approx(500.0)
    assert found.exceeded is False


def test_a_bound_within_the_grant_leaves_room_without_end():
    assert micro(grant(), booked(), pipeline(bound=0.045)).room_amount == math.inf


def test_an_exceeded_grant_leaves_no_room_though_good_loans_would_dilute_it():
    found = micro(grant(), booked(npl=60.0), pipeline(amount=5000.0, bound=0.01))
    assert found.realised == 0.06
    assert found.consumed == pytest.approx(110 / 6000, rel=1e-7)
    assert found.exceeded is True
    assert found.room == pytest.approx(-0.015)
    assert found.room_amount == 0.0


def test_a_pipeline_that_lifts_the_ratio_above_the_grant_exceeds_it():
    found = micro(grant(), booked(npl=44.0), pipeline(amount=1000.0))
    assert found.consumed == pytest.approx(0.0545)
    assert (found.exceeded, found.room_amount) == (True, 0.0)


def test_without_any_loan_there_is_no_ratio_but_room_by_the_certificate():
    found = micro(grant(), certification(bound=0.03))
    assert (found.realised, found.consumed, found.room, found.exceeded) == (None, None, None, None)
    assert found.room_amount == math.inf
    assert micro(grant(), certification(bound=0.06)).room_amount == 0.0


def test_without_a_certificate_the_further_amount_is_not_known():
    assert micro(grant(), booked()).room_amount is None
    assert micro(grant(), booked(), certification(bound=None)).room_amount is None


def test_the_further_amount_is_at_the_bound_of_the_latest_certificate_the_highest_of_one_day():
    entries = recorded(grant(), booked(day=FEB), pipeline(day=FEB), certification(0.05, FEB), certification(0.09, MAR))
    assert balance(entries, FEB)["micro"].bound == 0.065
    found = balance(entries, MAR)["micro"]
    assert (found.bound, found.pipeline.bound) == (0.09, 0.065)
    assert found.room_amount == pytest.approx(10 / 0.045)


def test_a_grant_is_in_force_on_its_last_day_and_expired_on_the_next():
    last = date(2025, 12, 31)
    entries = recorded(grant(), booked())
    assert balance(entries, last)["micro"].state == "in_force"
    found = balance(entries, last + timedelta(days=1))["micro"]
    assert (found.state, found.granted, found.room, found.room_amount) == ("expired", None, None, 0.0)
    assert balance(entries, date(2024, 12, 31))["micro"].state == "none"


def test_a_later_grant_replaces_an_earlier_one_for_good():
    entries = recorded(grant(), grant(0.03, since=date(2025, 2, 1), until=FEB))
    assert balance(entries, FEB)["micro"].granted == 0.03
    assert balance(entries, MAR)["micro"].state == "expired"


def test_a_pipeline_older_than_the_booking_is_outdated_and_the_room_not_known():
    found = micro(grant(), booked(), pipeline(), booked(day=FEB), day=FEB)
    assert (found.pipeline_state, found.realised) == ("outdated", 0.025)
    assert (found.consumed, found.room, found.room_amount, found.exceeded) == (None, None, None, None)
    exceeded = micro(grant(), booked(), pipeline(), booked(npl=50.0, day=FEB), day=FEB)
    assert (exceeded.exceeded, exceeded.room_amount) == (True, 0.0)


def test_nothing_that_was_known_or_happened_later_counts():
    entries = recorded(grant(), booked())
    later = added(entries, booked(npl=900.0), FEB, corrects=2)
    assert balance(later, JAN)["micro"].realised == 0.025
    assert balance(later, FEB)["micro"].realised == 0.9
    assert balance(later, JAN, known_on=FEB)["micro"].realised == 0.9
    assert balance(recorded(grant(), booked(), booked(npl=900.0, day=FEB)), JAN)["micro"].realised == 0.025


def test_a_suspension_stands_until_a_later_renewal():
    entries = recorded(grant(), Suspended("micro", JAN, "alarm"), Renewed("micro", FEB, "Committee", "new certificate"))
    assert balance(entries, JAN)["micro"].suspended_since == JAN
    assert balance(entries, FEB)["micro"].suspended_since is None
    assert balance(entries, JAN)["small"].suspended_since is None


def test_looks_count_different_certifications_on_the_same_loans_alone():
    entries = recorded(
        certification(),
        certification(day=FEB),
        certification(day=FEB, model="model-2"),
        certification(day=MAR, loans="loans-2"),
    )
    assert looks(entries, "micro", "loans-1") == 2
    assert balance(entries, FEB)["micro"].looks == 2
    assert balance(entries, MAR)["micro"].looks == 1


amounts = st.floats(0, 1e9)
shares = st.floats(0, 1)
ratios = st.floats(0.001, 0.5)


@given(amounts, shares, shares, amounts, ratios, ratios)
def test_more_npl_never_gives_more_room(total, one, other, amount, bound, granted):
    lower, higher = sorted((one, other))
    few, many = (
        micro(grant(granted), booked(total, total * npl), Pipeline("micro", JAN, amount, bound, pipeline().certificate))
        for npl in (lower, higher)
    )
    assert many.room_amount <= few.room_amount * (1 + 1e-6)
    if total + amount > 0:
        assert many.room <= few.room
        assert many.exceeded >= few.exceeded


@given(st.floats(1, 1e9), shares, amounts, ratios, ratios)
def test_the_further_amount_fills_the_grant_and_not_more(total, npl, amount, bound, granted):
    named = pipeline().certificate
    found = micro(grant(granted), booked(total, total * npl), Pipeline("micro", JAN, amount, bound, named))
    if found.exceeded or not 0 < found.room_amount < math.inf:
        return
    filled = Pipeline("micro", JAN, amount + found.room_amount, bound, named)
    assert micro(grant(granted), booked(total, total * npl), filled).consumed == pytest.approx(granted, rel=1e-6)


def test_the_order_of_entries_of_one_day_does_not_matter():
    day = (
        grant(since=JAN),
        booked(),
        pipeline(),
        certification(0.05),
        certification(0.07, model="model-2"),
        Suspended("micro", JAN, "alarm"),
    )
    found = {
        repr(balance([Entry(n, JAN, content) for n, content in enumerate(order, start=1)], MAR))
        for order in permutations(day)
    }
    assert len(found) == 1
