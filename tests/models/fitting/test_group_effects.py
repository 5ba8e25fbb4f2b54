import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from models.fitting.group_effects import GroupEffect, group_of, kept_group_effects, shrunk


def book(effects: dict[str, float], loans: int = 20_000, seed: int = 1) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Loans of provinces whose true intercepts are known; the score knows everything else."""
    draw = np.random.default_rng(seed)
    province = draw.choice(list(effects), loans)
    logit = draw.normal(-2, 1, loans)
    truth = logit + np.array([effects[p] for p in province])
    table = pd.DataFrame({"province": province, "industry": draw.choice(["C3911", "6510"], loans)})
    return table, logit, (draw.random(loans) < expit(truth)).astype(float)


def test_true_intercepts_are_recovered_and_shrunk() -> None:
    effects = {"A": -0.5, "B": 0.0, "C": 0.5}
    table, logit, defaulted = book(effects)
    found = shrunk(table["province"], logit, defaulted, np.ones(len(table)))
    assert found == pytest.approx(effects, abs=0.1)


def test_provinces_without_effect_get_none_or_next_to_none() -> None:
    table, logit, defaulted = book(dict.fromkeys("ABCDEFGH", 0.0))
    found = shrunk(table["province"], logit, defaulted, np.ones(len(table)))
    assert all(abs(value) < 0.08 for value in found.values())


def test_a_group_effect_that_serves_is_kept_and_one_that_does_not_is_left_out() -> None:
    table, logit, defaulted = book({"A": -0.6, "B": 0.0, "C": 0.6})
    fold, late = np.arange(len(table)) % 4, np.arange(len(table)) > 16_000
    kept = kept_group_effects(table, logit, defaulted, np.ones(len(table)), fold, late)
    assert [effect.name for effect in kept] == ["province"]
    assert kept[0].gain > 0


def test_a_group_effect_that_turned_round_in_the_latest_years_is_left_out() -> None:
    before = book({"A": -0.6, "B": 0.0, "C": 0.6}, 16_000)
    after = book({"A": 0.6, "B": 0.0, "C": -0.6}, 4_000, seed=2)
    table = pd.concat([before[0], after[0]], ignore_index=True)
    logit, defaulted = (np.concatenate([before[i], after[i]]) for i in (1, 2))
    fold, late = np.arange(20_000) % 4, np.arange(20_000) >= 16_000
    kept = kept_group_effects(table, logit, defaulted, np.ones(20_000), fold, late)
    assert "province" not in [effect.name for effect in kept]


def test_an_unknown_group_gets_no_intercept() -> None:
    effect = GroupEffect("industry", {"39": 0.3}, 0.01)
    table = pd.DataFrame({"industry": pd.Series(["C3911", "3999", "6510", None], dtype="str")})
    assert group_of(table, "industry").tolist()[:3] == ["39", "39", "65"]
    assert effect.of(table).tolist() == [0.3, 0.3, 0.0, 0.0]
