"""Step `figures`: curves that `evaluate` computed in; pictures with labels in both languages, and CSV for DVC, out."""

from pathlib import Path

import pandas as pd

from pipelines.entry import run
from policy.segments import STAGES
from reports.figures import draw_calibration, draw_roc


def main(roc: Path, calibration: Path, figures: Path) -> None:
    """Draw the out-of-time curves per stage, write those of all stages together as CSV, into the folder FIGURES."""
    curves, bins = pd.read_parquet(roc), pd.read_parquet(calibration)
    after = bins[bins["step"] == "after"]
    named = {name: curves[curves["stage"] == name] for name in (*STAGES, "total")}
    draw_roc({name: rows for name, rows in named.items() if len(rows)}, figures / "roc.png")
    staged = {name: after[after["stage"] == name] for name in STAGES}
    draw_calibration({name: rows for name, rows in staged.items() if len(rows)}, figures / "calibration.png")
    named["total"].drop(columns="stage").to_csv(figures / "roc.csv", index=False)
    total = after[after["stage"] == "total"].drop(columns=["stage", "step"])
    total.rename(columns={"mean_pd": "probability"}).to_csv(figures / "calibration.csv", index=False)


if __name__ == "__main__":
    run(main)
