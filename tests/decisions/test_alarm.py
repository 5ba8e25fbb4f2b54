"""The watch over a certificate: worked by hand, never negative, false alarms and power by simulation, order refused."""

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.alarm import (
    MOST_LOST,
    MULTIPLES,
    START,
    AlarmError,
    Fed,
    Terms,
    fed,
    fingerprint,
    fired_on,
    planned_variance,
    settled,
    stakes,
)

TERMS = Terms("c", 0.05, 1.0, 100.0, 0.5, 1)
FIRST, SECOND = (date(2025, 1, 1), date(2025, 1, 31)), (date(2025, 2, 1), date(2025, 2, 28))


def rows(*loans: tuple[float, float, int]) -> pd.DataFrame:
    """Loans at risk, each (exposure, hazard, defaulted)."""
    found = pd.DataFrame(loans, columns=["exposure", "hazard", "defaulted"])
    return found.assign(application_id=[f"a{i}" for i in range(len(found))])


def after(*periods: tuple[tuple[date, date], pd.DataFrame], terms: Terms = TERMS) -> tuple[Fed, ...]:
    found: tuple[Fed, ...] = ()
    for (start, end), loans in periods:
        found = (*found, fed(terms, found, start, end, loans))
    return found


def test_two_periods_worked_by_hand():
    # Bets: sqrt(2 ln 20 / 0.5) = 3.461623 and its multiples .25, .5, 1, 2, 4.
    best = math.sqrt(2 * math.log(20) / 0.5)
    assert TERMS.bets == pytest.approx([best * m for m in (0.25, 0.5, 1, 2, 4)], rel=1e-7)
    # Period 1: 2 x .1 + 1 x .2 = .4 tolerated, so no stake is above .9 / .4 = 2.25; the loan of 1 defaults: S = .6.
    # Period 2: one loan of 2 with hazard .1: .2 tolerated, bound 4.5; nobody defaults: S = -.2.
    first, second = after((FIRST, rows((2, 0.1, 0), (1, 0.2, 1))), (SECOND, rows((2, 0.1, 0))))
    assert (first.tolerated, first.defaulted, first.loans, first.defaults) == (0.4, 1.0, 2, 1)
    assert first.stakes == pytest.approx([best / 4, best / 2, 2.25, 2.25, 2.25], rel=1e-7)
    grown = [1 + 0.6 * s for s in (best / 4, best / 2, 2.25, 2.25, 2.25)]
    assert first.capitals == pytest.approx(grown, rel=1e-7)
    assert first.capital == pytest.approx(sum(grown) / 5, rel=1e-7)
    assert second.stakes == pytest.approx([best / 4, best / 2, best, 4.5, 4.5], rel=1e-7)
    assert second.capitals[4] == pytest.approx(2.35 * 0.1, rel=1e-7)
    assert fired_on(TERMS, (first, second)) is None


def test_exposures_are_capped_and_the_tolerated_chance_is_never_above_one():
    terms = replace(TERMS, exposure_cap=3.0, tolerance_factor=4.0)
    (found,) = after((FIRST, rows((10, 0.1, 1), (2, 0.5, 0))), terms=terms)
    assert found.exposure == 5.0
    assert found.predicted == pytest.approx(3 * 0.1 + 2 * 0.5)
    assert found.tolerated == pytest.approx(3 * 0.4 + 2 * 1.0)
    assert found.defaulted == 3.0


def test_the_alarm_fires_on_the_last_day_of_the_first_period_that_reaches_the_level():
    bad = rows(*[(1, 0.01, 1)] * 5, *[(1, 0.01, 0)] * 5)
    periods = after((FIRST, bad), (SECOND, rows((1, 0.9, 0))))
    assert periods[0].capital >= 20 > periods[1].capital
    assert fired_on(TERMS, periods) == date(2025, 1, 31)


loans = st.lists(st.tuples(st.floats(0.01, 1e9), st.floats(0, 0.99), st.integers(0, 1)), min_size=0, max_size=8)
terms = st.builds(
    Terms,
    st.just("c"),
    st.floats(0.001, 0.5),
    st.floats(0.1, 20),
    st.floats(0.01, 1e9),
    st.floats(1e-6, 1e12),
    st.sampled_from([1, 4, 12]),
)


@given(terms, loans, loans)
def test_capital_is_never_negative_nor_zero(terms: Terms, first: list, second: list):
    for period in after((FIRST, rows(*first)), (SECOND, rows(*second)), terms=terms):
        assert min(period.capitals) > 0


@given(terms, loans.filter(lambda drawn: any(not bad for *_, bad in drawn)))
def test_one_more_default_never_lowers_the_capital(terms: Terms, drawn: list):
    at = next(i for i, (*_, bad) in enumerate(drawn) if not bad)
    worse = [(*loan[:2], 1) if i == at else loan for i, loan in enumerate(drawn)]
    (better,), (found,) = (after((FIRST, rows(*r)), terms=terms) for r in (drawn, worse))
    assert all(b <= w for b, w in zip(better.capitals, found.capitals, strict=True))


@given(terms, st.floats(1e-9, 1e12))
def test_no_period_can_cost_more_than_the_stated_part_of_a_capital(terms: Terms, tolerated: float):
    used = stakes(terms, tolerated)
    assert all(stake <= bet for stake, bet in zip(used, terms.bets, strict=True))
    assert max(used) * tolerated <= MOST_LOST * (1 + 1e-7)


def highest(draw: np.random.Generator, ratio: float, shock: float, months: int = 60) -> float:
    """Highest capital of a book of 400 loans watched by the month, its hazards `ratio` times those predicted.

    `shock` is the s.d. of a common factor of mean 1 on the hazards of all loans of a month: they default together.
    """
    exposure = np.exp(draw.normal(0, 1, 400)).clip(max=20)
    hazard = draw.uniform(0.0005, 0.004, 400)
    factor = 1.5
    terms = Terms("c", 0.05, factor, 20.0, planned_variance(exposure, hazard, np.ones(400), factor), 12)
    used = stakes(terms, float(factor * exposure @ hazard))
    common = draw.gamma(1 / shock**2, shock**2, months) if shock else np.ones(months)
    bad = draw.random((months, 400)) < hazard * factor * ratio * common[:, None]
    capitals, top = START, 1.0
    for gain in (bad - factor * hazard) @ exposure:
        capitals = settled(capitals, used, float(gain))
        top = max(top, float(np.mean(capitals)))
    return top


@pytest.mark.parametrize("shock", [0.0, 1.0])
def test_false_alarms_stay_below_alpha_though_loans_of_a_month_default_together(shock: float):
    draw = np.random.default_rng(11)
    rate = float(np.mean([highest(draw, 1.0, shock) >= 20 for _ in range(1500)]))
    assert rate <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / 1500)
    assert rate > 0


def test_a_book_twice_as_bad_as_tolerated_is_found_and_one_as_predicted_is_not():
    draw = np.random.default_rng(12)
    assert np.mean([highest(draw, 2.0, 0.0) >= 20 for _ in range(200)]) > 0.9
    assert np.mean([highest(draw, 1 / 1.5, 0.0) >= 20 for _ in range(200)]) < 0.02


def test_a_period_is_fed_once_and_in_order():
    before = after((FIRST, rows((1, 0.1, 0))), (SECOND, rows((1, 0.1, 0))))
    with pytest.raises(AlarmError, match="2025-01-01 to 2025-01-31 was fed before; a period counts once"):
        fed(TERMS, before, *FIRST, rows((1, 0.1, 0)))
    with pytest.raises(AlarmError, match="wanted the period that follows 2025-02-28; got 2025-04-01"):
        fed(TERMS, before, date(2025, 4, 1), date(2025, 4, 30), rows((1, 0.1, 0)))
    with pytest.raises(AlarmError, match="last day is not before its first"):
        fed(TERMS, (), date(2025, 4, 30), date(2025, 4, 1), rows((1, 0.1, 0)))


@pytest.mark.parametrize(
    ("loan", "wanted"),
    [
        ((0.0, 0.1, 0), "an exposure above 0"),
        ((np.inf, 0.1, 0), "an exposure above 0"),
        ((np.nan, 0.1, 0), "an exposure above 0"),
        ((1.0, 1.0, 0), "a hazard from 0 to below 1"),
        ((1.0, np.nan, 0), "a hazard from 0 to below 1"),
        ((1.0, 0.1, 2), "a default that is yes or no"),
    ],
)
def test_a_loan_that_cannot_be_true_is_refused(loan: tuple, wanted: str):
    with pytest.raises(AlarmError, match=f"wanted {wanted} of every loan"):
        fed(TERMS, (), *FIRST, rows((1, 0.1, 0), loan))


def test_a_loan_twice_is_refused():
    with pytest.raises(AlarmError, match="a0 is there twice"):
        fed(TERMS, (), *FIRST, pd.concat([rows((1, 0.1, 0))] * 2))


@pytest.mark.parametrize("change", [{"alpha": 0.0}, {"tolerance_factor": 0.0}, {"variance": np.inf}])
def test_terms_no_bet_can_be_made_from_are_refused(change: dict):
    with pytest.raises(AlarmError, match="wanted a false-alarm probability between 0 and 1"):
        replace(TERMS, **change)


def test_a_fingerprint_heeds_every_value_and_no_order():
    known = rows((1, 0.1, 0), (2, 0.2, 1))
    assert fingerprint(known) == fingerprint(known.iloc[::-1])
    for column, value in (("exposure", 1.5), ("hazard", 0.11), ("defaulted", 1), ("application_id", "b")):
        assert fingerprint(known.astype({"defaulted": int}).assign(**{column: value})) != fingerprint(known)


def test_there_are_as_many_capitals_as_bets():
    assert len(START) == len(MULTIPLES) == len(TERMS.bets)
