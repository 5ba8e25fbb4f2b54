from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from models.errors import ModelError
from models.fitting.booster import Rows, Shape, fit_booster
from models.fitting.fit import Part, fit_stage
from models.fitting.folds import Fitted, fit_with_folds
from models.fitting.loans import Loans, loans
from models.fitting.params import RANGES, BoosterParams, TrainParams
from models.fitting.rows import folds_of, rows_at_risk
from models.fitting.stage_model import StageModel, open_model
from tests.parameters import SMALL

PARAMS = SMALL
NAMES = ["loan_amount", "staff_count"]
FREE = Shape({})
FACTS = {"catalogue": "c", "data": "d", "split": "s"}


@pytest.fixture(scope="module")
def data(loan_book: pd.DataFrame) -> Loans:
    return loans(loan_book, NAMES)


@pytest.fixture(scope="module")
def pooled(data: Loans) -> Fitted:
    return fit_with_folds(data, FREE, PARAMS, "pooled model")


@pytest.fixture(scope="module")
def model(data: Loans, pooled: Fitted, loan_book: pd.DataFrame) -> StageModel:
    rows = (loan_book["stage"] == "growth").to_numpy()
    part = Part(data.where(rows), loan_book[rows].reset_index(drop=True))
    return fit_stage("growth", part, part, pooled.where(rows), FREE, PARAMS, FACTS)


def test_the_order_of_the_true_pds_is_recovered(model: StageModel, loan_book: pd.DataFrame) -> None:
    assert spearmanr(model.probability(loan_book), loan_book["pd_true"]).statistic > 0.85


def test_the_same_data_gives_the_same_text_on_one_and_two_threads(data: Loans) -> None:
    rows = rows_at_risk(data, PARAMS)
    one = fit_booster(rows, FREE, replace(PARAMS, num_threads=1), 20)
    two = fit_booster(rows, FREE, replace(PARAMS, num_threads=2), 20)
    assert one.text == two.text


def test_no_fold_splits_an_enterprise_and_every_fold_is_used() -> None:
    enterprise = np.repeat([f"e{i}" for i in range(200)], 3).astype(object)
    fold = folds_of(enterprise, 5)
    assert pd.DataFrame({"e": enterprise, "f": fold}).groupby("e")["f"].nunique().max() == 1
    assert set(fold) == {0, 1, 2, 3, 4}


def test_a_documented_direction_is_kept_with_missing_values(data: Loans) -> None:
    features = data.features.copy()
    features.loc[::7, "loan_amount"] = np.nan
    rows = Rows(features, None, data.defaulted, data.weight)
    fitted = fit_booster(rows, Shape({"loan_amount": -1}), PARAMS, 40)
    grid = pd.DataFrame({"loan_amount": np.linspace(-3, 3, 200), "staff_count": 0.3})
    assert (np.diff(fitted.raw_score(grid)) <= 0).all()


def test_contributions_sum_to_the_logit(model: StageModel, loan_book: pd.DataFrame) -> None:
    total = model.contributions(loan_book).sum(axis=1)
    assert np.abs(total - model.logit(loan_book)).max() < 1e-9


def test_a_saved_model_opens_and_scores_the_same(model: StageModel, loan_book: pd.DataFrame, tmp_path: Path) -> None:
    model.save(tmp_path)
    opened = open_model(tmp_path, "c")
    assert (opened.probability(loan_book) == model.probability(loan_book)).all()
    assert sorted(p.suffix for p in tmp_path.iterdir() if p.suffix not in (".txt", ".json")) == []


def test_a_model_of_another_catalogue_is_refused(model: StageModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    with pytest.raises(ModelError, match=r"wanted a model of catalogue version new; it was fitted on c\. Retrain it\."):
        open_model(tmp_path, "new")


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"wanted a fitted model at .*model.json; there is none"):
        open_model(tmp_path)


def test_a_stage_with_few_defaults_is_served_by_the_pooled_model(data: Loans, pooled: Fitted) -> None:
    found = fit_stage("growth", part(data), part(data), pooled, FREE, replace(PARAMS, minimum_defaults=10**6), FACTS)
    assert {member.name for member in found.blend.members} == {"pooled-interacting", "pooled-additive", "pooled-linear"}
    assert found.share == 0.0
    assert roc_auc_score(data.defaulted, found.score(data.features)) > 0.7


def part(data: Loans) -> Part:
    table = data.features.assign(province="A", industry="3911", stage="growth")
    return Part(data, table)


def one_outcome(data: Loans) -> Loans:
    return data.where(data.defaulted == 0)


def test_a_stage_without_defaults_is_refused(data: Loans, pooled: Fitted) -> None:
    with pytest.raises(
        ModelError, match="stage growth: wanted calibration loans with and without default; got 0 defaults"
    ):
        fit_stage("growth", part(data), part(one_outcome(data)), pooled, FREE, PARAMS, FACTS)
    with pytest.raises(
        ModelError, match="pooled model: wanted development loans with and without default; got 0 defaults"
    ):
        fit_with_folds(one_outcome(data), FREE, PARAMS, "pooled model")


def test_an_empty_stage_is_refused(data: Loans, pooled: Fitted) -> None:
    nobody = data.where(np.zeros(len(data), dtype=bool))
    with pytest.raises(ModelError, match="got 0 defaults among 0 loans"):
        fit_stage("growth", part(data), part(nobody), pooled, FREE, PARAMS, FACTS)


def test_fewer_defaults_than_folds_are_refused(data: Loans) -> None:
    few = data.where((data.defaulted == 0) | (np.cumsum(data.defaulted) <= 3))
    with pytest.raises(ModelError, match=r"wanted at least as many defaults as folds \(4\); got 3"):
        fit_with_folds(few, FREE, PARAMS, "stage growth")


@pytest.mark.parametrize("weight", [0.0, np.nan, -1.0])
def test_weights_that_are_no_weights_are_refused(loan_book: pd.DataFrame, weight: float) -> None:
    with pytest.raises(ModelError, match="wanted weights above 0; got 1 of 2000"):
        loans(loan_book.assign(weight=loan_book["weight"].where(loan_book.index != 5, weight)), NAMES)


def test_an_absent_feature_is_named(loan_book: pd.DataFrame) -> None:
    with pytest.raises(ModelError, match="wanted feature leverage in the feature table"):
        loans(loan_book, [*NAMES, "leverage"])


GROUPS = Shape({}, [["loan_amount"], ["staff_count"]])


def test_groups_by_domain_are_kept_where_features_add_up(data: Loans) -> None:
    found = fit_with_folds(data, GROUPS, replace(PARAMS, domain_constraints="within_one_error"), "pooled model")
    always = fit_with_folds(data, GROUPS, replace(PARAMS, domain_constraints="always"), "pooled model")
    assert found.by_domain
    assert found.where(np.ones(len(data), dtype=bool)).by_domain
    assert found.booster == always.booster


def test_groups_by_domain_are_given_up_where_features_work_together(loan_book: pd.DataFrame) -> None:
    together = (loan_book["loan_amount"] > 0) ^ (loan_book["staff_count"] > 0)
    table = loan_book.assign(defaulted=np.where(together, np.arange(len(together)) % 3 == 0, 0.0))
    known = loans(table, NAMES)
    found = fit_with_folds(known, GROUPS, replace(PARAMS, domain_constraints="within_one_error"), "pooled model")
    assert not found.by_domain
    assert found.booster == fit_with_folds(known, FREE, PARAMS, "pooled model").booster


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("feature_fraction", 0.0, "a number above 0 and at most 1; got 0.0"),
        ("bagging_fraction", 2, "a number above 0 and at most 1; got 2"),
        ("bagging_fraction", "0.7", "a number above 0 and at most 1; got '0.7'"),
        ("share_temperature", "hot", "a number above 0; got 'hot'"),
        ("share_temperature", float("nan"), "a number above 0; got nan"),
        ("validation_share", 1, "a number of at least 0 and at most 0.9; got 1"),
        ("folds", 1, "a whole number of at least 2; got 1"),
        ("num_leaves", 15.0, "a whole number of at least 2; got 15.0"),
        ("num_iterations", 0, "a whole number of at least 1; got 0"),
        ("num_threads", True, "a whole number of at least 1; got True"),
        ("seed", -7, "a whole number of at least 0; got -7"),
        ("learning_rate", -1, "a number above 0 and at most 1; got -1"),
    ],
)
def test_a_parameter_out_of_its_range_is_refused_by_name(name: str, value: object, message: str) -> None:
    with pytest.raises(ValueError, match=rf"train: {name} must be {message}"):
        replace(PARAMS, **{name: value})


def test_parameters_of_a_booster_alone_are_held_to_the_same_ranges() -> None:
    own = {field.name: getattr(PARAMS, field.name) for field in fields(BoosterParams)}
    with pytest.raises(ValueError, match="train: num_leaves must be a whole number of at least 2; got 1"):
        BoosterParams(**own | {"num_leaves": 1})


def test_every_number_has_a_range() -> None:
    numbers = {f.name for f in fields(TrainParams) if f.type in (int, float, "int", "float")}
    assert set(RANGES) == numbers
