from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.errors import ModelError
from models.fitting.audit import audit, require_monotone
from models.fitting.blend import alone, blended
from models.fitting.booster import Booster, Rows, Shape, fit_booster
from models.fitting.calibration import line
from models.fitting.stage_model import StageModel
from models.fitting.trees import trees
from tests.parameters import SMALL

NAMES = ["loan_amount", "staff_count"]
RISES = {"loan_amount": 1, "staff_count": 1}
PARAMS = replace(SMALL, min_data_in_leaf=5, lambda_l2=0.0)


@pytest.fixture(scope="module")
def gappy(loan_book: pd.DataFrame) -> pd.DataFrame:
    """The book with gaps in both columns."""
    table = loan_book.copy()
    table.loc[::5, "loan_amount"] = np.nan
    table.loc[::7, "staff_count"] = np.nan
    return table


def booster(table: pd.DataFrame, directions: dict[str, int], period: np.ndarray | None = None) -> Booster:
    rows = Rows(table[NAMES], period, table["defaulted"].to_numpy(), np.ones(len(table)))
    return fit_booster(rows, Shape(directions), PARAMS, 60)


def stage_model(pooled: Booster, independent: Booster | None = None, share: float = 0.0) -> StageModel:
    blend = alone("pooled", pooled)
    if independent is not None:
        blend = blended(alone("independent", independent), blend, share)
    return StageModel("growth", blend, share, line(0.0, 1.0), (), {})


def test_a_constrained_model_passes_with_missing_values(gappy: pd.DataFrame) -> None:
    assert audit(stage_model(booster(gappy, RISES)), gappy, RISES) == []
    require_monotone(stage_model(booster(gappy, RISES)), gappy, RISES)


def test_an_unconstrained_model_fails_and_every_move_told_is_real(gappy: pd.DataFrame) -> None:
    model = stage_model(booster(gappy, {}))
    found = audit(model, gappy, RISES)
    assert {violation.feature for violation in found} == set(NAMES)
    for violation in found:
        row = gappy.iloc[[violation.row]]
        before = model.score(row.assign(**{violation.feature: violation.value}))[0]
        after = model.score(row.assign(**{violation.feature: violation.above}))[0]
        assert after - before == pytest.approx(violation.move, abs=1e-9)
        assert after < before


def test_every_step_wrong_in_a_sampled_row_is_found(gappy: pd.DataFrame) -> None:
    model = stage_model(booster(gappy, {}))
    found = {v.value for v in audit(model, gappy, {"loan_amount": 1}, rows=50) if v.feature == "loan_amount"}
    drawn = gappy.iloc[np.random.default_rng(0).permutation(len(gappy))[:50]]
    wrong = set()
    for threshold in {
        t for tree in trees(model.blend.members[0].booster.text) for t in tree.threshold[tree.feature == 0]
    }:
        before = model.score(drawn.assign(loan_amount=threshold))
        after = model.score(drawn.assign(loan_amount=np.nextafter(threshold, np.inf)))
        if (after < before - 1e-9).any():
            wrong.add(threshold)
    assert found == wrong


def test_the_other_direction_is_found_too(gappy: pd.DataFrame) -> None:
    model = stage_model(booster(gappy, RISES))
    assert audit(model, gappy, {"loan_amount": -1})
    assert audit(model, gappy, {"loan_amount": 0}) == []


def test_a_blend_is_walked_as_a_whole(gappy: pd.DataFrame) -> None:
    kept, free = booster(gappy, RISES), booster(gappy, {})
    assert audit(stage_model(kept, free, 0.5), gappy, RISES)
    assert audit(stage_model(free, kept, 0.5), gappy, RISES)
    assert audit(stage_model(free, kept, 1.0), gappy, RISES) == []


def test_a_hazard_model_is_walked_without_its_period(gappy: pd.DataFrame) -> None:
    hazard = booster(gappy, RISES, np.arange(len(gappy)) % 2)
    assert audit(stage_model(hazard), gappy, RISES) == []


def test_the_worst_violation_stops_the_stage_with_a_sentence(gappy: pd.DataFrame) -> None:
    with pytest.raises(
        ModelError,
        match=r"stage growth: wanted the risk to fall with loan_amount; from \S+ to \S+ the score of row \d+ moves by "
        r"\+\S+ log-odds \(\d+ violations, of loan_amount\)",
    ):
        require_monotone(stage_model(booster(gappy, RISES)), gappy, {"loan_amount": -1})


def test_trees_that_are_not_those_of_the_score_are_refused(gappy: pd.DataFrame) -> None:
    class Other(Booster):
        def raw_score(self, features: pd.DataFrame | np.ndarray, threads: int = 2) -> np.ndarray:
            return super().raw_score(features, threads) + 0.5

    model = stage_model(Other(booster(gappy, RISES).text))
    with pytest.raises(ModelError, match=r"wanted trees that add up to LightGBM's score; they are 0.5 log-odds apart"):
        audit(model, gappy, RISES)


def test_a_categorical_split_is_refused(gappy: pd.DataFrame) -> None:
    text = booster(gappy, RISES).text.replace("decision_type=10", "decision_type=11", 1)
    with pytest.raises(ValueError, match="wanted trees that split numbers by thresholds; got a categorical split"):
        list(trees(text))


def test_a_booster_without_a_split_passes(gappy: pd.DataFrame) -> None:
    rows = Rows(gappy[NAMES], None, gappy["defaulted"].to_numpy(), np.ones(len(gappy)))
    stump = fit_booster(rows, Shape({}), replace(PARAMS, min_data_in_leaf=len(gappy)), 3)
    assert audit(stage_model(stump), gappy, RISES) == []
