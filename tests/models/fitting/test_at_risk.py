from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fitting.booster import Shape
from models.fitting.folds import fit_with_folds
from models.fitting.horizon import horizon_pds
from models.fitting.loans import Loans, at_risk
from models.fitting.rows import rows_at_risk
from tests.parameters import SMALL

PARAMS = replace(SMALL, period_months=6, periods=4, num_iterations=80)


def book(observed: list[float], default: list[float], defaulted: list[float] | None = None) -> Loans:
    n = len(observed)
    outcome = np.array(defaulted) if defaulted is not None else np.where(np.isnan(default), 0.0, 1.0)
    days = np.array(["2020-01-01"] * n, dtype="datetime64[us]")
    ids = np.array([f"e{i}" for i in range(n)], dtype=object)
    return Loans(
        pd.DataFrame({"x": np.zeros(n)}), outcome, np.ones(n), ids, days, np.array(observed), np.array(default)
    )


def drawn(data: Loans, months: int, periods: int) -> list[tuple[int, int, int]]:
    found = at_risk(data, months, periods)
    return [(int(a), int(b), int(c)) for a, b, c in zip(found.loan, found.period, found.defaulted, strict=True)]


def test_a_loan_is_at_risk_in_every_ended_half_year_until_it_defaults() -> None:
    none = float("nan")
    data = book([24, 24, 13, 5, 30], [none, 7.5, none, none, 0.2])
    assert drawn(data, 6, 4) == [
        (0, 0, 0),
        (0, 1, 0),
        (0, 2, 0),
        (0, 3, 0),
        (1, 0, 0),
        (1, 1, 1),
        (2, 0, 0),
        (2, 1, 0),
        (4, 0, 1),
    ]


def test_a_default_in_a_period_still_running_does_not_count_yet() -> None:
    assert drawn(book([8], [7.0]), 6, 4) == [(0, 0, 0)]


def test_one_period_as_long_as_the_window_is_one_row_per_matured_loan() -> None:
    data = book([12, 12, 9], [float("nan"), 3.0, 2.0])
    assert drawn(data, 12, 1) == [(0, 0, 0), (1, 0, 1)]


def test_an_undated_default_counts_in_the_last_period_of_its_window() -> None:
    data = book([12], [float("nan")], [1.0])
    assert drawn(data, 12, 1) == [(0, 0, 1)]
    assert drawn(data, 6, 2) == [(0, 0, 0), (0, 1, 1)]


def test_an_undated_default_that_may_have_come_after_the_periods_is_left_out() -> None:
    data = book([24, 24], [float("nan"), float("nan")], [1.0, 0.0])
    assert drawn(data, 6, 2) == [(1, 0, 0), (1, 1, 0)]


def test_without_a_day_of_default_no_default_is_lost() -> None:
    data, _ = simulated(500)
    matured = data.where(~np.isnan(data.defaulted))
    undated = replace(matured, default_month=np.full(len(matured), np.nan))
    assert matured.defaulted.sum() > 0
    assert at_risk(undated, 6, 4).defaulted.sum() == at_risk(matured, 6, 4).defaulted.sum() == matured.defaulted.sum()


@given(st.lists(st.tuples(st.floats(0, 60), st.one_of(st.none(), st.floats(0, 60))), min_size=1, max_size=20))
def test_no_loan_has_more_than_one_default_nor_a_row_after_it(loans: list[tuple[float, float | None]]) -> None:
    data = book([o for o, _ in loans], [float("nan") if d is None else d for _, d in loans])
    found = pd.DataFrame(at_risk(data, 6, 5).__dict__)
    for _, rows in found.groupby("loan"):
        assert rows["defaulted"].sum() <= 1
        assert rows["defaulted"].iloc[:-1].sum() == 0
        assert rows["period"].tolist() == list(range(len(rows)))


def simulated(loans: int = 6000) -> tuple[Loans, np.ndarray]:
    """Hazard a half-year: log-odds -4 + x + (0, 0.6, 1.0, 0.4) by period; loans of the last year are open-window."""
    draw = np.random.default_rng(2)
    x = draw.normal(size=loans)
    default = np.full(loans, np.nan)
    for period, g in enumerate((0.0, 0.6, 1.0, 0.4)):
        hit = np.isnan(default) & (draw.random(loans) < 1 / (1 + np.exp(4 - x - g)))
        default[hit] = 6 * period + 3.0
    observed = draw.choice([24.0, 12.0], loans)
    default[default > observed] = np.nan
    base = book([24.0] * loans, [float("nan")] * loans)
    days = np.datetime64("2018-01-01", "us") + np.sort(draw.integers(0, 1000, loans)).astype("timedelta64[D]")
    defaulted = np.where(observed < 24, np.nan, (~np.isnan(default)).astype(float))
    return Loans(pd.DataFrame({"x": x}), defaulted, np.ones(loans), base.enterprise, days, observed, default), x


def test_the_baseline_and_the_score_of_a_proportional_hazard_are_recovered() -> None:
    data, x = simulated()
    fitted = fit_with_folds(data, Shape({}), PARAMS, "pooled model")
    assert fitted.booster.baseline(4) == pytest.approx([0.0, 0.6, 1.0, 0.4], abs=0.3)
    assert np.corrcoef(fitted.booster.raw_score(data.features), x)[0, 1] > 0.9
    assert fitted.booster.features == ("x",)


def test_feature_and_period_are_additive_and_contributions_exact() -> None:
    data, _ = simulated(2000)
    booster = fit_with_folds(data, Shape({}), PARAMS, "pooled model").booster
    values = booster.contributions(data.features)
    assert values.shape == (2000, 2)
    assert np.abs(values.sum(axis=1) - booster.raw_score(data.features)).max() < 1e-9


def test_loans_with_an_open_window_add_rows() -> None:
    data, _ = simulated(500)
    matured = data.where(~np.isnan(data.defaulted))
    assert len(rows_at_risk(data, PARAMS).defaulted) > len(rows_at_risk(matured, PARAMS).defaulted)


def test_the_pd_of_the_window_is_the_calibrated_one_and_horizons_rise() -> None:
    hazards = np.array([[-4.0, -3.5, -3.0, -3.2], [-6.0, -5.5, -5.0, -5.2]])
    found = horizon_pds(hazards, np.array([0.10, 0.02]), window_periods=2)
    assert found[:, 1] == pytest.approx([0.10, 0.02])
    assert (np.diff(found, axis=1) > 0).all()
