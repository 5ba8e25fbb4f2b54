"""The stability index of months, and the limits that go with the sample size."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from models.monitoring.looks import MonitorError
from models.monitoring.population import index, index_limit, lower_share_limit, reference, share_limit
from models.validation.stability import psi

DRAW = np.random.default_rng(5)


def months(values: pd.Series) -> pd.Series:
    return pd.Series(np.arange(len(values)) % 12 + 1, index=values.index)


def test_the_index_is_that_of_the_validation_with_missing_values_in_a_bin_of_their_own():
    before = pd.Series(DRAW.normal(size=3000)).where(DRAW.random(3000) > 0.1)
    after = pd.Series(DRAW.normal(0.4, 1, size=500)).where(DRAW.random(500) > 0.2)
    bins = reference(before, months(before))
    found, shown = index(bins.held(range(1, 13), 200), bins.counts(after))
    assert found == pytest.approx(psi(before, after).value, rel=1e-12)
    assert shown == 11


def test_categories_that_development_did_not_have_count_with_the_missing_ones():
    before = pd.Series(["a"] * 60 + ["b"] * 40)
    bins = reference(before, months(before))
    counts = bins.counts(pd.Series(["a", "c", None]))
    assert counts.tolist() == [1, 0, 2]
    # Shares .6, .4 and half a loan of 100 before; 1/3, half a loan of 3 and 2/3 after.
    e, a = np.array([0.6, 0.4, 0.005]), np.array([1 / 3, 0.5 / 3, 2 / 3])
    assert index(bins.held((1,), 200), counts)[0] == pytest.approx(((a - e) * np.log(a / e)).sum())


def test_a_month_is_compared_with_the_same_calendar_months_where_they_hold_enough():
    before = pd.Series([1.0] * 300 + [2.0] * 300)
    calendar = pd.Series([1] * 300 + [7] * 300)
    bins = reference(before, calendar)
    assert bins.held((1,), 200).tolist() == [300, 0, 0]
    assert bins.held((1,), 301).tolist() == [300, 300, 0]
    assert bins.held((3,), 200).tolist() == [300, 300, 0]


@pytest.mark.parametrize("size", [200, 2000])
def test_the_limit_is_exceeded_as_rarely_as_stated_when_the_true_index_is_the_tolerated_one(size: int):
    # Ten bins; two of them trade t for a true index of 2 t ln((.1 + t) / (.1 - t)) = .1
    t = 0.0646
    true = np.full(10, 0.1) + t * np.array([1, -1] + [0] * 8)
    e = np.full(10, 0.1)
    assert ((true - e) * np.log(true / e)).sum() == pytest.approx(0.1, abs=0.002)
    before, after = DRAW.multinomial(5000, e, 4000), DRAW.multinomial(size, true, 4000)
    found = np.array([index(b.astype(float), a.astype(float))[0] for b, a in zip(before, after, strict=True)])
    limit = index_limit(5000, size, 10, 0.1, 0.02)
    assert (found > limit).mean() < 0.035
    assert limit > 0.1


def test_without_a_tolerated_index_the_limit_is_that_of_chance():
    assert index_limit(100, 100, 10, 0.0, 0.05) == pytest.approx(0.3384, abs=1e-4)
    assert index_limit(100, 100, 1, 0.1, 0.05) == 0.0


def test_a_share_at_its_limit_is_no_excess_and_the_limit_is_exact():
    limit = share_limit(0.05, 300, 0.001)
    assert binom.sf(round(limit * 300), 300, 0.05) <= 0.001 < binom.sf(round(limit * 300) - 1, 300, 0.05)
    low = lower_share_limit(0.5, 300, 0.001)
    assert binom.cdf(round(low * 300) - 1, 300, 0.5) <= 0.001 < binom.cdf(round(low * 300), 300, 0.5)
    assert lower_share_limit(0.0, 300, 0.001) == 0.0


def test_a_sample_drawn_by_outcome_counts_with_its_weights_and_for_what_it_is_worth():
    before = pd.Series(["a"] * 50 + ["b"] * 50)
    weight = pd.Series([1.0] * 50 + [3.0] * 50)
    held = reference(before, months(before), weight).held((1,), 200)
    # Shares 1/4 and 3/4; (50 + 150)^2 / (50 + 450) loans.
    assert held[:2] / held.sum() == pytest.approx([0.25, 0.75])
    assert held.sum() == pytest.approx(80)


def test_without_values_of_development_nothing_is_compared():
    with pytest.raises(MonitorError, match="wanted values of development to compare with; pd has none"):
        reference(pd.Series([], dtype="float64", name="pd"), pd.Series([], dtype="int64"))
