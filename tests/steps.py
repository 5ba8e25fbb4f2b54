"""All steps of a small simulated portfolio in one process, in the folder it is started in; run as `python -m`."""

import sys
from pathlib import Path

import yaml

from features.rules.stage import STAGES
from pipelines import (
    ablate,
    acceptance,
    challenge,
    evaluate,
    explain,
    featurize,
    ground_truth,
    ingest,
    pool,
    split,
    threshold,
    train,
    validate,
)

ROOT = Path(__file__).parent.parent
SOURCE = "simulated"
SMALL = {
    "ingest": {"applications": 6000},
    "train": {
        "num_leaves": 7,
        "max_depth": 3,
        "learning_rate": 0.1,
        "num_iterations": 40,
        "early_stopping_rounds": 10,
        "min_data_in_leaf": 20,
        "lambda_l2": 1.0,
        "folds": 2,
        "spline_defaults": 20,
        "minimum_defaults": 10,
    },
    "ablate": {"folds": 2, "resamples": 20},
    "challenge": {"challengers": ["plain LightGBM"], "resamples": 20},
}
"""What is smaller than in params.yaml, so that all steps take less than a minute."""


def main(folder: Path) -> None:
    """Write params.yaml into `folder`, which is the working one, and run every step that writes numbers there."""
    params = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf8"))
    for section, values in SMALL.items():
        params[section][SOURCE] |= values
    (folder / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf8")
    at = {name: folder / name for name in ("tables", "truth", "valid", "features", "split", "pool", "models")}
    at |= {name: folder / name for name in ("evaluation", "acceptance", "challengers", "ablation")}
    at |= {name: folder / name for name in ("explanations", "thresholds", "ground_truth")}
    ingest.main(SOURCE, folder / "no_sample", at["tables"], at["truth"])
    validate.main(SOURCE, at["tables"], at["valid"])
    featurize.main(SOURCE, at["valid"], at["features"])
    split.main(SOURCE, at["features"], at["valid"], at["split"])
    pool.main(SOURCE, at["features"], at["split"], at["pool"])
    for stage in STAGES:
        train.main(SOURCE, stage, at["features"], at["split"], at["pool"], at["models"] / stage)
    scores = at["evaluation"] / "scores.parquet"
    evaluate.main(SOURCE, at["features"], at["split"], at["models"], at["evaluation"])
    acceptance.main(SOURCE, at["features"], at["split"], at["valid"], at["acceptance"])
    challenge.main(SOURCE, at["features"], at["split"], scores, at["pool"], at["challengers"])
    ablate.main(SOURCE, at["features"], at["split"], at["pool"], at["ablation"])
    explain.main(SOURCE, at["features"], scores, at["models"], at["explanations"])
    unlabelled = at["evaluation"] / "unlabelled.parquet"
    threshold.main(SOURCE, scores, unlabelled, at["acceptance"], at["thresholds"])
    pds = at["challengers"] / "pds.parquet"
    ground_truth.main(at["truth"], scores, pds, at["explanations"], at["thresholds"], at["ground_truth"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
