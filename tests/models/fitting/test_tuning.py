from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.errors import ModelError
from models.fitting.booster import Shape
from models.fitting.loans import Loans, loans
from models.fitting.tuning import forward_loss, known_on, windows
from tests.parameters import SMALL

PARAMS = SMALL
NAMES = ["loan_amount", "staff_count"]
DAY = np.datetime64("2020-01-01")


def three(default_month: list[float], defaulted: list[float]) -> Loans:
    """Loans decided 24 and 6 months before DAY and a month after, all observed for twelve months."""
    days = np.array(["2018-01-01", "2019-07-02", "2020-02-01"], dtype="datetime64[us]")
    return Loans(
        pd.DataFrame({"x": [0.0, 1.0, 2.0]}),
        np.array(defaulted),
        np.ones(3),
        np.array(["a", "b", "c"], dtype=object),
        days,
        np.full(3, 12.0),
        np.array(default_month),
    )


def test_only_what_had_passed_on_the_day_is_known() -> None:
    known = known_on(three([3.0, 8.0, 1.0], [1.0, 1.0, 1.0]), DAY)
    assert known.features["x"].tolist() == [0.0, 1.0]
    assert known.observed_months == pytest.approx([12.0, 6.0], abs=0.1)
    assert known.default_month[0] == 3.0
    assert np.isnan(known.default_month[1])
    assert known.defaulted[0] == 1.0
    assert np.isnan(known.defaulted[1])


def test_a_default_that_had_happened_is_known_before_its_window_closed() -> None:
    assert known_on(three([3.0, 4.0, 1.0], [1.0, 1.0, 1.0]), DAY).default_month.tolist() == [3.0, 4.0]


def test_an_undated_default_is_known_when_its_window_has_closed() -> None:
    known = known_on(three([np.nan] * 3, [1.0, 1.0, 0.0]), DAY)
    assert known.observed_months.tolist() == [12.0, 0.0]


def test_the_stretches_tested_are_the_latest_loans_in_order(loan_book: pd.DataFrame) -> None:
    found = windows(loans(loan_book, NAMES), PARAMS)
    assert [round(mask.mean(), 2) for _, mask in found] == [0.2, 0.2]
    assert not (found[0][1] & found[1][1]).any()
    assert loan_book["as_of"][found[0][1]].max() < loan_book["as_of"][found[1][1]].min() == found[1][0]


def test_parameters_that_learn_beat_parameters_that_cannot(loan_book: pd.DataFrame) -> None:
    data = loans(loan_book, NAMES)
    able = forward_loss(data, Shape({}), PARAMS)
    assert able < forward_loss(data, Shape({}), replace(PARAMS, min_data_in_leaf=2000))
    assert able == forward_loss(data, Shape({}), PARAMS)


def test_periods_are_tested_at_their_own_hazard(loan_book: pd.DataFrame) -> None:
    draw = np.random.default_rng(1)
    months = np.where(loan_book["defaulted"] == 1, draw.uniform(0, 12, len(loan_book)), np.nan)
    data = loans(loan_book.assign(default_month=months), NAMES)
    assert 0 < forward_loss(data, Shape({}), replace(PARAMS, period_months=6, periods=2)) < 0.5


def test_loans_without_a_default_to_test_on_are_refused(loan_book: pd.DataFrame) -> None:
    with pytest.raises(
        ModelError, match="wanted defaults in one of the last 2 stretches of time and before it; got none"
    ):
        forward_loss(loans(loan_book.assign(defaulted=0.0), NAMES), Shape({}), PARAMS)
