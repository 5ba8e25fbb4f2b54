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
    registered = StagePD()
    registered.load_context(SimpleNamespace(artifacts={"model": str(tmp_path)}))
    assert np.abs(registered.predict(None, table)["pd"] - model.probability(table)).max() < 1e-12


def test_the_tracked_model_rounds_its_pds_as_the_pipeline_does() -> None:
    draw = np.random.default_rng(1)
    spread = np.concatenate([10 ** draw.uniform(-15, 0, 200_000), digits.POWERS[: 1 - digits.FIRST], [1 - 1e-12]])
    near = np.concatenate([spread, np.nextafter(spread, 0)[spread > 1e-15], np.nextafter(spread, 1)])
    assert pyfunc.DIGITS == digits.DIGITS
    assert (pyfunc.rounded_probability(near) == digits.rounded_probability(near)).all()
