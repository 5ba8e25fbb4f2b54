"""Boosters averaged over seeds, and folds drawn by a salt."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features.catalogue import CATALOGUE
from models.fitting.booster import Shape, best_trees
from models.fitting.folds import folds_of, latest, one_kind, rows_at_risk, rows_to_fit, seeds_of
from models.fitting.loans import Loans, loans
from models.fitting.refit import Refit, refit
from policy.errors import MendableError
from policy.segments import STAGES
from tests.parameters import SMALL

NAMES = ["loan_amount", "staff_count"]
SAMPLED = replace(SMALL, feature_fraction=0.5, bagging_fraction=0.5, folds=2)
FREE = Shape({})


@pytest.fixture(scope="module")
def data(loan_book: pd.DataFrame) -> Loans:
    return loans(loan_book, NAMES)


def test_the_boosters_of_all_loans_are_averaged_over_seeds_and_named_by_them(data: Loans) -> None:
    fitted = one_kind(data, FREE, replace(SAMPLED, seeds=2), "additive")
    assert [(m.name, m.weight) for m in fitted.booster.members] == [("additive-7", 0.5), ("additive-1007", 0.5)]
    each = [member.booster.raw_score(data.features) for member in fitted.booster.members]
    assert (each[0] != each[1]).any()
    assert fitted.booster.raw_score(data.features) == pytest.approx(sum(each) / 2)
    assert {member.booster.trees for member in fitted.booster.members} == {fitted.trees}


def test_one_seed_keeps_the_name_of_the_kind(data: Loans) -> None:
    (member,) = one_kind(data, FREE, SAMPLED, "interacting").booster.members
    assert (member.name, member.weight) == ("interacting", 1.0)


def test_the_number_of_trees_is_the_mean_over_the_seeds(data: Loans) -> None:
    params = replace(SAMPLED, seeds=3)
    late = latest(data, params)
    early, held = rows_to_fit(data.where(~late), params), rows_at_risk(data.where(late), params)
    counts = [best_trees(early, held, FREE, replace(params, seed=seed)) for seed in seeds_of(params)]
    assert one_kind(data, FREE, params).trees == round(sum(counts) / 3)


def test_the_mean_over_seeds_moves_less_with_the_seed_than_one_booster(data: Loans) -> None:
    def moved(seeds: int) -> float:
        params = replace(SAMPLED, seeds=seeds)
        pairs = [one_kind(data, FREE, replace(params, seed=seed)).booster for seed in (7, 19)]
        return float(np.median(np.abs(pairs[0].raw_score(data.features) - pairs[1].raw_score(data.features))))

    assert moved(6) < moved(1)


def test_seeds_beside_each_other_share_no_booster() -> None:
    first, second = seeds_of(replace(SMALL, seeds=4)), seeds_of(replace(SMALL, seeds=4, seed=8))
    assert first[0] == SMALL.seed
    assert not set(first) & set(second)


def test_no_seed_at_all_is_refused() -> None:
    with pytest.raises(MendableError, match="train: seeds must be a whole number of at least 1; got 0"):
        replace(SMALL, seeds=0)


def test_a_salt_draws_the_folds_that_enterprises_of_those_names_would_get() -> None:
    names = np.repeat([f"e{i}" for i in range(300)], 2).astype(object)
    salted = folds_of(names, 5, "renamed ")
    assert (salted == folds_of(np.array([f"renamed {name}" for name in names], dtype=object), 5)).all()
    assert (salted[::2] == salted[1::2]).all()
    assert (salted != folds_of(names, 5)).mean() > 0.6


def test_a_refit_with_the_same_parameters_gives_the_same_pds_and_another_seed_others(loan_book: pd.DataFrame) -> None:
    known = loan_book.assign(leverage=loan_book["loan_amount"], quick_ratio=loan_book["staff_count"])
    known = known.reindex(columns=[*known, *(f.name for f in CATALOGUE if f.name not in known)])
    tables = Refit(known, known)
    first, again, other = (refit(tables, p) for p in (SAMPLED, SAMPLED, replace(SAMPLED, seed=19)))
    assert list(first) == list(STAGES)
    for stage in STAGES:
        rows = known[known["stage"] == stage]
        assert (first[stage].probability(rows) == again[stage].probability(rows)).all()
        assert (first[stage].probability(rows) != other[stage].probability(rows)).any()
