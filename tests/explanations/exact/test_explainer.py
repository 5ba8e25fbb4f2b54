"""The fast contributions beside LightGBM's own, on boosters of every kind that is trained here, and on deeper ones."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from math import factorial
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explanations.contributions import contributions
from explanations.exact import explainer as module
from explanations.exact.explainer import Explainer, explainer
from explanations.exact.paths import parts
from explanations.exact.tables import points
from models.errors import ModelError
from models.fitting.blend import Blend, Member, alone
from models.fitting.booster import Booster, Rows, Shape, fit_booster
from models.fitting.calibration import Curve
from models.fitting.group_effects import GroupEffect
from models.fitting.stage_model import StageModel
from models.fitting.steps import StepFunction, Steps
from models.fitting.trees import Tree, trees
from tests.parameters import SMALL

NEAR = 1e-9


def names(count: int) -> list[str]:
    return [f"f{number}" for number in range(count)]


def drawn(seed: int, rows: int, features: int, gaps: float) -> np.ndarray:
    """Counts, ratios and money, with gaps; every second column never misses a value in the first 200 rows."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(rows, features))
    values[:, ::3] = np.floor(np.exp(values[:, ::3]))
    values[:, 1::3] = np.round(values[:, 1::3], 1)
    values[random.random(values.shape) < gaps] = np.nan
    values[:200, ::2] = np.where(np.isnan(values[:200, ::2]), 0.0, values[:200, ::2])
    return values


def fitted(seed: int, features: int, gaps: float, leaves: int, depth: int, periods: bool, held: bool) -> Booster:
    random = np.random.default_rng(seed)
    values = drawn(seed, 400, features, gaps)
    known = np.nan_to_num(values)
    risk = known[:, 0] * known[:, 1] - np.abs(known[:, -1]) + np.isnan(values[:, 0])
    defaulted = (risk + random.logistic(size=400) > 0).astype("float64")
    rows = Rows(
        pd.DataFrame(values, columns=names(features)),
        random.integers(0, 3, 400).astype("float64") if periods else None,
        defaulted,
        random.uniform(0.5, 2.0, 400),
    )
    params = replace(
        SMALL, num_leaves=leaves, max_depth=depth, min_data_in_leaf=2, lambda_l2=0.0, seed=seed, num_threads=1
    )
    directions = {"f0": 1, "f1": -1} if held else {}
    return fit_booster(rows, Shape(directions), params, 8)


def asked(seed: int, features: int, blend: Blend) -> np.ndarray:
    """Rows to explain: drawn ones, and thresholds themselves, infinities, noughts, missing values alone and in rows."""
    values = drawn(seed + 1, 120, features, 0.3)
    known = parts(blend).thresholds
    for at, thresholds in enumerate(known):
        values[: len(thresholds[:40]), at] = thresholds[:40]
    values[100], values[101], values[102] = np.nan, np.inf, -np.inf
    values[103], values[104], values[105] = 0.0, 1e-36, -1e-36
    return values


def require_equal(blend: Blend, values: np.ndarray, ready: Explainer) -> None:
    theirs = sum(m.weight * m.booster.contributions(values) for m in blend.members)
    score = sum(m.weight * m.booster.raw_score(values) for m in blend.members)
    found, own = ready(values)
    assert np.abs(found.T - theirs[:, :-1]).max() < NEAR
    assert np.abs(ready.base - theirs[:, -1]).max() < NEAR
    assert np.abs(own - score).max() < 1e-12
    assert (ready.score(values) == own).all()
    assert np.abs(found.sum(axis=0) + ready.base - score).max() < NEAR


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    features=st.integers(2, 9),
    gaps=st.sampled_from([0.0, 0.1, 0.6]),
    leaves=st.sampled_from([2, 7, 31, 90]),
    depth=st.sampled_from([-1, 2, 4]),
    periods=st.booleans(),
    held=st.booleans(),
    most=st.sampled_from([0, 20_000, module.MOST_BYTES]),
)
def test_contributions_and_score_are_those_of_lightgbm(
    seed: int, features: int, gaps: float, leaves: int, depth: int, periods: bool, held: bool, most: int
) -> None:
    blend = alone("one", fitted(seed, features, gaps, leaves, depth, periods, held))
    ready = explainer(blend, most=most)
    assert ready.tables.values.nbytes <= most
    require_equal(blend, asked(seed, features, blend), ready)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), weight=st.floats(0.05, 0.6), periods=st.booleans())
def test_a_blend_of_boosters_and_step_functions_is_explained_as_one(seed: int, weight: float, periods: bool) -> None:
    random = np.random.default_rng(seed)
    functions = {
        "f0": StepFunction((-1.0, 0.0, 2.5), tuple(random.normal(size=4)), None, 0.3),
        "f2": StepFunction((0.5,), (0.2, -0.7), 1.5, 0.1),
    }
    steps = Steps(tuple(names(4)), functions, -1.2, (0.0, 0.1))
    pair = [fitted(seed + 1 + depth, 4, 0.2, 15, depth, periods, held=True) for depth in (4, -1)]
    blend = Blend((Member("a", weight, pair[0]), Member("b", 0.3, pair[1]), Member("steps", 0.7 - weight, steps)))
    ready = explainer(blend)
    assert list(ready.names) == list(names(4))
    require_equal(blend, asked(seed, 4, blend), ready)


def test_a_booster_without_a_split_gives_its_score_to_the_base() -> None:
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(60, 2)), columns=names(2))
    rows = Rows(frame, None, (random.random(60) > 0.5).astype("float64"), np.ones(60))
    blend = alone("stump", fit_booster(rows, Shape({}), replace(SMALL, min_data_in_leaf=60), 3))
    found, score = explainer(blend)(frame.to_numpy())
    assert (found == 0).all()
    assert score == pytest.approx(blend.raw_score(frame))
    require_equal(blend, frame.to_numpy(), explainer(blend))


def test_a_long_chain_of_splits_is_explained_by_quadrature() -> None:
    values = np.eye(40)[:, :39].repeat(5, axis=0)
    model = lgb.train(
        {"num_leaves": 60, "min_data_in_leaf": 1, "min_data_in_bin": 1, "verbose": -1, "num_threads": 1},
        lgb.Dataset(values, label=np.arange(200.0) ** 2, feature_name=names(39)),
        5,
    )
    blend = alone("chain", Booster(model.model_to_string()))
    ready = explainer(blend)
    assert ready.long.longest > 11
    random = np.random.default_rng(3)
    theirs = blend.members[0].booster.contributions(random.integers(0, 2, (50, 39)).astype("float64"))
    ours, _ = ready(np.random.default_rng(3).integers(0, 2, (50, 39)).astype("float64"))
    assert np.abs(ours.T - theirs[:, :-1]).max() < NEAR * np.abs(theirs).max()


@pytest.mark.parametrize("features", [1, 2, 7, 22, 61])
def test_the_quadrature_is_that_of_gauss_and_legendre(features: int) -> None:
    place, weight = points(features)
    theirs, weights = np.polynomial.legendre.leggauss((features + 1) // 2)
    assert np.sort(place) == pytest.approx((theirs + 1) / 2, abs=1e-15)
    assert weight[np.argsort(place)] == pytest.approx(weights / 2, abs=1e-14)
    assert (weight * place ** (features - 1)).sum() == pytest.approx(1 / features, abs=1e-14)


def expected(tree: Tree, row: np.ndarray, known: frozenset[int], node: int = 0) -> float:
    """Mean of the leaves a row may reach when only the features `known` are: by the fitted rows at other nodes."""
    if node < 0:
        return float(tree.leaf[~node])
    if int(tree.feature[node]) in known:
        went = bool(tree.goes_left(row[None])[0, node])
        return expected(tree, row, known, int((tree.left if went else tree.right)[node]))
    sides = (int(tree.left[node]), int(tree.right[node]))
    counts = [tree.leaf_count[~s] if s < 0 else tree.node_count[s] for s in sides]
    return float(sum(n * expected(tree, row, known, s) for n, s in zip(counts, sides, strict=True)) / sum(counts))


def subsets(others: list[int]) -> Iterator[frozenset[int]]:
    for size in range(len(others) + 1):
        yield from map(frozenset, combinations(others, size))


def test_contributions_are_the_shapley_values_of_the_definition() -> None:
    booster = fitted(5, 4, 0.2, 12, -1, periods=False, held=False)
    row = drawn(77, 1, 4, 0.3)[0]
    found, _ = explainer(alone("one", booster))(row[None])
    for feature in range(4):
        value = 0.0
        for known in subsets([other for other in range(4) if other != feature]):
            share = factorial(len(known)) * factorial(3 - len(known)) / factorial(4)
            for tree in trees(booster.text):
                gain = expected(tree, row, known | {feature}) - expected(tree, row, known)
                value += share * gain if len(tree.feature) else 0.0
        assert found[feature, 0] == pytest.approx(value, abs=1e-12)


def test_neither_threads_nor_the_other_rows_change_a_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    blend = alone("one", fitted(3, 6, 0.2, 31, -1, periods=True, held=True))
    values = drawn(9, 500, 6, 0.3)
    whole, score = explainer(blend)(values)
    monkeypatch.setattr(module, "BLOCK", 64)
    for threads in (1, 3):
        found, also = explainer(blend)(values[::-1], threads=threads)
        assert np.array_equal(found[:, ::-1], whole)
        assert np.array_equal(also[::-1], score)


def test_groups_get_the_sums_of_their_features() -> None:
    blend = alone("one", fitted(4, 6, 0.2, 31, -1, periods=False, held=False))
    groups = dict(zip(names(6), ("a", "b", "a", "c", "c", "b"), strict=True))
    values = drawn(9, 300, 6, 0.3)
    features, score = explainer(blend)(values)
    for most in (0, module.MOST_BYTES):
        sums, also = explainer(blend, groups, most)(values)
        assert np.abs(sums - np.array([features[[0, 2]], features[[1, 5]], features[[3, 4]]]).sum(axis=1)).max() < NEAR
        assert np.abs(score - also).max() < NEAR


def test_a_stage_model_is_explained_to_the_calibrated_log_odds() -> None:
    frame = pd.DataFrame(drawn(9, 300, 5, 0.3), columns=names(5))
    table = frame.assign(stage="growth", application_id=[f"A{n}" for n in range(300)], province="X")
    blend = alone("one", fitted(8, 5, 0.2, 31, 5, periods=True, held=True))
    bent = Curve((-4.0, -1.0, 1.0), (-4.2, -0.1, 0.5))
    model = StageModel("growth", blend, 0.0, bent, (GroupEffect("province", {"X": 0.4}, 0.01),), {})
    found = contributions(table, {"growth": model})
    theirs = model.contributions(table)
    columns = [*names(5), "province_effect", "base"]
    # Eight significant digits are stored.
    assert np.abs(found[columns] - theirs[columns]).max().max() < 1e-7
    assert np.abs(found[columns].sum(axis=1) - model.logit(table)).max() < 1e-6
    ready = explainer(blend)
    exactly, _ = ready(frame.to_numpy(), lambda score: bent.secant(score, np.array([ready.base])))
    assert np.abs(exactly.T - theirs[names(5)].to_numpy()).max() < NEAR


def text(changes: dict[str, Any], rounds: int = 3) -> str:
    values = drawn(1, 400, 3, 0.2)
    target = (np.nan_to_num(values[:, 0]) > 0).astype("float64")
    ordered = changes.pop("categorical_feature", "auto")
    data = lgb.Dataset(values, target, feature_name=names(3), categorical_feature=ordered, free_raw_data=False)
    usual = {"objective": "binary", "num_leaves": 7, "min_data_in_leaf": 5, "verbose": -1, "num_threads": 1}
    return lgb.train({**usual, **changes}, data, rounds).model_to_string()


FOREST = {"boosting": "rf", "bagging_fraction": 0.5, "bagging_freq": 1}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lambda: text({"zero_as_missing": True}), "wanted trees that tell zero from a missing value; got a split"),
        (lambda: text({"linear_tree": True}), "wanted trees with a number in each leaf; got linear models"),
        (lambda: text(FOREST), "wanted a booster whose trees add up to one score; got one that averages them"),
        (lambda: text({"objective": "multiclass", "num_class": 2}), "trees add up to one score; .* has several scores"),
        (lambda: text({"categorical_feature": [0]}), "wanted trees that split numbers by thresholds"),
        (
            lambda: re.sub("leaf_count=[0-9]+", lambda found: "leaf_count=" + "0" * (len(found[0]) - 11), text({})),
            "number of fitted rows of each leaf; got a leaf",
        ),
    ],
)
def test_what_cannot_be_explained_exactly_is_refused(content: Any, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        explainer(alone("one", Booster(content())))


def test_a_tree_that_mixes_period_and_features_is_refused() -> None:
    mixed = text({"num_leaves": 31}).replace("feature_names=f0 f1 f2", "feature_names=f0 f1 period")
    with pytest.raises(ModelError, match="wanted the period in trees of its own; got a tree that reads it together"):
        explainer(alone("one", Booster(mixed)))


def test_too_many_thresholds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_THRESHOLDS", 3)
    with pytest.raises(ModelError, match=r"wanted at most 3 thresholds of a feature; got \d+ of f\d"):
        explainer(alone("one", fitted(4, 6, 0.2, 31, -1, periods=False, held=False)))
