"""Every step that writes numbers, on a small simulated portfolio, in one process; run as `python -m`, in its folder."""

import sys
from pathlib import Path

import numpy as np
import threadpoolctl
import yaml

from pipelines import (
    ablate,
    acceptance,
    blanked,
    challenge,
    evaluate,
    explain,
    featurize,
    ground_truth,
    ingest,
    manifest,
    model_validation,
    pool,
    split,
    threshold,
    train,
    validate,
)
from policy.segments import STAGES

PARAMS = Path(__file__).parents[2] / "params.yaml"
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
    # With the delta of params.yaml so few loans certify nothing.
    "threshold": {"delta": 0.49},
    "challenge": {"challengers": ["plain LightGBM"], "resamples": 20},
}
"""What is smaller than in params.yaml, so that all steps together take some twenty seconds."""


def main() -> None:
    """Print the kernels in use, write params.yaml and run the steps in the working folder, each into its own folder."""
    blas = {str(found.get("architecture")) for found in threadpoolctl.threadpool_info() if found["user_api"] == "blas"}
    simd = np.show_config(mode="dicts")["SIMD Extensions"]
    sys.stdout.write(f"kernels: {sorted(blas)} {simd.get('found', [])}\n")
    params = yaml.safe_load(PARAMS.read_text(encoding="utf8"))
    for section, values in SMALL.items():
        params[section][SOURCE] |= values
    Path("params.yaml").write_text(yaml.safe_dump(params), encoding="utf8")
    tables, truth, valid, features, parts, pooled, models = map(
        Path, ("tables", "truth", "valid", "features", "split", "pool", "models")
    )
    evaluation, accepted, challengers, explanations, thresholds = map(
        Path, ("evaluation", "acceptance", "challengers", "explanations", "thresholds")
    )
    scores = evaluation / "scores.parquet"
    ingest.main(SOURCE, Path("no_sample"), tables, truth)
    validate.main(SOURCE, tables, valid)
    featurize.main(SOURCE, valid, features)
    split.main(SOURCE, features, valid, parts)
    pool.main(SOURCE, features, parts, pooled)
    for stage in STAGES:
        train.main(SOURCE, stage, features, parts, pooled, models / stage)
    evaluate.main(SOURCE, features, parts, models, evaluation)
    acceptance.main(SOURCE, features, parts, valid, accepted)
    challenge.main(SOURCE, features, parts, scores, pooled, challengers)
    ablate.main(SOURCE, features, parts, pooled, Path("ablation"))
    explain.main(features, scores, models, explanations)
    threshold.main(SOURCE, features, scores, evaluation / "unlabelled.parquet", accepted, thresholds)
    ground_truth.main(truth, scores, explanations, thresholds, Path("ground_truth"))
    blanked.main(SOURCE, valid, features, parts, models, Path("blanked"))
    model_validation.main(SOURCE, features, evaluation, thresholds, models, Path("model_validation"))
    manifest.main(Path(), Path("manifest"))


if __name__ == "__main__":
    main()
