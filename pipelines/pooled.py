"""The pooled boosters as the step `pool` left them."""

from pathlib import Path

import numpy as np
import pandas as pd

from models.fitting.blend import Blend, Member
from models.fitting.booster import Booster
from models.fitting.folds import Fitted
from pipelines.files import read_json


def read_pool(pool: Path, applications: pd.Series) -> tuple[list[str], Fitted]:
    """Features of the pooled boosters; these with their out-of-fold scores of the development loans, in their order."""
    known = read_json(pool / "pool.json")
    scores = pd.read_parquet(pool / "out_of_fold.parquet").set_index("application_id").loc[applications]
    members = (
        Member(name, weight, Booster((pool / f"{name}.txt").read_text(encoding="utf8")))
        for name, weight in known["boosters"].items()
    )
    columns = (scores["score"].to_numpy(), scores["fold"].to_numpy(), np.array(known["baselines"]))
    return known["features"], Fitted(
        Blend(tuple(members)),
        known["trees"],
        *columns,
        known["by_domain"],
        known["additive_share"],
        known["additive_trees"],
    )
