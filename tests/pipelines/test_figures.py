"""Pictures of every stage that has curves, and the curve of all stages together for DVC."""

from pathlib import Path

import pandas as pd

from pipelines.figures import main

CURVE = {"false_positive_rate": [0.0, 0.2, 1.0], "true_positive_rate": [0.0, 0.7, 1.0]}
BIN = {"mean_pd": 0.05, "default_rate": 0.04, "jeffreys_low": 0.02, "jeffreys_high": 0.07}


def test_the_step_draws_what_evaluate_computed(tmp_path: Path) -> None:
    roc = pd.concat([pd.DataFrame({**CURVE, "stage": name}) for name in ("growth", "total")])
    bins = pd.DataFrame(
        [{**BIN, "stage": s, "step": step} for s in ("growth", "total") for step in ("before", "after")]
    )
    roc.to_parquet(tmp_path / "roc.parquet", index=False)
    bins.assign(mean_pd=[0.01, 0.05, 0.02, 0.06]).to_parquet(tmp_path / "calibration.parquet", index=False)
    main(tmp_path / "roc.parquet", tmp_path / "calibration.parquet", tmp_path / "figures")
    for name in ("roc.png", "calibration.png"):
        assert (tmp_path / "figures" / name).read_bytes().startswith(b"\x89PNG")
    assert pd.read_csv(tmp_path / "figures" / "roc.csv").to_dict("list") == CURVE
    table = pd.read_csv(tmp_path / "figures" / "calibration.csv")
    assert table["probability"].tolist() == [0.06]
    assert table["default_rate"].tolist() == [0.04]
