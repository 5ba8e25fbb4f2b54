"""A model that an export cannot say exactly is refused, and an export that says something else is found out."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models.errors import ModelError
from models.exchange.agreement import require_agreement
from models.exchange.plain import PlainModel, plain, thresholds
from models.exchange.sql import sql
from models.fitting.blend import alone
from models.fitting.booster import Booster
from models.fitting.calibration import Curve
from models.fitting.group_effects import GroupEffect
from models.fitting.stage_model import StageModel
from pipelines.commands.exchange_engines import run_sql


def _with_text(saved: Path, change: tuple[str, str]) -> StageModel:
    text = (saved / "own.txt").read_text(encoding="utf8").replace(*change)
    return StageModel("growth", alone("own", Booster(text)), 0.0, Curve((0.0, 1.0), (0.0, 1.0)), (), {"catalogue": "c"})


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (("decision_type=", "decision_type=1 "), "wanted trees that split numbers by thresholds"),
        (("is_linear=0", "is_linear=1"), "wanted trees with a number in each leaf"),
        (("decision_type=", "decision_type=4 "), "wanted trees that tell zero from a missing value"),
    ],
)
def test_a_tree_that_a_threshold_does_not_say_is_refused(saved: Path, change: tuple[str, str], wanted: str) -> None:
    with pytest.raises(ModelError, match=wanted):
        plain(_with_text(saved, change))


def test_log_odds_that_some_engine_cannot_take_the_exponential_of_are_refused(model: StageModel) -> None:
    steep = replace(model, curve=Curve((0.0, 1.0), (0.0, 1000.0)))
    with pytest.raises(ModelError, match=r"stage growth: wanted log-odds within 600; the model could reach"):
        plain(steep)


def test_a_group_effect_of_another_column_is_refused(model: StageModel) -> None:
    other = replace(model, group_effects=(GroupEffect("branch", {"x": 0.1}, 0.0),))
    with pytest.raises(ModelError, match=r"wanted group effects of province and industry; stage growth has branch"):
        plain(other)


def test_thresholds_are_those_of_trees_and_step_functions(told: PlainModel) -> None:
    found = thresholds(told)
    assert {-1.5, 0.25, 1.0} < set(found["staff_count"])
    assert (np.diff(found["loan_amount"]) > 0).all()


def _without_default_side(told: PlainModel) -> PlainModel:
    """The same model with every missing value sent to the right: the mistake of a careless export."""

    def turned(node: Any) -> Any:
        if not hasattr(node, "left"):
            return node
        return replace(node, missing_left=False, left=turned(node.left), right=turned(node.right))

    first, *rest = told.members
    return replace(told, members=(replace(first, trees=tuple(map(turned, first.trees))), *rest))  # type: ignore[call-arg]  # trees


def _in_single_precision(told: PlainModel) -> PlainModel:
    steps = told.members[2]
    functions = {
        name: replace(f, values=tuple(float(np.float32(v)) for v in f.values))
        for name, f in steps.functions.items()  # type: ignore[union-attr]  # step functions
    }
    return replace(told, members=(*told.members[:2], replace(steps, functions=functions)))  # type: ignore[call-arg]


@pytest.mark.parametrize("fault", [_without_default_side, _in_single_precision])
def test_an_export_that_says_something_else_is_not_handed_over(
    fault: Any, told: PlainModel, model: StageModel, rows: pd.DataFrame
) -> None:
    found = run_sql(sql(fault(told)), rows)
    with pytest.raises(ModelError, match=r"wanted the SQL to give log-odds within 1e-12 .* Nothing was written"):
        require_agreement("SQL", found, model.probability(rows), model.logit(rows))


def test_one_turned_digit_is_a_last_bit_and_many_are_a_fault() -> None:
    pds, logits = np.full(500, 0.02), np.full(500, -3.9)
    one = pd.DataFrame({"pd": np.where(np.arange(500) == 7, 0.020000001, pds), "logit": logits})
    assert require_agreement("SQL", one, pds, logits) == pytest.approx(1e-9)
    with pytest.raises(ModelError, match=r"in 500 of 500 rows it does not"):
        require_agreement("SQL", one.assign(pd=0.020000001), pds, logits)
    with pytest.raises(ModelError, match=r"in 1 of 500 rows it does not"):
        require_agreement("SQL", one.assign(pd=np.where(np.arange(500) == 7, np.nan, pds)), pds, logits)
