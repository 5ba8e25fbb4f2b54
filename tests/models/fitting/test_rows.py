"""Folds drawn by a salt; refits that repeat, and that do not draw."""

from dataclasses import replace

import numpy as np
import pandas as pd

from features.catalogue import CATALOGUE
from models.fitting.refit import Refit, refit
from models.fitting.rows import folds_of
from policy.segments import STAGES
from tests.parameters import SMALL

SAMPLED = replace(SMALL, feature_fraction=0.5, bagging_fraction=0.5, folds=2)


def test_a_salt_draws_the_folds_that_enterprises_of_those_names_would_get() -> None:
    names = np.repeat([f"e{i}" for i in range(300)], 2).astype(object)
    salted = folds_of(names, 5, "renamed ")
    assert (salted == folds_of(np.array([f"renamed {name}" for name in names], dtype=object), 5)).all()
    assert (salted[::2] == salted[1::2]).all()
    assert (salted != folds_of(names, 5)).mean() > 0.6


def test_a_refit_gives_the_same_pds_and_another_seed_others_only_where_trees_are_shown_a_draw(
    loan_book: pd.DataFrame,
) -> None:
    known = loan_book.assign(leverage=loan_book["loan_amount"], quick_ratio=loan_book["staff_count"])
    known = known.reindex(columns=[*known, *(f.name for f in CATALOGUE if f.name not in known)])
    tables = Refit(known, known)
    whole = replace(SMALL, folds=2)
    first, again, other = (refit(tables, p) for p in (SAMPLED, SAMPLED, replace(SAMPLED, seed=19)))
    drawn_nothing = [refit(tables, p) for p in (whole, replace(whole, seed=19))]
    assert list(first) == list(STAGES)
    for stage in STAGES:
        rows = known[known["stage"] == stage]
        assert (first[stage].probability(rows) == again[stage].probability(rows)).all()
        assert (first[stage].probability(rows) != other[stage].probability(rows)).any()
        assert (drawn_nothing[0][stage].probability(rows) == drawn_nothing[1][stage].probability(rows)).all()
