"""State of the watches and the suspensions that follow: same outcomes, same bytes; damage refused; renewal by name."""

import json
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from decisions.alarm import AlarmError, fed
from decisions.alarm_state import Renewal, State, Watch, opened, plain, renewed
from decisions.decide import decide
from decisions.suspension import Suspension, standing, suspended
from tests.decisions.applicants import applicants, decided, shipped
from tests.decisions.test_alarm import FIRST, SECOND, TERMS, after, rows

BAD = rows(*[(1, 0.01, 1)] * 5, *[(1, 0.01, 0)] * 5)
FIRED = State((Watch("small", FIRST[0], TERMS, after((FIRST, BAD), (SECOND, rows((1, 0.1, 0))))),))
RENEWAL = Renewal(date(2025, 3, 10), "Committee", "certified anew, minute 2025-9")


def test_a_state_survives_writing_and_the_same_outcomes_give_the_same_bytes():
    again = State((Watch("small", FIRST[0], TERMS, after((FIRST, BAD.iloc[::-1]), (SECOND, rows((1, 0.1, 0))))),))
    assert json.dumps(plain(again)) == json.dumps(plain(FIRED))
    assert opened(json.loads(json.dumps(plain(FIRED)))) == FIRED
    ended = renewed(FIRED, "small", RENEWAL)
    assert opened(json.loads(json.dumps(plain(ended)))) == ended


def test_feeding_on_from_a_written_state_is_feeding_from_the_start():
    half = State((Watch("small", FIRST[0], TERMS, after((FIRST, BAD))),))
    (watch,) = opened(json.loads(json.dumps(plain(half)))).watches
    on = replace(watch, periods=(*watch.periods, fed(TERMS, watch.periods, *SECOND, rows((1, 0.1, 0)))))
    assert json.dumps(plain(State((on,)))) == json.dumps(plain(FIRED))


def test_an_alarm_stands_until_it_is_renewed_and_suspends_until_that_day():
    assert FIRED.standing() == FIRED.watches
    assert FIRED.suspensions() == (Suspension("small", date(2025, 1, 31)),)
    ended = renewed(FIRED, "small", RENEWAL)
    assert ended.standing() == ()
    assert ended.suspensions() == (Suspension("small", date(2025, 1, 31), date(2025, 3, 10)),)
    assert ended.open("small") is None
    assert standing(ended.suspensions()) == ()
    assert "certificate of small is suspended since 2025-01-31" in standing(FIRED.suspensions())[0]


def test_a_watch_without_an_alarm_suspends_nothing_and_can_be_renewed():
    calm = State((Watch("small", FIRST[0], TERMS, after((FIRST, rows((1, 0.1, 0))))),))
    assert calm.suspensions() == ()
    assert renewed(calm, "small", RENEWAL).suspensions() == ()


@pytest.mark.parametrize(
    ("size_class", "renewal", "message"),
    [
        ("large", RENEWAL, r"wanted a size class that is watched \(small\); got 'large'"),
        ("small", replace(RENEWAL, by=" "), "wanted who renews the certificate of small, and why"),
        ("small", replace(RENEWAL, reason=""), "wanted who renews the certificate of small, and why"),
        ("small", replace(RENEWAL, on=date(2025, 2, 28)), "wanted a day of renewal after 2025-02-28"),
    ],
)
def test_a_renewal_names_a_watched_class_a_later_day_who_and_why(size_class, renewal, message):
    with pytest.raises(AlarmError, match=message):
        renewed(FIRED, size_class, renewal)


def changed(**values: object) -> dict:
    content = json.loads(json.dumps(plain(FIRED)))
    content["watches"][0]["periods"][0] |= values
    return content


def test_a_changed_state_is_refused():
    with pytest.raises(AlarmError, match="its fingerprint does not fit"):
        opened(changed(capital=1.0))
    with pytest.raises(AlarmError, match="wanted the state of an alarm, layout 1"):
        opened({**plain(FIRED), "layout": 0})
    with pytest.raises(AlarmError, match="wanted the state of an alarm, layout 1"):
        opened([])


def test_a_state_whose_capitals_do_not_follow_from_its_periods_is_refused():
    (watch,) = FIRED.watches
    first = replace(watch.periods[0], capitals=(1.0, 1.0, 1.0, 1.0, 1.0))
    forged = plain(State((replace(watch, periods=(first, *watch.periods[1:])),)))
    with pytest.raises(AlarmError, match="capital after 2025-01-31 does not follow from its period"):
        opened(forged)


def test_a_state_without_a_part_is_refused():
    broken = json.loads(json.dumps(plain(FIRED)))
    del broken["watches"][0]["terms"]["alpha"]
    signed = plain(FIRED) | {"watches": broken["watches"]}
    from decisions.alarm_state import _fingerprint

    signed["fingerprint"] = _fingerprint(broken["watches"])
    with pytest.raises(AlarmError, match="a part of it cannot be read"):
        opened(signed)


def test_days_of_a_suspension_are_from_the_alarm_to_the_day_before_the_renewal():
    days = pd.to_datetime(pd.Series(["2025-01-30", "2025-01-31", "2025-03-09", "2025-03-10"]))
    classes = pd.Series(["small"] * 4)
    assert suspended((Suspension("small", date(2025, 1, 31)),), days, classes).tolist() == [False, True, True, True]
    ended = (Suspension("small", date(2025, 1, 31), date(2025, 3, 10)),)
    assert suspended(ended, days, classes).tolist() == [False, True, True, False]
    assert not suspended(ended, days, pd.Series(["micro"] * 4)).any()
    assert not suspended(ended, days, pd.Series([None] * 4, dtype="str")).any()


@pytest.mark.parametrize(
    ("change", "decision", "rule"),
    [
        ({}, "refer", "suspended"),
        ({"as_of": pd.Timestamp("2025-05-31")}, "approve", "within_cut_off"),
        ({"size_class": "micro"}, "approve", "within_cut_off"),
        ({"open_serious_breach": 1}, "decline", "serious_breach"),
        ({"pd": 0.9}, "decline", "above_refer_band"),
        ({"data_gaps": 1}, "refer", "suspended"),
    ],
)
def test_a_suspended_certificate_refers_what_no_rule_declines(change, decision, rule):
    held = replace(shipped(), suspensions=(Suspension("small", date(2025, 6, 1)),))
    row = decide(applicants(change), held).rows.iloc[0]
    assert (row["decision"], row["rule"]) == (decision, rule)
    if rule == "suspended":
        assert pd.isna(row["limit"])
    assert decided(**change)["decision"] in ("approve", decision)
