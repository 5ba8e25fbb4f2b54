"""Step `acceptance`: applications with their old decision in; the propensity to be accepted out."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from models.fitting.acceptance import fit_acceptance
from models.fitting.feature_set import usable_features
from models.fitting.params import TrainParams
from pipelines.entry import run
from pipelines.files import write_parquet
from pipelines.params import section

BEFORE = ("development", "calibration")


@dataclass(frozen=True)
class AcceptanceParams:
    """Parameters of the step: least propensity that counts as in the accepted region."""

    least_propensity: float


def main(source: str, features: Path, parts: Path, valid: Path, acceptance: Path) -> None:
    """Fit where the policy behind the loans of SOURCE accepted, and write the folder ACCEPTANCE."""
    params = section("acceptance", AcceptanceParams, source)
    accepted = pd.read_parquet(valid / "applications.parquet", columns=["application_id", "accepted"])
    planned = pd.read_parquet(parts / "split.parquet", columns=["application_id", "planned_part"])
    table = (
        pd.read_parquet(features / "features.parquet")
        .merge(accepted, on="application_id", validate="1:1")
        .merge(planned, on="application_id", validate="1:1")
        .sort_values("application_id")
        .reset_index(drop=True)
    )
    early = table[table["planned_part"].isin(BEFORE) & table["stage"].notna()]
    answers = early["accepted"].astype("float64").to_numpy()
    fitted = fit_acceptance(
        early[usable_features(early)], answers, params.least_propensity, section("train", TrainParams, source)
    )
    fitted.save(acceptance)
    known = table[["application_id", "accepted"]].assign(
        propensity=fitted.propensity(table), in_accepted_region=fitted.in_accepted_region(table)
    )
    write_parquet(known, acceptance / "propensity.parquet")


if __name__ == "__main__":
    run(main)
