"""Stage `train`: loans of one lifecycle stage and the pooled booster in, the stage's PD model out."""

from pathlib import Path

import pandas as pd

from features.catalogue import version
from features.stage import STAGES
from models.booster import Booster
from models.fit import Fitted, fit_stage, loans
from models.params import TrainParams
from models.stage_model import ModelError
from pipelines.files import fingerprint, read_json
from pipelines.loans import directions, part_table
from pipelines.params import section
from pipelines.stage import run


def main(source: str, stage: str, features: Path, parts: Path, pool: Path, model: Path) -> None:
    """Fit the model of STAGE and write it into the folder MODEL."""
    if stage not in STAGES:
        message = f"stage must be one of {', '.join(STAGES)}; got {stage!r}"
        raise ModelError(message)
    params = section("train", TrainParams, source)
    known = read_json(pool / "pool.json")
    development = part_table(features, parts, "development", stage)
    scores = pd.read_parquet(pool / "out_of_fold.parquet").set_index("application_id")["score"]
    pooled = Fitted(
        Booster((pool / "pooled.txt").read_text(encoding="utf8")),
        known["trees"],
        scores.reindex(development["application_id"]).to_numpy(),
    )
    names = known["features"]
    facts = {
        "catalogue": version(),
        "data": fingerprint(features / "features.parquet"),
        "split": fingerprint(parts / "split.parquet"),
    }
    calibration = loans(part_table(features, parts, "calibration", stage), names)
    fit_stage(stage, loans(development, names), calibration, pooled, directions(names), params, facts).save(model)


if __name__ == "__main__":
    run(main)
