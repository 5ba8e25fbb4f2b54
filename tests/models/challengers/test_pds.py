import sys
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit
from scipy.stats import spearmanr

from models.challengers.pds import CHALLENGERS, challenger_pds, independent_only, scorecard, stage_scorecards
from models.challengers.setting import Setting
from models.errors import ModelError
from models.fitting.booster import Shape
from models.fitting.loans import Loans, loans
from tests.parameters import SMALL

PARAMS = SMALL
NAMES = ["loan_amount", "staff_count"]
CAT = pytest.param("CatBoost", marks=pytest.mark.skipif(find_spec("catboost") is None, reason="an extra of its own"))
INSTALLED = [CAT if name == "CatBoost" else name for name in CHALLENGERS]


def setting(table: pd.DataFrame) -> Setting:
    return Setting(loans(table, NAMES), table["stage"].to_numpy(dtype="object"), Shape({}), PARAMS)


def pds(name: str, table: pd.DataFrame) -> np.ndarray:
    """PDs of the same loans, fitted on them and calibrated on them."""
    known = setting(table)
    return challenger_pds(CHALLENGERS[name], known, known.development, known.stage, table, known.stage)


@pytest.mark.parametrize("name", INSTALLED)
def test_each_challenger_recovers_the_order_of_the_true_pds_and_their_level(name: str, loan_book: pd.DataFrame) -> None:
    found = pds(name, loan_book)
    assert spearmanr(found, loan_book["pd_true"]).statistic > 0.7
    assert found.mean() == pytest.approx(loan_book["defaulted"].mean(), abs=0.005)


@pytest.mark.parametrize(
    "name", ["plain LightGBM", "pooled only", "scorecard", "EBM", "HistGradientBoosting", "ridge logistic", CAT]
)
def test_missing_values_get_a_pd_like_any_other(name: str, loan_book: pd.DataFrame) -> None:
    gone = np.arange(len(loan_book)) % 4 == 0
    holes = loan_book.assign(loan_amount=loan_book["loan_amount"].mask(gone))
    found = pds(name, holes)
    assert np.isfinite(found).all()
    assert spearmanr(found[gone], loan_book.loc[gone, "staff_count"]).statistic > 0.5


def test_missing_values_have_the_evidence_of_their_own_bin(loan_book: pd.DataFrame) -> None:
    # Half of the defaulted loans and few others hide their amount: hiding tells, by the log of the odds ratio.
    place, bad = np.arange(len(loan_book)), (loan_book["defaulted"] == 1).to_numpy()
    hidden = np.where(bad, place % 2 == 0, place % 50 == 0)
    told = loan_book.assign(loan_amount=np.where(hidden, np.nan, place % 5), staff_count=place % 7)
    score = scorecard(setting(told), told[NAMES], told["stage"].to_numpy())
    odds = bad[hidden].sum() / (~bad[hidden]).sum() / (bad[~hidden].sum() / (~bad[~hidden]).sum())
    assert score[hidden].mean() - score[~hidden].mean() == pytest.approx(np.log(odds), abs=0.4)


@pytest.mark.parametrize("name", ["pooled only", "scorecard", "HistGradientBoosting", "ridge logistic", CAT])
def test_a_loan_of_weight_two_counts_as_two_loans(name: str, loan_book: pd.DataFrame) -> None:
    # With defaulted loans three times as heavy the level is that of a book where they are three times as many.
    heavy = loan_book.assign(weight=np.where(loan_book["defaulted"] == 1, 3.0, 1.0))
    found = pds(name, heavy)
    expected = np.average(heavy["defaulted"], weights=heavy["weight"])
    assert np.average(found, weights=heavy["weight"]) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("name", ["scorecard", "EBM", "HistGradientBoosting", "plain LightGBM", "ridge logistic", CAT])
def test_weights_reach_the_fit_itself(name: str, loan_book: pd.DataFrame) -> None:
    # In half of the book amounts point the other way; weights decide which half counts.
    flipped = loan_book.assign(loan_amount=-loan_book["loan_amount"])
    both = pd.concat([loan_book, flipped], ignore_index=True)
    right = np.repeat([1.0, 0.01], len(loan_book))
    known = replace(setting(both), development=loans(both.assign(weight=right), NAMES))
    score = CHALLENGERS[name](known, loan_book[NAMES], loan_book["stage"].to_numpy())
    assert spearmanr(score, loan_book["loan_amount"]).statistic > 0.3


def test_the_loans_of_one_stage_decide_the_scores_of_that_stage_alone(loan_book: pd.DataFrame) -> None:
    mature = (loan_book["stage"] == "mature").to_numpy()
    flipped = loan_book.assign(loan_amount=loan_book["loan_amount"].where(~mature, -loan_book["loan_amount"]))
    for challenger in (independent_only, stage_scorecards):
        score = challenger(setting(flipped), flipped[NAMES], flipped["stage"].to_numpy())
        assert spearmanr(score[mature], flipped.loc[mature, "loan_amount"]).statistic < -0.4
        assert spearmanr(score[~mature], flipped.loc[~mature, "loan_amount"]).statistic > 0.4


@pytest.mark.parametrize("name", ["independent only", "scorecard per stage"])
def test_a_stage_that_cannot_be_fitted_has_no_pd(name: str, loan_book: pd.DataFrame) -> None:
    mature = loan_book["stage"] == "mature"
    clean = loan_book.assign(defaulted=loan_book["defaulted"].mask(mature, 0.0))
    found = pds(name, clean)
    assert np.isnan(found[mature]).all()
    assert np.isfinite(found[~mature]).all()


def test_a_loan_with_an_open_window_has_no_outcome_to_learn_from(loan_book: pd.DataFrame) -> None:
    open_window = np.arange(len(loan_book)) % 2 == 0
    waiting = loan_book.assign(defaulted=loan_book["defaulted"].mask(open_window))
    only = setting(loan_book[~open_window])
    stage = loan_book["stage"].to_numpy()
    np.testing.assert_array_equal(
        scorecard(setting(waiting), loan_book[NAMES], stage), scorecard(only, loan_book[NAMES], stage)
    )


def test_calibration_is_on_the_calibration_loans(loan_book: pd.DataFrame) -> None:
    known = setting(loan_book)
    often = loan_book.assign(weight=np.where(loan_book["defaulted"] == 1, 5.0, 1.0))
    calibration: Loans = loans(often, NAMES)
    found = challenger_pds(CHALLENGERS["scorecard"], known, calibration, known.stage, loan_book, known.stage)
    assert logit(found).mean() - logit(pds("scorecard", loan_book)).mean() == pytest.approx(np.log(5), abs=0.2)


@pytest.mark.parametrize(
    ("name", "package", "extra"),
    [
        ("scorecard", "optbinning", "challengers"),
        ("EBM", "interpret", "challengers"),
        ("CatBoost", "catboost", "catboost"),
    ],
)
def test_a_package_that_is_not_installed_is_named_with_the_way_to_get_it(
    name: str, package: str, extra: str, loan_book: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in [package, *(m for m in sys.modules if m.startswith(f"{package}."))]:
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=rf"{package}.*pip install 'techcredit\[{extra}\]'"):
        pds(name, loan_book)


def test_the_scorecard_prints_nothing(loan_book: pd.DataFrame, capfd: pytest.CaptureFixture[str]) -> None:
    pds("scorecard", loan_book)
    assert capfd.readouterr() == ("", "")


def test_development_loans_of_one_outcome_are_refused(loan_book: pd.DataFrame) -> None:
    with pytest.raises(
        ModelError, match=r"challengers wanted development loans with and without default; got outcomes \[0"
    ):
        pds("plain LightGBM", loan_book.assign(defaulted=0.0))


def test_calibration_loans_of_one_outcome_are_refused_with_their_stage(loan_book: pd.DataFrame) -> None:
    known = setting(loan_book)
    calibration = loans(loan_book.assign(defaulted=0.0), NAMES)
    with pytest.raises(ModelError, match="stage growth: calibration wanted loans with and without default"):
        challenger_pds(CHALLENGERS["scorecard"], known, calibration, known.stage, loan_book, known.stage)
