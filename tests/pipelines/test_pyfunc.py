from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from models.fitting.blend import alone, blended
from models.fitting.booster import Rows, Shape, fit_booster
from models.fitting.calibration import Curve
from models.fitting.group_effects import GroupEffect
from models.fitting.stage_model import StageModel
from pipelines import pyfunc
from pipelines.pyfunc import StagePD
from pipelines.track import signature
from policy import digits
from tests.parameters import SMALL

NAMES = ["loan_amount", "staff_count"]
EFFECTS = (GroupEffect("province", {"A": 0.4}, 0.01), GroupEffect("industry", {"39": -0.3}, 0.01))


@pytest.mark.parametrize("periods", [1, 2])
def test_the_registered_model_gives_the_pds_of_the_pipeline(
    periods: int, loan_book: pd.DataFrame, tmp_path: Path
) -> None:
    period = None if periods == 1 else np.arange(len(loan_book)) % periods
    rows = Rows(loan_book[NAMES], period, loan_book["defaulted"].to_numpy(), np.ones(len(loan_book)))
    few, many = (fit_booster(rows, Shape({}), SMALL, trees) for trees in (5, 30))
    blend = blended(alone("independent", few), alone("pooled", many), 0.3)
    curve = Curve((-4.0, -3.0, -1.0), (-4.2, -3.1, 0.5))
    model = StageModel("growth", blend, 0.3, curve, EFFECTS, {"catalogue": "c"})
    model.save(tmp_path)
    table = loan_book.assign(industry="I" + loan_book["industry"])
    table.loc[::7, [*NAMES, "industry"]] = np.nan
    table = table[table["stage"] == "growth"]
    registered = StagePD()
    registered.load_context(SimpleNamespace(artifacts={"model": str(tmp_path)}))
    assert np.abs(registered.predict(None, table)["pd"] - model.probability(table)).max() < 1e-12


def test_the_tracked_model_rounds_its_pds_as_the_pipeline_does() -> None:
    draw = np.random.default_rng(1)
    spread = np.concatenate([10 ** draw.uniform(-15, 0, 200_000), digits.POWERS[: 1 - digits.FIRST], [1 - 1e-12]])
    near = np.concatenate([spread, np.nextafter(spread, 0)[spread > 1e-15], np.nextafter(spread, 1)])
    assert pyfunc.DIGITS == digits.DIGITS
    assert (pyfunc.rounded_probability(near) == digits.rounded_probability(near)).all()


@pytest.fixture(scope="module")
def registered(loan_book: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> StagePD:
    """A registered model of two features with stated ranges and both kinds of group effects."""
    folder = tmp_path_factory.mktemp("registered")
    rows = Rows(loan_book[NAMES], None, loan_book["defaulted"].to_numpy(), np.ones(len(loan_book)))
    blend = alone("pooled", fit_booster(rows, Shape({}), SMALL, 20))
    facts = {"catalogue": "c", "ranges": {"loan_amount": (0, None), "staff_count": (0, 1e6)}}
    StageModel("growth", blend, 0.0, Curve((0.0, 1.0), (0.0, 1.0)), EFFECTS, facts).save(folder)
    opened = StagePD()
    opened.load_context(SimpleNamespace(artifacts={"model": str(folder)}))
    return opened


def test_an_absent_column_is_missing_and_no_error(registered: StagePD) -> None:
    whole = pd.DataFrame({"loan_amount": [1.0, np.nan], "staff_count": np.nan, "province": None, "industry": None})
    pd.testing.assert_frame_equal(registered.predict(None, whole), registered.predict(None, whole[["loan_amount"]]))


def test_a_value_out_of_range_is_told(registered: StagePD) -> None:
    table = pd.DataFrame({"loan_amount": [1.0, -1e9, -1.0, np.nan], "staff_count": [1.0, 2.0, 1e7, np.nan]})
    found = registered.predict(None, table)["out_of_range"]
    assert found.tolist() == ["", "loan_amount", "loan_amount,staff_count", ""]


def test_a_row_of_another_stage_or_of_none_has_no_pd_and_says_why(registered: StagePD) -> None:
    stages = ["growth", "mature", None, "Growth", ""]
    values = pd.DataFrame({"loan_amount": [1e6] * 5, "stage": stages}, index=[7, 8, 9, 10, 11])
    found = registered.predict(None, values)
    alone = registered.predict(None, values[["loan_amount"]])
    assert found["refused"].tolist() == [
        *("", "stage mature: this model is that of growth", "no stage: this model is that of growth"),
        *("stage Growth: this model is that of growth", "no stage: this model is that of growth"),
    ]
    assert found["pd"].isna().tolist() == [False, True, True, True, True]
    assert found.loc[7, "pd"] == alone.loc[7, "pd"]
    assert alone["refused"].eq("").all()
    assert alone["pd"].notna().all()


def test_a_column_of_stages_that_are_all_missing_is_no_absent_column(registered: StagePD) -> None:
    for lost in (None, np.nan, pd.NA):
        found = registered.predict(None, pd.DataFrame({"loan_amount": [1e6, 2e6], "stage": [lost, lost]}))
        assert found["refused"].tolist() == ["no stage: this model is that of growth"] * 2
        assert found["pd"].isna().all()


def test_an_infinite_value_has_no_pd_and_the_first_is_named(registered: StagePD) -> None:
    table = pd.DataFrame(
        {
            "loan_amount": [1.0, np.inf, 1.0, -np.inf, np.inf, np.nan],
            "staff_count": [1.0, 1.0, -np.inf, np.inf, 1.0, 1.0],
        }
    ).assign(stage=["growth"] * 4 + ["mature", "growth"])
    found = registered.predict(None, table)
    assert found["refused"].tolist() == [
        *("", "loan_amount is not finite", "staff_count is not finite", "loan_amount is not finite"),
        *("stage mature: this model is that of growth", ""),
    ]
    assert found["pd"].isna().tolist() == [False, True, True, True, True, False]
    without = registered.predict(None, table.drop(columns="stage"))
    assert without["pd"].isna().tolist() == [False, True, True, True, True, False]


def test_the_signature_takes_any_column_as_optional() -> None:
    found = signature(["loan_amount"]).inputs
    assert {c.name: (c.type.name, c.required) for c in found.inputs} == {
        "loan_amount": ("double", False),
        "province": ("string", False),
        "industry": ("string", False),
        "stage": ("string", False),
    }
