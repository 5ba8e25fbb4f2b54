"""A stage model with everything an export has to say: trees of two members, step functions, curve, group effects."""

from pathlib import Path

import numpy as np
import pandas as pd

from models.fitting.blend import Blend, Member
from models.fitting.booster import Rows, Shape, fit_booster
from models.fitting.calibration import Curve
from models.fitting.group_effects import GroupEffect
from models.fitting.stage_model import StageModel
from models.fitting.steps import StepFunction, Steps
from tests.parameters import SMALL

NAMES = ("loan_amount", "staff_count")
RANGES = {"ranges": {"loan_amount": (0, None), "staff_count": (None, 1e6)}}
EFFECTS = (
    GroupEffect("province", {"A": 0.4, "O'B": -0.25}, 0.01),
    GroupEffect("industry", {"39": -0.3, "65": 0.125}, 0.01),
)


def write_model(folder: Path, loan_book: pd.DataFrame, catalogue: str) -> None:
    """Fit the model on the book of loans and save it into `folder`, as one of this version of the catalogue."""
    features = loan_book[list(NAMES)].copy()
    features.loc[::5, "loan_amount"] = np.nan
    features.loc[::3, "staff_count"] = np.nan
    defaulted, ones = loan_book["defaulted"].to_numpy(), np.ones(len(loan_book))
    few = fit_booster(Rows(features, None, defaulted, ones), Shape({}), SMALL, 5)
    # Complete columns: its splits never met a missing value, and LightGBM reads one as 0 there.
    complete = loan_book[list(NAMES)]
    many = fit_booster(Rows(complete, np.arange(len(complete)) % 2, defaulted, ones), Shape({}), SMALL, 20)
    steps = Steps(
        NAMES,
        {
            "staff_count": StepFunction((-1.5, 0.25, 1.0), (-0.1, 0.0, 0.2, 0.7), 0.05, 0.1),
            "loan_amount": StepFunction((), (0.3,), None, 0.3),
        },
        -1.25,
    )
    members = (Member("own", 0.25, few), Member("pooled", 0.35, many), Member("steps", 0.4, steps))
    curve = Curve((-4.0, -2.0, -1.0, 0.5), (-4.2, -2.1, -0.5, 0.25))
    StageModel("growth", Blend(members), 0.25, curve, EFFECTS, {"catalogue": catalogue, **RANGES}).save(folder)
