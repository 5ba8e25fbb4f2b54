"""The linear part: a ridge logistic on bins, beside scikit-learn, with directions and missing values."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from models.fitting.booster import Rows
from models.fitting.linear import BINS, Observed, as_steps, binned, fit_ridge, score_of

NAMES = ["x", "y", "z"]
FREE = np.zeros(3)


def rows(seed: int = 0, loans: int = 2000) -> Rows:
    draw = np.random.default_rng(seed)
    values = pd.DataFrame(draw.normal(size=(loans, 3)), columns=NAMES)
    risk = 1 / (1 + np.exp(2 - 1.5 * values["x"] + 0.8 * values["y"]))
    gone = draw.random(loans) < 0.1
    values.loc[gone, ["y", "z"]] = np.nan
    return Rows(values, None, (draw.random(loans) < risk).astype(float), np.ones(loans))


def seen(known: Rows) -> Observed:
    count = len(known.weight)
    period = np.zeros(count, dtype=int) if known.period is None else known.period
    return Observed(np.arange(count), period, known.defaulted, known.weight)


def test_the_coefficients_are_those_of_scikit_learn() -> None:
    known = rows()
    data = binned(known, np.arange(2000))
    found = fit_ridge(data, seen(known), 1, FREE, 50.0)
    # scikit-learn's C is the inverse of the ridge; both leave the intercept alone.
    theirs = LogisticRegression(C=1 / 50.0, tol=1e-10, max_iter=1000).fit(data.columns, known.defaulted)
    assert found.of == pytest.approx(theirs.coef_[0], abs=1e-5)
    assert found.period[0] == pytest.approx(theirs.intercept_[0], abs=1e-4)


def test_features_missing_together_are_one_column_that_stands_for_two() -> None:
    data = binned(rows(), np.arange(2000))
    assert data.missing_of.tolist() == [-1, 0, 0]
    assert data.columns.shape == (2000, 4)
    assert set(np.unique(data.columns[:, 3])) == {0.0, np.sqrt(2)}


def test_no_coefficient_is_against_its_direction_and_free_ones_are_at_their_best() -> None:
    known = rows()
    data = binned(known, np.arange(2000))
    found = fit_ridge(data, seen(known), 1, np.array([-1.0, -1.0, 0.0]), 10.0)
    assert found.of[0] == 0.0
    assert found.of[1] < 0
    rest = np.delete(data.columns, 0, axis=1)
    theirs = LogisticRegression(C=0.1, tol=1e-10, max_iter=1000).fit(rest, known.defaulted)
    assert found.of[1:] == pytest.approx(theirs.coef_[0], abs=1e-5)


def test_step_functions_say_what_the_coefficients_say() -> None:
    known = rows()
    data = binned(known, np.arange(2000))
    found = fit_ridge(data, seen(known), 1, FREE, 10.0)
    steps = as_steps(NAMES, data, found, np.arange(2000))
    values = known.features.to_numpy()
    assert steps.raw_score(values) == pytest.approx(score_of(data, found, np.arange(2000)))
    assert steps.contributions(values)[:, :3].mean(axis=0) == pytest.approx(np.zeros(3), abs=1e-12)
    assert max(len(f.values) for f in steps.functions.values()) <= BINS
    assert steps.functions["x"].missing is None
    assert (np.diff(steps.functions["x"].values) >= 0).all()


def test_periods_have_their_own_level() -> None:
    draw = np.random.default_rng(4)
    known = rows()
    period = np.arange(2000) % 2
    rate = np.where(period == 0, 0.05, 0.3)
    data = binned(known, np.arange(2000))
    late = Observed(np.arange(2000), period, (draw.random(2000) < rate).astype(float), np.ones(2000))
    found = fit_ridge(data, late, 2, FREE, 1e6)
    for number in (0, 1):
        own = late.defaulted[period == number].mean()
        assert found.period[number] == pytest.approx(np.log(own / (1 - own)), abs=1e-3)


def test_a_loan_in_two_periods_counts_as_two_rows() -> None:
    known = rows(loans=300)
    twice = Rows(pd.concat([known.features] * 2), None, np.tile(known.defaulted, 2), np.ones(600))
    data = binned(known, np.arange(300))
    shared = Observed(np.tile(np.arange(300), 2), np.zeros(600, dtype=int), twice.defaulted, twice.weight)
    alone = fit_ridge(data, shared, 1, FREE, 10.0)
    doubled = replace(data, columns=np.vstack([data.columns, data.columns]))
    apart = fit_ridge(doubled, seen(twice), 1, FREE, 10.0)
    assert alone.of == pytest.approx(apart.of, abs=1e-6)


def test_a_feature_without_a_known_value_says_nothing() -> None:
    known = rows(loans=300)
    empty = Rows(known.features.assign(z=np.nan), None, known.defaulted, known.weight)
    data = binned(empty, np.arange(300))
    found = fit_ridge(data, seen(empty), 1, FREE, 10.0)
    steps = as_steps(NAMES, data, found, np.arange(300))
    assert np.isfinite(steps.raw_score(empty.features.to_numpy())).all()
