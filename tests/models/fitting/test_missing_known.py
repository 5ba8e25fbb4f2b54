"""Models fitted with blanked tables know a missing value; a model that would read it as 0 is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.fitting.acceptance import fit_acceptance
from models.fitting.audit import require_missing_known
from models.fitting.blend import alone
from models.fitting.booster import Shape
from models.fitting.calibration import line
from models.fitting.folds import fit_with_folds
from models.fitting.loans import Loans, loans
from models.fitting.rows import rows_at_risk, rows_to_fit
from models.fitting.stage_model import ModelError, StageModel
from models.fitting.trees import trees
from tests.parameters import SMALL

TAUGHT = replace(SMALL, blanked_weight=0.3)
NAMES = ["staff_count", "leverage"]


@pytest.fixture(scope="module")
def table(loan_book: pd.DataFrame) -> pd.DataFrame:
    """The book with its first driver under the name of a feature of the statements; it is never missing."""
    return loan_book.assign(leverage=loan_book["loan_amount"])


@pytest.fixture(scope="module")
def blanked(table: pd.DataFrame) -> pd.DataFrame:
    """The same features, leverage blanked in a third of the rows."""
    gone = np.random.default_rng(3).random(len(table)) < 1 / 3
    also = np.random.default_rng(4).random(len(table)) < 1 / 3
    return table[NAMES].assign(leverage=table["leverage"].mask(gone), staff_count=table["staff_count"].mask(also))


def model(known: Loans, params=TAUGHT) -> StageModel:
    return StageModel("growth", fit_with_folds(known, Shape({}), params, "test").booster, 1.0, line(0.0, 1.0), (), {})


def test_each_loan_with_a_blanked_table_is_fitted_a_second_time_with_less_weight(
    table: pd.DataFrame, blanked: pd.DataFrame
) -> None:
    known = loans(table, NAMES, blanked)
    once, twice = rows_at_risk(known, TAUGHT), rows_to_fit(known, TAUGHT)
    touched = np.flatnonzero(blanked.isna().any(axis=1))
    assert twice.copied.tolist() == touched.tolist()
    assert len(twice.defaulted) == len(once.defaulted) + len(touched)
    assert twice.weight[len(once.weight) :].tolist() == (0.3 * once.weight[touched]).tolist()
    assert (twice.defaulted == once.defaulted[twice.origin]).all()
    again = twice.features.iloc[len(once.weight) :].reset_index(drop=True)
    pd.testing.assert_frame_equal(again, blanked.iloc[touched].reset_index(drop=True))
    assert len(rows_to_fit(known, replace(TAUGHT, blanked_weight=0.0)).defaulted) == len(once.defaulted)


def test_copies_go_with_their_loans(table: pd.DataFrame, blanked: pd.DataFrame) -> None:
    some = loans(table, NAMES, blanked).where(table["stage"].to_numpy() == "growth")
    assert some.blanked is not None
    expected = blanked[table["stage"] == "growth"].reset_index(drop=True)
    pd.testing.assert_frame_equal(some.blanked, expected)


def test_a_missing_driver_gives_about_the_mean_risk_and_not_that_of_zero(
    table: pd.DataFrame, blanked: pd.DataFrame
) -> None:
    shifted = table.assign(leverage=table["leverage"] + 5)  # 0 is then far below every value: the lowest risk
    gone = shifted.assign(leverage=np.nan)
    rate = table["defaulted"].mean()
    taught = model(loans(shifted, NAMES, blanked.assign(leverage=blanked["leverage"] + 5)))
    untaught = model(loans(shifted, NAMES), replace(TAUGHT, members=("interacting",)))
    assert taught.probability(gone).mean() == pytest.approx(rate, rel=0.2)
    assert untaught.probability(gone).mean() < 0.5 * rate
    zero = shifted.assign(leverage=0.0)
    np.testing.assert_allclose(untaught.probability(gone), untaught.probability(zero))


def test_a_model_that_reads_a_missing_value_as_zero_is_refused(table: pd.DataFrame, blanked: pd.DataFrame) -> None:
    require_missing_known(model(loans(table, NAMES, blanked)))
    with pytest.raises(ModelError, match=r"stage growth: wanted trees that know a missing value; \d+ splits on 2 feat"):
        require_missing_known(model(loans(table, NAMES)))


def test_a_feature_of_a_required_column_is_exempt(table: pd.DataFrame) -> None:
    fitted = model(loans(table, ["loan_amount"]))
    require_missing_known(fitted)
    assert not all(tree.knows_missing.all() for m in fitted.blend.members for tree in trees(m.booster.text))


def test_periods_are_no_feature_that_may_be_missing(table: pd.DataFrame, blanked: pd.DataFrame) -> None:
    halves = replace(TAUGHT, period_months=6, periods=2)
    dated = table.assign(default_month=np.where(table["defaulted"] == 1, 3.0, np.nan))
    fitted = model(loans(dated, NAMES, blanked), halves)
    require_missing_known(fitted)
    assert fitted.features == tuple(NAMES)


def test_the_acceptance_model_is_taught_the_same(table: pd.DataFrame, blanked: pd.DataFrame) -> None:
    accepted = (table["leverage"] < 0.5).astype(float).to_numpy()
    found = fit_acceptance(table[NAMES], accepted, 0.5, TAUGHT, blanked)
    assert found.booster is not None
    assert all(tree.knows_missing.all() for tree in trees(found.booster.text))
    assert alone("x", found.booster).raw_score(table.assign(leverage=np.nan)).std() < 1.0
