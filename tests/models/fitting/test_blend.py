from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import log_expit

from models.errors import ModelError
from models.fitting.blend import Blend, alone, blend_share, blended, read_member
from models.fitting.booster import Rows, Shape, fit_booster
from models.fitting.calibration import fit_platt
from models.fitting.folds import fit_with_folds
from models.fitting.kinds import booster_kinds
from models.fitting.loans import Loans, loans
from models.fitting.members import fitted_kinds
from models.fitting.rows import folds_of
from models.fitting.steps import Steps
from models.fitting.trees import trees
from tests.parameters import SMALL

NAMES = ["loan_amount", "staff_count"]
ADDITIVE = booster_kinds(SMALL, 10_000, 1000)["additive"]


@pytest.fixture(scope="module")
def data(loan_book: pd.DataFrame) -> Loans:
    return loans(loan_book, NAMES)


@pytest.fixture(scope="module", params=[1, 3], ids=["one period", "three periods"])
def pair(request: pytest.FixtureRequest, data: Loans) -> tuple[Blend, Blend]:
    features = data.features.mask(np.arange(len(data))[:, None] % 7 == [0, 3])
    period = None if request.param == 1 else np.arange(len(data)) % request.param
    rows = Rows(features, period, data.defaulted, data.weight)
    interacting = fit_booster(rows, Shape({}), SMALL, 30)
    return alone("interacting", interacting), alone("additive", fit_booster(rows, Shape({}), ADDITIVE, 40))


def test_scores_baselines_and_contributions_of_a_blend_are_blends(pair: tuple[Blend, Blend], data: Loans) -> None:
    first, second = pair
    both = blended(first, second, 0.3)
    assert both.trees == first.trees + second.trees
    gappy = data.features.mask(np.arange(len(data))[:, None] % 5 == [1, 2])
    for value in (
        lambda booster: booster.raw_score(gappy),
        lambda booster: booster.baseline(3),
        lambda booster: booster.contributions(gappy[:200]),
    ):
        assert np.abs(value(both) - 0.3 * value(first) - 0.7 * value(second)).max() < 1e-12


def test_a_member_without_weight_is_left_out(pair: tuple[Blend, Blend]) -> None:
    first, second = pair
    assert blended(first, second, 1.0) == first
    assert blended(first, second, 0.0) == second


def test_a_blend_of_blends_holds_every_booster_with_its_share_of_the_share(pair: tuple[Blend, Blend]) -> None:
    own, pooled = blended(*pair, 0.5).renamed("own"), blended(*pair, 0.2).renamed("pooled")
    assert [(m.name, m.weight) for m in blended(own, pooled, 0.25).members] == [
        ("own-interacting", 0.125),
        ("own-additive", 0.125),
        ("pooled-interacting", pytest.approx(0.15)),
        ("pooled-additive", pytest.approx(0.6)),
    ]


def test_weights_that_do_not_sum_to_one_are_refused(pair: tuple[Blend, Blend]) -> None:
    (member,) = pair[0].members
    with pytest.raises(ValueError, match=r"a blend wants weights that sum to 1; got 0\.9 for 1 boosters"):
        Blend((member._replace(weight=0.9),))


def test_boosters_of_other_features_are_refused(pair: tuple[Blend, Blend], data: Loans) -> None:
    rows = Rows(data.features[NAMES[::-1]], None, data.defaulted, data.weight)
    turned = alone("turned", fit_booster(rows, Shape({}), SMALL, 2))
    with pytest.raises(ValueError, match="boosters of the same features; turned reads others, or in another order"):
        blended(pair[0], turned, 0.5)


def test_the_share_goes_to_the_score_that_knows_more(data: Loans) -> None:
    draw = np.random.default_rng(1)
    good, noise = data.features["loan_amount"].to_numpy() - 3, draw.normal(size=len(data))
    assert blend_share(good, noise, data.defaulted, data.weight, SMALL) == 1.0
    assert blend_share(noise, good, data.defaulted, data.weight, SMALL) == 0.0


def test_scores_that_say_the_same_share_alike(data: Loans) -> None:
    score = data.features["loan_amount"].to_numpy() - 3
    assert blend_share(score, score, data.defaulted, data.weight, SMALL) == 0.5


def test_the_share_is_the_tempered_mean_over_the_grid(data: Loans) -> None:
    few = data.where(np.arange(len(data)) % 10 == 0)
    first, second = few.features["loan_amount"].to_numpy(), few.features["staff_count"].to_numpy()
    params = replace(SMALL, lambda_steps=11)
    sign = np.where(few.defaulted > 0, 1, -1)
    counts = []
    for share in np.arange(11) / 10:
        score = share * first + (1 - share) * second
        a, b = fit_platt(score, few.defaulted, few.weight, params.slope_ridge)
        counts.append(np.exp(log_expit(sign * (a + b * score)).sum() / 4))
    mean = np.average(np.arange(11) / 10, weights=counts)
    found = blend_share(first, second, few.defaulted, few.weight, params)
    assert found == pytest.approx(round(10 * mean) / 10)


def test_a_higher_temperature_draws_the_share_towards_one_half(data: Loans) -> None:
    few = data.where(np.arange(len(data)) % 10 == 0)
    first, second = few.features["loan_amount"].to_numpy(), few.features["staff_count"].to_numpy()
    found = [
        blend_share(first, second, few.defaulted, few.weight, replace(SMALL, lambda_steps=101, share_temperature=t))
        for t in (1.0, 4.0, 100.0)
    ]
    assert abs(found[0] - 0.5) > abs(found[1] - 0.5) > abs(found[2] - 0.5)


def test_additive_trees_have_one_feature_each(data: Loans) -> None:
    rows = Rows(data.features, None, data.defaulted, data.weight)
    fitted = fit_booster(rows, Shape({}), ADDITIVE, 20)
    assert {len(np.unique(tree.feature)) for tree in trees(fitted.text)} == {1}


def test_the_score_of_a_loan_out_of_fold_owes_nothing_to_its_outcome(data: Loans) -> None:
    fold = folds_of(data.enterprise, SMALL.folds)
    flipped = np.where(fold == 2, 1 - data.defaulted, data.defaulted)
    same = replace(SMALL, num_iterations=1)
    before, after = (
        fitted_kinds(replace(data, defaulted=outcome), fold, Shape({}), same) for outcome in (data.defaulted, flipped)
    )
    for kind in ("interacting", "additive", "linear"):
        first, second = before[kind].out_of_fold, after[kind].out_of_fold
        assert (first[fold == 2] == second[fold == 2]).all()
        assert (first[fold != 2] != second[fold != 2]).any()


def test_the_stack_is_kept_with_the_weight_and_the_trees_of_its_members(data: Loans) -> None:
    fitted = fit_with_folds(data, Shape({}), SMALL, "pooled model")
    made = fitted.make_up()
    assert sum(member["weight"] for member in made.values()) == pytest.approx(1)
    assert {member.name: member.weight for member in fitted.booster.members} == fitted.weights
    assert all((member["trees"] > 0) == (kind != "linear") for kind, member in made.items())
    assert np.isfinite(fitted.out_of_fold).all()


def test_the_same_bytes_come_on_any_number_of_threads(data: Loans) -> None:
    found = [fit_with_folds(data, Shape({}), replace(SMALL, num_threads=n), "pooled model") for n in (1, 3)]
    assert [m.booster.text for m in found[0].booster.members] == [m.booster.text for m in found[1].booster.members]
    assert (found[0].out_of_fold == found[1].out_of_fold).all()


def test_step_functions_of_a_blend_are_one_member_that_says_the_same(data: Loans) -> None:
    fitted = fit_with_folds(data, Shape({}), SMALL, "pooled model").booster
    both = blended(fitted.renamed("own"), fitted.renamed("pooled"), 0.4)
    whole = both.compact()
    assert [member.name for member in whole.members][-1] == "steps"
    assert sum(isinstance(member.booster, Steps) for member in whole.members) == 1
    assert np.abs(whole.raw_score(data.features) - both.raw_score(data.features)).max() < 1e-6
    assert np.abs(whole.contributions(data.features) - both.contributions(data.features)).max() < 1e-6
    assert sum(member.weight for member in whole.members) == pytest.approx(1)


def test_a_member_comes_back_from_its_file(data: Loans, tmp_path: Path) -> None:
    for member in fit_with_folds(data, Shape({}), SMALL, "pooled model").booster.members:
        member.write(tmp_path)
        again = read_member(tmp_path / member.file, member.weight)
        assert again.name == member.name
        assert (again.booster.raw_score(data.features) == member.booster.raw_score(data.features)).all()


def test_defaults_of_one_enterprise_alone_are_refused_with_a_sentence(data: Loans) -> None:
    first = data.enterprise == data.enterprise[data.defaulted == 1][0]
    one = replace(data, defaulted=np.where(first, 1.0, 0.0))
    with pytest.raises(
        ModelError, match=r"pooled model: wanted (at least as many defaults|defaults of enterprises in at)"
    ):
        fit_with_folds(one, Shape({}), SMALL, "pooled model")
    fold = folds_of(data.enterprise, SMALL.folds)
    in_one = replace(data, defaulted=np.where(fold == 1, data.defaulted, 0.0))
    with pytest.raises(ModelError, match=r"in at least 2 of the 4 folds; all [0-9]+ defaults are in one"):
        fit_with_folds(in_one, Shape({}), SMALL, "pooled model")
