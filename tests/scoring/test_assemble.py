"""What one assembly gives: the PDs and the reasons that every other path gives of the same applications."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from explanations.contributions import contributions
from explanations.reasons import MOST, SIDES, reasons
from models.errors import ModelError
from models.fitting.blend import Blend
from models.fitting.steps import Steps
from scoring.assemble import TOLD, decided
from scoring.bundle import Bundle
from scoring.score import scores
from tests.scoring import test_plans

bundle = test_plans.bundle
"""The small bundle that plans are tested with."""


@pytest.fixture
def known(bundle: Bundle) -> Bundle:
    """The same with means between the steps, so that values speak on both sides, and with the peers' means."""
    (member,) = bundle.models["growth"].blend.members
    steps = member.booster
    assert isinstance(steps, Steps)
    means = {"leverage": -2.5, "current_ratio": -0.3}
    functions = {name: replace(found, mean=means[name]) for name, found in steps.functions.items()}
    blend = Blend((member._replace(booster=replace(steps, functions=functions)),))
    models = {stage: replace(model, blend=blend) for stage, model in bundle.models.items()}
    return replace(bundle, models=models, peer_quantiles=test_plans.PEERS.assign(mean=0.5))


@pytest.fixture
def table() -> pd.DataFrame:
    """Applications of all stages in no order, one of them without a stage."""
    draw = np.random.default_rng(0)
    rows = [
        test_plans.application(
            application_id=f"a{at}",
            stage=["growth", "mature", "startup"][at % 3],
            leverage=draw.choice([0.2, 0.45, 0.5, 0.8, np.nan]),
            current_ratio=draw.choice([0.8, 1.5, 2.5, np.nan]),
        )
        for at in range(40)
    ]
    frame = pd.concat(rows, ignore_index=True)
    frame.loc[7, "stage"] = None
    return frame


def test_a_decision_carries_the_reasons_and_the_pd_that_every_path_gives(known: Bundle, table: pd.DataFrame) -> None:
    found = decided(table, known)
    assert found["application_id"].tolist() == [name for name in table["application_id"] if name != "a7"]
    staged = table[table["stage"].notna()].reset_index(drop=True)
    assert found["pd"].tolist() == scores(staged, known.models)["pd"].tolist()
    assert scores(table, known.models)["pd"].isna().tolist() == table["stage"].isna().tolist()
    listed = reasons(contributions(staged, known.models), staged, known.peer_quantiles)
    assert set(listed["side"]) >= set(SIDES)
    for side in SIDES:
        for rank in range(1, MOST + 1):
            own = listed[(listed["side"] == side) & (listed["rank"] == rank)].set_index("application_id")
            for name in TOLD:
                column = f"{side}_{rank}" if name == "family" else f"{side}_{rank}_{name}"
                wanted = own[name].reindex(found["application_id"]).reset_index(drop=True)
                pd.testing.assert_series_equal(found[column], wanted, check_names=False, check_exact=True)


def test_neither_the_batch_nor_its_order_changes_a_decision(known: Bundle, table: pd.DataFrame) -> None:
    whole = decided(table, known)
    parts = [decided(part, known) for part in (table.iloc[30:], table.iloc[:30].sample(frac=1.0, random_state=1))]
    again = pd.concat(parts).set_index("application_id").loc[whole["application_id"]].reset_index()
    pd.testing.assert_frame_equal(again, whole, check_exact=True)


def test_a_stage_without_a_model_is_a_sentence(bundle: Bundle, table: pd.DataFrame) -> None:
    with pytest.raises(ModelError, match="stage must be one of startup, growth, mature; the table holds 'seed'"):
        decided(table.assign(stage="seed"), bundle)
