"""The pooled stack as the step `pool` left it."""

from pathlib import Path

import numpy as np
import pandas as pd

from models.fitting.blend import Blend, read_member
from models.fitting.calibration import Line
from models.fitting.folds import Fitted
from pipelines.files import read_json


def read_pool(pool: Path, applications: pd.Series) -> tuple[list[str], Fitted, Line | None]:
    """Features of the pooled stack; it with its out-of-fold scores of the development loans, in their order; its line.

    The line is that of Platt scaling on the calibration loans of all stages; None where it has none (`pooled_line`).
    """
    known = read_json(pool / "pool.json")
    scores = pd.read_parquet(pool / "out_of_fold.parquet").set_index("application_id").loc[applications]
    found = Fitted(
        Blend(tuple(read_member(pool / file, weight) for file, weight in known["files"].items())),
        {kind: member["weight"] for kind, member in known["members"].items()},
        {kind: member["trees"] for kind, member in known["members"].items()},
        scores["score"].to_numpy(),
        scores["fold"].to_numpy(),
        np.array(known["baselines"]),
        known["by_domain"],
    )
    return known["features"], found, None if known["line"] is None else Line(*known["line"])
