"""The classifier keeps scikit-learn's contract, learns stages, and says what it cannot learn from."""

import pickle
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn.base import clone
from sklearn.utils.estimator_checks import check_estimator

from policy.errors import MendableError
from techcredit import StageSegmentedClassifier, reasons
from techcredit.parameters import HOUSE, parameters

ROOT = Path(__file__).parents[2]
NAMES = ["debt", "age, in months"]


def make(**changed: object) -> StageSegmentedClassifier:
    few = {"num_iterations": 20, "folds": 3, "stage_defaults": 60, "risk": {"debt": 1}}
    return StageSegmentedClassifier("stage", **{**few, **changed})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def loans() -> pd.DataFrame:
    """Debt raises the risk of mature enterprises, age lowers that of startups; a tenth of the values is missing."""
    draw = np.random.default_rng(3)
    table = pd.DataFrame(draw.normal(size=(3000, 2)), columns=NAMES)
    table.insert(1, "stage", draw.choice(["mature", "startup"], 3000))
    log_odds = -2 + np.where(table["stage"] == "mature", 1.5 * table["debt"], -1.5 * table[NAMES[1]])
    table["default"] = (draw.random(3000) < 1 / (1 + np.exp(-log_odds))).astype(int)
    table.loc[::10, "debt"] = np.nan
    return table


@pytest.fixture(scope="module")
def fitted(loans: pd.DataFrame) -> StageSegmentedClassifier:
    return make().fit(loans.drop(columns="default"), loans["default"])


@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_s_checks_pass() -> None:
    done = check_estimator(StageSegmentedClassifier(minimum_defaults=0, num_iterations=10, folds=2), on_fail="raise")
    assert {one["check_name"] for one in done if one["status"] == "passed"} >= {
        "check_sample_weight_equivalence_on_dense_data",
        "check_classifiers_train",
        "check_estimators_pickle",
    }
    assert [one["check_name"] for one in done if one["status"] == "skipped"] == ["check_array_api_input"]


def test_each_stage_has_a_model_of_its_own(fitted: StageSegmentedClassifier, loans: pd.DataFrame) -> None:
    assert fitted.stages_.tolist() == ["mature", "startup"]
    assert min(model.share for model in fitted.models_.values()) > 0.2
    weak, strong = (pd.DataFrame({"debt": [d], "stage": ["mature"], NAMES[1]: [0.0]}) for d in (-2.0, 2.0))
    assert fitted.decision_function(strong)[0] - fitted.decision_function(weak)[0] > 1
    table = loans.drop(columns="default")
    pds = fitted.predict_proba(table)[:, 1]
    for stage in ("mature", "startup"):
        own = (loans["stage"] == stage).to_numpy()
        assert pds[own].mean() == pytest.approx(loans.loc[own, "default"].mean(), abs=0.02)


def test_a_direction_of_risk_is_held(fitted: StageSegmentedClassifier) -> None:
    table = pd.DataFrame({"debt": np.linspace(-4, 4, 200), "stage": "startup", NAMES[1]: 0.3})
    assert (np.diff(fitted.decision_function(table)) >= -1e-12).all()


def test_parts_and_base_sum_to_the_log_odds(fitted: StageSegmentedClassifier, loans: pd.DataFrame) -> None:
    table = loans.drop(columns="default").iloc[500:600]
    parts = reasons(fitted, table)
    assert parts.columns.tolist() == [*NAMES, "base", "logit"]
    assert parts.index.tolist() == table.index.tolist()
    assert np.abs(parts["logit"] - fitted.decision_function(table)).max() < 1e-12
    assert np.abs(parts[[*NAMES, "base"]].sum(axis=1) - parts["logit"]).max() < 1e-12
    together = reasons(fitted, table, {name: "all of it" for name in NAMES})
    assert np.abs(together["all of it"] - parts[NAMES].sum(axis=1)).max() < 1e-12


def test_a_family_named_like_another_feature_is_refused(fitted: StageSegmentedClassifier, loans: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match=r"wanted families that are not named like a feature .*; got 'debt'"):
        reasons(fitted, loans.drop(columns="default").head(2), {NAMES[1]: "debt", "debt": "other"})


@pytest.mark.parametrize("name", ["base", "logit"])
def test_a_feature_or_family_named_like_a_column_of_the_answer_is_refused(
    name: str, fitted: StageSegmentedClassifier, loans: pd.DataFrame
) -> None:
    table = loans.drop(columns="default")
    with pytest.raises(
        ValueError, match=f"wanted features and families that are not named base or logit; got '{name}'"
    ):
        reasons(fitted, table.head(2), {"debt": name})
    named = make(risk=None, num_iterations=2).fit(table.rename(columns={"debt": name}), loans["default"])
    with pytest.raises(ValueError, match=f"not named base or logit; got '{name}'"):
        reasons(named, table.rename(columns={"debt": name}).head(2))


@pytest.mark.parametrize("stage", [0, "stage"])
@pytest.mark.parametrize("age", [2, "age"])
def test_a_direction_is_that_of_the_column_of_x_as_given(stage: str | int, age: str | int) -> None:
    table = pd.DataFrame({"stage": ["a"], "debt": [0.0], "age": [0.0]})
    model = StageSegmentedClassifier(stage, risk={age: -1})
    model._split(table, reset=True)
    assert model._directions(table) == {"f00001": -1}
    own = StageSegmentedClassifier(stage, risk={stage: 1})
    own._split(table, reset=True)
    with pytest.raises(ValueError, match=r"wanted directions -1, 0 or \+1 of features of X; got"):
        own._directions(table)
    two = StageSegmentedClassifier(stage, risk={"age": 1, 2: -1})
    two._split(table, reset=True)
    with pytest.raises(ValueError, match=r"wanted one direction of each feature; got two of 'age'"):
        two._directions(table)


def test_a_weight_of_two_is_two_loans_and_their_order_changes_nothing(loans: pd.DataFrame) -> None:
    some = loans.head(600)
    table = some.drop(columns="default")
    weight = np.where(np.arange(600) % 3 == 0, 2.0, 1.0)
    twice = np.repeat(np.arange(600), weight.astype(int))[::-1]
    weighted = make().fit(table, some["default"], sample_weight=weight)
    repeated = make().fit(table.iloc[twice], some["default"].iloc[twice])
    assert (weighted.predict_proba(table) == repeated.predict_proba(table)).all()


def test_a_clone_and_a_pickle_give_the_same_pds(fitted: StageSegmentedClassifier, loans: pd.DataFrame) -> None:
    table = loans.drop(columns="default")
    expected = fitted.predict_proba(table)
    assert (pickle.loads(pickle.dumps(fitted)).predict_proba(table) == expected).all()
    assert (clone(fitted).fit(table, loans["default"]).predict_proba(table) == expected).all()


def test_an_array_with_a_column_of_stages_gives_the_pds_of_the_frame(
    fitted: StageSegmentedClassifier, loans: pd.DataFrame
) -> None:
    codes = loans["stage"].map({"mature": 0.0, "startup": 1.0})
    array = np.column_stack([loans["debt"], codes, loans[NAMES[1]]])
    from_array = make(risk={0: 1}).set_params(stage=1).fit(array, loans["default"])
    expected = fitted.predict_proba(loans.drop(columns="default"))
    assert (from_array.predict_proba(array) == expected).all()
    assert from_array.feature_names() == ["x0", "x2"]
    numbered = pd.DataFrame(array, columns=[1, 0, 2])
    from_numbers = make(risk={1: 1}).set_params(stage=0).fit(numbered, loans["default"])
    assert (from_numbers.predict_proba(numbered) == expected).all()
    assert from_numbers.feature_names() == ["x0", "x2"]


def test_loans_of_a_group_are_in_one_fold(loans: pd.DataFrame) -> None:
    table = loans.drop(columns="default")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make().fit(table, loans["default"], groups=np.arange(len(loans)) // 5)
    with pytest.warns(UserWarning, match=r"all stages: too few defaults.*every loan gets the default rate"):
        one = make().fit(table, loans["default"], groups=np.zeros(len(loans)))
    assert one.predict_proba(table)[:, 1] == pytest.approx(loans["default"].mean())


@pytest.mark.filterwarnings("error")
def test_outcomes_that_nothing_tells_give_the_default_rate_with_a_warning() -> None:
    flat = pd.DataFrame({"debt": np.zeros(400), "stage": "mature", NAMES[1]: 1.0})
    default = np.arange(400) % 4 == 0
    with pytest.warns(UserWarning, match=r"every loan gets the default rate"):
        model = make().fit(flat, default)
    assert model.predict_proba(flat)[:, 1] == pytest.approx(0.25)


def _short(loans: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    return loans.drop(columns="default").head(20), loans["default"].head(20)


def test_too_few_defaults_are_refused(loans: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match=r"wanted at least 30 defaults and as many loans without .*; got \d and \d+"):
        make().fit(*_short(loans))


def test_a_stage_that_was_not_fitted_or_is_missing_is_refused(
    fitted: StageSegmentedClassifier, loans: pd.DataFrame
) -> None:
    table = loans.drop(columns="default").head(2)
    with pytest.raises(ValueError, match=r"wanted stages among mature, startup; got 'growth'"):
        fitted.predict_proba(table.assign(stage="growth"))
    with pytest.raises(ValueError, match=r"wanted a stage in every row of column 'stage'; 2 have none"):
        fitted.predict_proba(table.assign(stage=None))
    with pytest.raises(ValueError, match=r"wanted the column 'phase' of the stage in X; it has debt, stage, age"):
        make().set_params(stage="phase").fit(loans.drop(columns="default"), loans["default"])


@pytest.mark.parametrize("risk", [{"debts": 1}, {"debt": 2}, {9: 1}])
def test_a_direction_of_no_feature_is_refused(risk: dict[str | int, int], loans: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match=r"wanted directions -1, 0 or \+1 of features of X; got"):
        make(risk=risk).fit(loans.drop(columns="default"), loans["default"])


def test_an_infinite_value_is_refused(fitted: StageSegmentedClassifier) -> None:
    with pytest.raises(ValueError, match=r"Input X contains infinity"):
        fitted.predict_proba(pd.DataFrame({"debt": [np.inf], "stage": ["mature"], NAMES[1]: [0.0]}))


def test_groups_of_another_length_are_refused(loans: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match=r"wanted one group per loan; got 3 for 3000 loans"):
        make().fit(loans.drop(columns="default"), loans["default"], groups=[1, 2, 3])


def test_parameters_are_those_of_the_project() -> None:
    train = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf8"))["train"]["default"]
    known = {name: tuple(value) if isinstance(value, list) else value for name, value in train.items()}
    assert dict(HOUSE) == {name: known[name] for name in HOUSE}
    with pytest.raises(MendableError, match=r"folds must be a whole number of at least 2"):
        parameters({"folds": 1, "seed": 0, "num_threads": 1})
