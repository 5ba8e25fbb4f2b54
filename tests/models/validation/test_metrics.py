import numpy as np
import pandas as pd
import pytest

from models.challengers.plain import plain_scores
from models.fitting.loans import loans
from models.validation.metrics import roc_points, validation_metrics


def test_true_pds_pass_and_doubled_ones_show_in_level_not_in_order(loan_book: pd.DataFrame) -> None:
    right = validation_metrics(loan_book.assign(pd=loan_book["pd_true"]), 10)
    double = validation_metrics(loan_book.assign(pd=1.6 * loan_book["pd_true"] / (1 + 0.6 * loan_book["pd_true"])), 10)
    assert right is not None
    assert double is not None
    assert right["auc"] == pytest.approx(double["auc"])
    assert right["cox_slope"] == pytest.approx(1, abs=0.25)
    assert right["ece"] < 0.02 < double["ece"]
    assert right["log_loss"] < double["log_loss"]
    assert right["jeffreys_p"] > 0.01


def test_one_outcome_only_gives_no_figures(loan_book: pd.DataFrame) -> None:
    assert validation_metrics(loan_book[loan_book["defaulted"] == 0].assign(pd=0.1), 10) is None


def test_the_default_rate_by_amount_weighs_exposures() -> None:
    rows = pd.DataFrame({"defaulted": [1.0, 0.0], "pd": [0.5, 0.4], "weight": [1.0, 2.0], "exposure": [30.0, 5.0]})
    found = validation_metrics(rows, 1)
    assert found is not None
    assert found["default_rate_by_amount"] == pytest.approx(30 / 40)
    assert found["default_rate"] == pytest.approx(1 / 3)


def test_the_curve_runs_from_zero_to_one(loan_book: pd.DataFrame) -> None:
    points = roc_points(loan_book.assign(pd=loan_book["pd_true"]), most=50)
    assert len(points) <= 52
    assert points.iloc[0].tolist() == [0.0, 0.0]
    assert points.iloc[-1].tolist() == [1.0, 1.0]
    assert (np.diff(points["true_positive_rate"]) >= 0).all()


def test_the_plain_challenger_ranks_the_book(loan_book: pd.DataFrame) -> None:
    names = ["loan_amount", "staff_count"]
    found = plain_scores(loans(loan_book, names), loan_book[names], seed=1, threads=2)
    assert np.corrcoef(found, loan_book["pd_true"])[0, 1] > 0.5
