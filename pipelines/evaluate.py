"""Stage `evaluate`: models and all parts in; scores, validation figures, calibration tables and pictures out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from features.stage import STAGES
from models.battery import battery, roc_points
from models.calibration_tests import calibration_table
from models.discrimination import auc
from models.loans import loans
from models.params import TrainParams
from models.plain import plain_scores
from models.split import PARTS
from models.stability import psi
from pipelines.files import write_json, write_parquet
from pipelines.loans import part_table
from pipelines.params import section
from pipelines.stage import run
from reports.figures import draw_calibration, draw_roc
from scoring.score import open_models, scores

KEPT = ["application_id", "enterprise_id", "as_of", "part", "stage", "size_class", "exposure", "weight", "defaulted"]


@dataclass(frozen=True)
class EvaluateParams:
    """Knobs of the stage: bins of calibration tables and of the stability index."""

    calibration_bins: int
    psi_bins: int


def main(source: str, features: Path, parts: Path, models: Path, evaluation: Path) -> None:
    """Score every part of SOURCE, judge the scores per stage and in total, write the folder EVALUATION."""
    params = section("evaluate", EvaluateParams, source)
    table = part_table(features, parts)
    opened = open_models(models)
    scored = pd.concat([table[KEPT], scores(table, opened)], axis=1)
    write_parquet(scored, evaluation / "scores.parquet")
    metrics = {
        "parts": {part: _groups(scored[scored["part"] == part], params.calibration_bins) for part in PARTS},
        "psi": _stability(scored, params.psi_bins),
        "plain": _plain(table, scored, list(next(iter(opened.values())).features), source),
    }
    write_json(metrics, evaluation / "metrics.json")
    _tables_and_figures(scored[scored["part"] == "out_of_time"], params, evaluation)


def _groups(part: pd.DataFrame, bins: int) -> dict[str, Any]:
    by_stage = {stage: battery(part[part["stage"] == stage], bins) for stage in STAGES}
    return {**by_stage, "total": battery(part, bins)}


def _stability(scored: pd.DataFrame, bins: int) -> dict[str, float | None]:
    """PSI of the PDs from development to out-of-time, per stage and in total."""
    before, after = scored[scored["part"] == "development"], scored[scored["part"] == "out_of_time"]
    found: dict[str, float | None] = {}
    for name in (*STAGES, "total"):
        b = before if name == "total" else before[before["stage"] == name]
        a = after if name == "total" else after[after["stage"] == name]
        found[name] = psi(b["pd"], a["pd"], bins, b["weight"], a["weight"]).value if len(a) and len(b) else None
    return found


def _plain(table: pd.DataFrame, scored: pd.DataFrame, names: list[str], source: str) -> dict[str, float]:
    """Out-of-time AUC of a plain LightGBM on the same features and split, beside ours."""
    params = section("train", TrainParams, source)
    later = table["part"] == "out_of_time"
    rival = plain_scores(
        loans(table[table["part"] == "development"], names), table.loc[later, names], params.seed, params.threads
    )
    known = scored[later]
    return {
        "plain_auc": auc(known["defaulted"], rival, known["weight"]).auc,
        "ours_auc": auc(known["defaulted"], known["pd"], known["weight"]).auc,
    }


def _tables_and_figures(later: pd.DataFrame, params: EvaluateParams, evaluation: Path) -> None:
    groups = {stage: later[later["stage"] == stage] for stage in STAGES} | {"total": later}
    meaningful = {name: rows for name, rows in groups.items() if rows["defaulted"].nunique() == 2}
    tables = {
        name: calibration_table(rows["defaulted"], rows["pd"], rows["weight"], params.calibration_bins)
        for name, rows in meaningful.items()
    }
    curves = {name: roc_points(rows) for name, rows in meaningful.items()}
    joined = pd.concat([t.assign(stage=name) for name, t in tables.items()], ignore_index=True)
    write_parquet(joined, evaluation / "calibration.parquet")
    total = tables["total"].rename(columns={"mean_pd": "probability"})
    total.to_csv(evaluation / "calibration.csv", index=False)
    curves["total"].to_csv(evaluation / "roc.csv", index=False)
    draw_roc(curves, evaluation / "figures" / "roc.png")
    draw_calibration(
        {name: t for name, t in tables.items() if name != "total"}, evaluation / "figures" / "calibration.png"
    )


if __name__ == "__main__":
    run(main)
