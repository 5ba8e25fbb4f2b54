"""Step `evaluate`: models and all parts in; scores, validation figures, curves and calibration tables out."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from models.validation.evaluation import calibration_tables, conservatism, grouped, horizons, parts_measured, stability
from models.validation.metrics import roc_points
from pipelines.entry import run
from pipelines.files import write_figures, write_parquet
from pipelines.loans import part_table, unlabelled_table
from pipelines.params import section
from policy.segments import STAGES
from scoring.score import open_models, scores

KEPT = ["application_id", "enterprise_id", "as_of", "part", "stage", "size_class", "exposure", "weight", "defaulted"]

UNLABELLED = ["application_id", "enterprise_id", "as_of", "planned_part", "stage", "size_class", "exposure"]


@dataclass(frozen=True)
class EvaluateParams:
    """Parameters of the step: bins of calibration tables and of the stability index."""

    calibration_bins: int
    psi_bins: int


def main(source: str, features: Path, parts: Path, models: Path, evaluation: Path) -> None:
    """Score every part of SOURCE, measure the scores per stage and in total, write the folder EVALUATION."""
    params = section("evaluate", EvaluateParams, source)
    table = part_table(features, parts)
    opened = open_models(models)
    scored = pd.concat([table[KEPT], scores(table, opened)], axis=1)
    write_parquet(scored, evaluation / "scores.parquet")
    rejected = unlabelled_table(features, parts)
    unlabelled = pd.concat([rejected[UNLABELLED], scores(rejected, opened)], axis=1)
    write_parquet(unlabelled, evaluation / "unlabelled.parquet")
    metrics = {
        "parts": parts_measured(scored, STAGES, params.calibration_bins),
        "psi": stability(scored, STAGES, params.psi_bins),
        "horizons": horizons(table[table["part"] == "out_of_time"], opened),
        "conservatism": conservatism(scored, STAGES),
    }
    write_figures(metrics, evaluation / "metrics.json")
    _curves(scored[scored["part"] == "out_of_time"], params, evaluation)


def _curves(later: pd.DataFrame, params: EvaluateParams, evaluation: Path) -> None:
    """ROC points and calibration tables of every stage that has both outcomes, and of all together."""
    tables = calibration_tables(later, STAGES, params.calibration_bins)
    write_parquet(tables, evaluation / "calibration.parquet")
    known = set(tables["stage"])
    points = [roc_points(rows).assign(stage=name) for name, rows in grouped(later, STAGES).items() if name in known]
    write_parquet(pd.concat(points, ignore_index=True), evaluation / "roc.parquet")


if __name__ == "__main__":
    run(main)
