"""What may stand in the ledger, and what may follow."""

import json
import math
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import get_args

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decisions.ledger.balance import balance
from decisions.ledger.days import Closed, closed_days, suspensions
from decisions.ledger.entries import Pipeline, Renewed, Suspended, kind_of, opened, plain
from decisions.ledger.following import following
from decisions.ledger.granting import granted, highest_grant
from decisions.ledger.values import LedgerError
from decisions.suspension import Why, suspended
from policy.loader import Figure, PolicyError, figure
from tests.decisions.ledger_entries import (
    FEB,
    JAN,
    MAR,
    NAMED,
    added,
    booked,
    certification,
    grant,
    pipeline,
    recorded,
)

OURS = Figure("overall_npl_our_bank", "", "", "fraction", "report", "B", {date(2025, 1, 1): 0.015, FEB: 0.0149})


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda: booked(-1.0), r"balance must be a number of at least 0 and at most 1e\+15; got -1.0"),
        (lambda: booked(math.nan), r"balance must be a number of at least 0 and at most 1e\+15; got nan"),
        (lambda: booked(npl=math.inf), r"NPL balance must be a number of at least 0 and at most 1e\+15; got inf"),
        (lambda: booked(npl=1000.5), r"NPL balance must be at most the balance, 1,000.00; got 1,000.50"),
        (lambda: booked(size_class="tiny"), "size class must be one of micro, small, medium, large; got 'tiny'"),
        (lambda: replace(booked(), loans=-1), "number of loans must be a whole number of at least 0; got -1"),
        (lambda: replace(booked(), loans=True), "number of loans must be a whole number"),
        (lambda: replace(booked(), loans=0), r"number of loans must be at least 1 with a balance of 1,000.00; got 0"),
        (lambda: pipeline(-5.0), r"approved amount must be a number of at least 0 and at most 1e\+15; got -5.0"),
        (lambda: pipeline(bound=0.0), "upper bound of a certificate must be a fraction above 0 and at most 1; got 0.0"),
        (lambda: Pipeline("micro", JAN, 5.0, None, None), "an approved amount of 5.00 wants the upper bound"),
        (lambda: booked(1e16), r"balance must be a number of at least 0 and at most 1e\+15; got 1e\+16"),
        (
            lambda: booked(day=pd.Timestamp("2025-01-31")),
            "day of an entry must be a day without a time of day; got Time",
        ),
        (lambda: grant(until=datetime(2025, 12, 31)), "last day of a grant must be a day without a time of day; got"),  # noqa: DTZ001
        (lambda: following((), booked(), pd.Timestamp("2025-02-01")), "day of the record must be a day without a time"),
        (lambda: replace(NAMED, loans=" "), "wanted a name or text as version or fingerprint of a certificate's loans"),
        (lambda: grant(1.0), "tolerated NPL ratio must be a fraction between 0 and 1, both excluded; got 1.0"),
        (
            lambda: grant(until=date(2024, 12, 31)),
            "last day of a grant must not come before its first, 2025-01-01; got",
        ),
        (lambda: replace(grant(), approved_by=""), "wanted a name or text as approver of a grant; got ''"),
        (lambda: Suspended("micro", JAN, ""), "wanted a name or text as reason of a suspension"),
        (lambda: Renewed("micro", JAN, "", "x"), "wanted a name or text as approver of a renewal"),
        (lambda: replace(certification(), delta=0.0), "delta must be a fraction between 0 and 1"),
        (lambda: opened("lent", {}), "kind of an entry must be one of grant, booked, .*; got 'lent'"),
        (lambda: opened("suspended", {"day": "2025-01-31"}), "wanted day, reason, size_class in an entry of kind"),
        (
            lambda: opened("suspended", {"size_class": "micro", "day": "31.1.2025", "reason": "x"}),
            "day must be a day as YYYY-MM-DD; got '31.1.2025'",
        ),
    ],
)
def test_what_cannot_stand_is_refused_with_a_sentence(wrong, sentence):
    with pytest.raises(LedgerError, match=sentence):
        wrong()


@pytest.mark.parametrize(
    "content",
    [
        grant(),
        booked(),
        pipeline(),
        Pipeline("micro", JAN, 0.0, None, None),
        certification(None),
        Suspended("large", JAN, "告警"),
        Renewed("large", JAN, "贷审会", "重新检验"),
    ],
)
def test_content_survives_json(content):
    assert opened(kind_of(content), json.loads(json.dumps(plain(content)))) == content


def test_a_grant_of_exactly_three_points_above_the_ratio_of_the_day_is_accepted():
    day = date(2025, 1, 1)
    found = granted("micro", 0.045, day, JAN, "Committee", "minute", OURS)
    assert (found.ratio, found.overall, found.overall_npl) == (0.045, 0.015, "overall_npl_our_bank")


@pytest.mark.parametrize("size_class", ["micro", "small"])
def test_a_grant_above_three_points_is_refused_with_the_article_and_all_its_digits(size_class):
    sentence = (
        rf"ratio of {size_class} enterprises must be at most 4.5% on 2025-01-01, the overall ratio of 1.5% plus the "
        r"ceiling, by section \(5\) of the NFRA notice of 2024-01-05; got 4.5001%"
    )
    with pytest.raises(LedgerError, match=sentence):
        granted(size_class, 0.045001, date(2025, 1, 1), JAN, "Committee", "minute", OURS)


def test_a_grant_has_to_keep_the_ceiling_when_the_overall_ratio_falls_within_its_life():
    with pytest.raises(LedgerError, match=r"at most 4.49% on 2025-02-28, the overall ratio of 1.49%.*; got 4.5%"):
        granted("micro", 0.045, date(2025, 1, 1), FEB, "Committee", "minute", OURS)


def test_the_notice_caps_no_grant_of_medium_and_large():
    assert highest_grant("large", OURS, JAN) is None
    assert granted("large", 0.08, date(2025, 1, 1), MAR, "Committee", "minute", OURS).ratio == 0.08


def test_a_grant_before_the_notice_is_refused():
    national = figure("tolerance", "overall_npl_commercial_banks")
    with pytest.raises(PolicyError, match="uplift_ceiling: wanted a value in force on 2023-12-31"):
        granted("micro", 0.04, date(2023, 12, 31), JAN, "Committee", "minute", national)


STANDING = recorded(grant(), booked(), pipeline(), certification(), booked(day=FEB))


@pytest.mark.parametrize(
    ("content", "day", "corrects", "sentence"),
    [
        (booked(day=MAR), JAN, None, r"recorded on 2025-02-28 or later, after entry 5; got 2025-01-31"),
        (booked(day=date(2025, 4, 1)), MAR, None, "kind booked must speak of 2025-03-31 or earlier.*; got 2025-04-01"),
        (booked(day=FEB), MAR, None, r"booked of micro: its day must come after 2025-02-28, that of entry 5"),
        (booked(day=date(2025, 2, 1)), MAR, None, r"its day must come after 2025-02-28.*got 2025-02-01.*--corrects"),
        (
            grant(until=JAN),
            MAR,
            None,
            r"must not have expired when it is recorded, on 2025-03-31; its last day is 2025",
        ),
        (certification(), MAR, None, "entry 4 is this certification already"),
        (Renewed("micro", MAR, "x", "x"), MAR, None, "wanted a suspension of an earlier day to lift; none stands"),
        (booked(), MAR, 9, "entry 9 is not there or has been corrected already"),
        (booked(size_class="small"), MAR, 2, "of entry 2, booked of micro; got booked of small"),
        (pipeline(), MAR, 2, "of entry 2, booked of micro; got pipeline of micro"),
        (booked(day=FEB), MAR, 2, "its day must come after 2025-02-28, that of entry 5"),
    ],
)
def test_what_cannot_follow_is_refused_with_a_sentence(content, day, corrects, sentence):
    with pytest.raises(LedgerError, match=sentence):
        following(STANDING, content, day, corrects)


def test_an_entry_is_corrected_once_and_its_correction_can_be_corrected_too():
    once = added(STANDING, booked(npl=1.0), MAR, corrects=2)
    with pytest.raises(LedgerError, match="entry 2 is not there or has been corrected already"):
        following(once, booked(npl=2.0), MAR, 2)
    twice = added(once, booked(npl=2.0), MAR, corrects=6)
    assert [entry.number for entry in twice] == [1, 2, 3, 4, 5, 6, 7]


def test_a_renewal_does_not_lift_a_suspension_of_its_own_day():
    entries = recorded(Suspended("micro", JAN, "alarm"))
    with pytest.raises(LedgerError, match=r"suspension of an earlier day to lift; it stands since 2025-01-31"):
        following(entries, Renewed("micro", JAN, "x", "x"), JAN)
    assert following(entries, Renewed("micro", FEB, "x", "x"), FEB).number == 2


def why_closed(entries, days, classes):
    """Why each application is held back on its day, empty where it is not."""
    found = pd.Series("", index=days.index)
    for why in get_args(Why):
        found = found.mask(suspended(suspensions(entries), days, classes, why), why)
    return found


def test_closed_days_are_those_without_a_grant_in_force_or_suspended():
    entries = recorded(
        grant(since=JAN, until=MAR),
        Suspended("micro", FEB, "alarm"),
        Renewed("micro", date(2025, 3, 10), "Committee", "new certificate"),
        Suspended("micro", date(2025, 3, 20), "alarm"),
    )
    closed = closed_days(entries)
    assert closed["micro"] == (
        Closed(None, JAN, "no_grant"),
        Closed(FEB, date(2025, 3, 10), "suspended"),
        Closed(date(2025, 3, 20), date(2025, 4, 1), "suspended"),
        Closed(date(2025, 4, 1), None, "no_grant"),
    )
    assert closed["large"] == (Closed(None, None, "no_grant"),)
    days = pd.to_datetime(
        pd.Series(["2025-01-30", "2025-01-31", "2025-02-28", "2025-03-10", "2025-03-31", "2025-04-01"])
    )
    found = why_closed(entries, days, pd.Series(["micro"] * 6))
    assert found.tolist() == ["no_grant", "", "suspended", "", "suspended", "no_grant"]
    unknown = why_closed(entries, days[:2], pd.Series([None, "large"], dtype="str"))
    assert (unknown == "").tolist() == [True, False]


def test_what_was_not_known_closes_nothing():
    entries = recorded(grant(), Suspended("micro", FEB, "alarm"))
    assert Closed(FEB, date(2026, 1, 1), "suspended") in closed_days(entries)["micro"]
    assert {span.why for span in closed_days(entries, JAN)["micro"]} == {"no_grant"}


offsets = st.integers(0, 60)


@settings(max_examples=30)
@given(
    st.lists(st.tuples(offsets, offsets), max_size=4, unique_by=lambda span: span[0]),
    st.sets(offsets, max_size=4),
    st.sets(offsets, max_size=4),
)
def test_closed_days_say_of_every_day_what_its_balance_says(spans, held, renewed):
    def day(number):
        return JAN + timedelta(days=number)

    entries = recorded(
        *(grant(since=day(first), until=day(first + length)) for first, length in spans),
        *(Suspended("micro", day(number), "alarm") for number in held),
        *(Renewed("micro", day(number), "Committee", "new") for number in renewed),
    )
    days = [day(number) for number in range(-1, 125)]
    found = why_closed(entries, pd.Series(pd.to_datetime(days)), pd.Series(["micro"] * len(days)))
    for when, why in zip(days, found.replace("", "open"), strict=True):
        state = balance(entries, when, known_on=date.max)["micro"]
        expected = "no_grant" if state.state != "in_force" else "suspended" if state.suspended_since else "open"
        assert why == expected, when
