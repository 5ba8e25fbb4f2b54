"""The fallback of a stage with few defaults: bounds by class of pooled score, one exact explanation, told as such."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logit

from models.errors import ModelError
from models.fitting.audit import audit
from models.fitting.booster import Shape
from models.fitting.calibration import CalibrationError
from models.fitting.fallback import Counted, bounded, falls_back
from models.fitting.fit import Part, fit_stage, pooled_line
from models.fitting.folds import Fitted, fit_with_folds
from models.fitting.loans import Loans, loans
from models.fitting.stage_model import StageModel, open_model
from models.fitting.upper_bounds import upper_bound
from policy.errors import MendableError
from tests.parameters import SMALL

PARAMS = replace(SMALL, fallback="upper_bounds", fallback_classes=2, fallback_confidence=0.75, fallback_rho=0.0)
NAMES = ["loan_amount", "staff_count"]
RISING = Shape({"loan_amount": 1, "staff_count": 1})
FACTS = {"catalogue": "c", "data": "d", "split": "s"}
FEW = 10


def counted(score: list[float], defaulted: list[int]) -> Counted:
    return Counted(np.array(score), np.array(defaulted, dtype=float), np.ones(len(score)))


def test_two_classes_have_the_bounds_of_all_loans_and_of_the_worse_half() -> None:
    """Scores 0 to 7 with defaults at 3 and 7: 2 of 8 in all, 1 of 4 in the worse half; between them a straight line."""
    curve, classes = bounded(counted([0, 1, 2, 3, 4, 5, 6, 7], [0, 0, 0, 1, 0, 0, 0, 1]), PARAMS, "growth")
    best, worst = upper_bound(2, 8, 0.75), upper_bound(1, 4, 0.75)
    assert [(c.from_score, c.loans, c.defaults) for c in classes] == [(0.0, 4, 1), (4.0, 4, 1)]
    assert [c.pd for c in classes] == pytest.approx([best, worst], rel=1e-6)
    low, high = logit(best), logit(worst)
    expected = [low - 0.002, low, (low + high) / 2, high, high + (high - low) * 5 / 4]
    assert curve(np.array([-2.0, 0.0, 2.0, 4.0, 9.0])) == pytest.approx(expected, abs=1e-6)


def test_loans_that_share_a_score_are_in_one_class() -> None:
    _, classes = bounded(counted([1.0] * 6, [0, 0, 0, 0, 0, 1]), replace(PARAMS, fallback_classes=5), "growth")
    assert [(c.loans, c.defaults) for c in classes] == [(6, 1)]


def test_a_score_the_last_bit_below_the_edge_of_its_class_leaves_no_class_empty() -> None:
    _, classes = bounded(counted([-1.0, float(np.nextafter(-0.009, -1))], [0, 0]), PARAMS, "growth")
    assert [c.loans for c in classes] == [2]


def test_a_class_whose_loans_all_defaulted_keeps_finite_log_odds() -> None:
    curve, classes = bounded(counted([0, 0, 1, 1], [0, 0, 1, 1]), PARAMS, "growth")
    assert classes[1].pd == 1.0
    assert curve(np.array([1.0])) == pytest.approx(logit(0.9999), rel=1e-6)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(-8, 8), st.booleans()), min_size=1, max_size=80), st.integers(1, 8))
def test_no_loan_has_a_pd_below_the_bound_of_its_class_and_the_curve_rises(
    found: list[tuple[float, bool]], number: int
) -> None:
    known = counted([score for score, _ in found], [int(bad) for _, bad in found])
    curve, classes = bounded(known, replace(PARAMS, fallback_classes=number), "growth")
    assert (np.diff(curve.score) > 0).all()
    assert (np.diff(curve.logit) > 0).all()
    assert sum(c.loans for c in classes) == len(found)
    assert sum(c.defaults for c in classes) == known.defaulted.sum()
    at = np.searchsorted([c.from_score for c in classes], known.score, side="right") - 1
    least = logit(np.minimum([c.pd for c in classes], 0.9999))[np.maximum(at, 0)]
    assert (curve(known.score) >= least - 1e-6).all()


def test_weights_that_differ_are_refused() -> None:
    known = replace(counted([0, 1], [0, 1]), weight=np.array([1.0, 2.0]))
    with pytest.raises(ModelError, match="stage growth: the fallback counts loans and wanted equal weights; got weigh"):
        bounded(known, PARAMS, "growth")


def test_a_fallback_without_a_known_outcome_is_refused() -> None:
    with pytest.raises(ModelError, match="stage growth: the fallback wanted loans with a known outcome; there is none"):
        bounded(counted([], []), PARAMS, "growth")


def test_only_a_stage_below_the_number_falls_back_and_only_where_it_is_asked_for() -> None:
    assert [falls_back(defaults, PARAMS) for defaults in (0, 29, 30)] == [True, True, False]
    assert not falls_back(0, SMALL)


def test_a_fallback_that_does_not_exist_is_refused() -> None:
    with pytest.raises(MendableError, match="train: fallback must be one of none, upper_bounds; got 'guess'"):
        replace(SMALL, fallback="guess")


def test_a_fallback_that_begins_below_the_refusal_is_refused() -> None:
    with pytest.raises(MendableError, match=r"fallback_defaults must be at least pooled_defaults \(30\).*; got 20"):
        replace(PARAMS, fallback_defaults=20)
    assert replace(SMALL, fallback_defaults=20).fallback == "none"


@pytest.fixture(scope="module")
def table(loan_book: pd.DataFrame) -> pd.DataFrame:
    """The loan book with all but some defaulted loans of the stage `startup` left out."""
    defaulted = loan_book.index[(loan_book["stage"] == "startup") & (loan_book["defaulted"] == 1)]
    return loan_book.drop(index=defaulted[FEW:]).assign(weight=1.0).reset_index(drop=True)


@pytest.fixture(scope="module")
def pooled(table: pd.DataFrame) -> Fitted:
    return fit_with_folds(loans(table, NAMES), RISING, SMALL, "pooled model")


def fitted(table: pd.DataFrame, pooled: Fitted, stage: str, params: object = PARAMS) -> StageModel:
    rows = (table["stage"] == stage).to_numpy()
    known = loans(table, NAMES)
    part = Part(known.where(rows), table[rows].reset_index(drop=True))
    none_later = Part(part.loans.where(np.zeros(len(part.loans), dtype=bool)), part.table[:0])
    later = none_later if stage == "startup" else part
    return fit_stage(stage, part, later, pooled.where(rows), RISING, params, FACTS)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def model(table: pd.DataFrame, pooled: Fitted) -> StageModel:
    return fitted(table, pooled, "startup")


def test_the_model_tells_that_it_is_a_fallback_and_from_what(model: StageModel, table: pd.DataFrame) -> None:
    told = model.facts["fallback"]
    known = table[(table["stage"] == "startup") & table["defaulted"].notna()]
    assert (told["method"], told["below"], told["confidence"], told["rho"]) == ("upper_bounds", 30, 0.75, 0.0)
    assert sum(c["loans"] for c in told["classes"]) == len(known)
    assert sum(c["defaults"] for c in told["classes"]) == FEW
    assert (model.share, model.group_effects, model.facts["own_members"]) == (0.0, (), None)


def test_a_stage_with_defaults_enough_is_fitted_as_without_the_choice(table: pd.DataFrame, pooled: Fitted) -> None:
    assert fitted(table, pooled, "growth") == fitted(table, pooled, "growth", SMALL)
    assert "fallback" not in fitted(table, pooled, "growth").facts


def test_pds_are_above_the_default_rate_and_rise_with_the_pooled_score(model: StageModel, table: pd.DataFrame) -> None:
    mine = table[table["stage"] == "startup"]
    score, pds = model.score(mine), model.probability(mine)
    assert pds.min() > mine["defaulted"].mean()
    assert (np.diff(pds[np.argsort(score, kind="stable")]) >= 0).all()


def test_contributions_add_up_and_directions_are_kept(model: StageModel, table: pd.DataFrame) -> None:
    mine = table[table["stage"] == "startup"].head(100)
    parts = model.contributions(mine)
    assert parts.sum(axis=1).to_numpy() == pytest.approx(model.logit(mine), abs=1e-9)
    assert audit(model, mine, RISING.directions) == []


def test_a_saved_fallback_opens_with_the_same_pds_and_facts(
    model: StageModel, table: pd.DataFrame, tmp_path: Path
) -> None:
    model.save(tmp_path)
    opened = open_model(tmp_path)
    assert opened.facts["fallback"] == model.facts["fallback"]
    assert (opened.probability(table) == model.probability(table)).all()


def test_calibration_loans_of_one_outcome_give_no_line_with_a_fallback_and_an_error_without(
    table: pd.DataFrame, pooled: Fitted
) -> None:
    known = loans(table, NAMES)
    good: Loans = known.where(known.defaulted == 0)
    assert pooled_line(pooled.booster, good, PARAMS) is None
    with pytest.raises(CalibrationError, match="calibration wanted loans with and without default; got 0 defaults"):
        pooled_line(pooled.booster, good, SMALL)
