"""Finished runs of the tests of this folder: loans whose PDs are true, or wrong in a way that is known."""

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from models.back_tests.slices import amount_edges, with_groups
from models.back_tests.validated import Finished

CODES = [f"G{number}" for number in range(1, 8)]
BOUNDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32]
PARTS = (
    *(("development", "2017-01-01", 1460, 6000), ("calibration", "2021-01-01", 365, 2500)),
    *(("certification", "2022-01-01", 365, 2500), ("out_of_time", "2023-01-01", 730, 6000)),
)


def finished(seed: int = 1, factor: float = 1.0, stage_factor: float = 1.0, slope: float = 1.0) -> Finished:
    """A run whose PDs are the true ones, times `factor` in odds, `stage_factor` in startup, with another `slope`."""
    draw = np.random.default_rng(seed)
    parts = [_part(draw, name, first, days, loans) for name, first, days, loans in PARTS]
    table = pd.concat(parts, ignore_index=True)
    odds = logit(table["true"]) * slope + np.log(factor) + np.log(stage_factor) * (table["stage"] == "startup")
    table["pd"] = expit(odds)
    table["grade"] = np.array(CODES)[np.searchsorted(BOUNDS, table["pd"], side="right")]
    table["application_id"] = [f"a{number:05d}" for number in range(len(table))]
    facts = pd.DataFrame(
        {
            "application_id": table["application_id"],
            "province": draw.choice(["11", "31", "44"], len(table)),
            "industry": draw.choice(["3911", "6510"], len(table)),
            "is_first_loan": np.where(draw.random(len(table)) < 0.02, np.nan, draw.random(len(table)) < 0.2),
            "is_state_owned": (draw.random(len(table)) < 0.1).astype("float64"),
        }
    )
    low = table["pd"] < 0.06
    return Finished(
        table=with_groups(table.drop(columns="true"), facts, amount_edges(table)),
        features=pd.DataFrame({"staff_count": draw.normal(size=len(table)), "leverage": np.nan}),
        used=["staff_count", "leverage"],
        approved=frozenset(table.loc[low & (table["part"] == "out_of_time"), "application_id"]),
        refused=pd.DataFrame({"pd": expit(draw.normal(-2, 1, 800)), "stage": "growth", "size_class": "micro"}),
        codes=CODES,
        rho=0.02,
    )


def _part(draw: np.random.Generator, name: str, first: str, days: int, loans: int) -> pd.DataFrame:
    true = expit(draw.normal(-3.2, 0.9, loans))
    day = pd.Timestamp(first) + pd.to_timedelta(np.sort(draw.integers(0, days, loans)), unit="D")
    return pd.DataFrame(
        {
            "enterprise_id": [f"e{number:04d}" for number in draw.integers(0, 4000, loans)],
            "as_of": day.astype("datetime64[us]"),
            "part": name,
            "stage": draw.choice(["startup", "growth", "mature"], loans),
            "size_class": draw.choice(["micro", "small"], loans),
            "exposure": np.exp(draw.normal(14, 1, loans)),
            "weight": 1.0,
            "defaulted": (draw.random(loans) < true).astype(float),
            "true": true,
        }
    )
