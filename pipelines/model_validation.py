"""Step `model_validation`: scores, features and decisions of a finished run in; its tests beside their limits out."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from decisions.grades import grades, read_scale
from models.back_tests.limits import days_to_mend, fewest, limits, quarter_penalty
from models.back_tests.slices import amount_edges, unknown_groups, with_groups
from models.back_tests.validated import Finished, Policy, validated
from models.fitting.split import SplitParams
from pipelines.entry import run
from pipelines.files import fingerprint, read_json, write_figures
from pipelines.findings import VALIDATION, brought_up_to_date
from pipelines.params import section
from pipelines.policy_day import policy_day
from policy.segments import STAGES

FACTS = ("application_id", "province", "industry", "is_first_loan", "is_state_owned")
"""Columns of the feature table by which loans are cut."""


@dataclass(frozen=True)
class ModelValidationParams:
    """Parameters of the step: bins of calibration tests and of Murphy's parts, and of the stability index."""

    calibration_bins: int
    psi_bins: int


def main(source: str, features: Path, evaluation: Path, thresholds: Path, models: Path, out: Path) -> None:
    """Test the PDs of the finished run of SOURCE by group, and write the folder OUT and the register beside it."""
    params, split = section("model_validation", ModelValidationParams, source), section("split", SplitParams, source)
    day, built_on = policy_day(source), date.fromisoformat(split.built_on)
    policy = Policy(limits(day), fewest(day), quarter_penalty(day), days_to_mend(day))
    finished, edges = read_finished(features, evaluation, thresholds, models, day)
    found = validated(finished, policy, built_on, params.calibration_bins, params.psi_bins)
    facts = {"source": source, "built_on": split.built_on, "policy_on": day.isoformat(), "rho": finished.rho}
    marks = {"models": {stage: fingerprint(models / stage / "model.json") for stage in STAGES}}
    bands = {"amount_edges": edges, "unknown": unknown_groups(finished.table)}
    write_figures({**facts, **marks, **found, **bands}, out / VALIDATION)
    brought_up_to_date(out.parent)


def read_finished(
    features: Path, evaluation: Path, thresholds: Path, models: Path, day: date
) -> tuple[Finished, list[float]]:
    """The finished run as the tests take it, and the inner bounds of the amount bands."""
    scored, refused = (pd.read_parquet(evaluation / f"{name}.parquet") for name in ("scores", "unlabelled"))
    used = _used(models)
    table = pd.read_parquet(features / "features.parquet", columns=list(dict.fromkeys([*FACTS, *used])))
    decided: dict[str, Any] = read_json(thresholds / "thresholds.json")
    scale = read_scale(decided["procedure"]["measure"], day)
    scored = scored.assign(grade=grades(scored["pd"], scale))
    edges = amount_edges(scored)
    approved = pd.read_parquet(thresholds / "decisions.parquet", columns=["application_id", "decision"])
    finished = Finished(
        table=with_groups(scored, table[list(FACTS)], edges),
        features=table.set_index("application_id").loc[scored["application_id"], used].reset_index(drop=True),
        used=used,
        approved=frozenset(approved.loc[approved["decision"] == "approve", "application_id"]),
        refused=refused[refused["planned_part"] == "out_of_time"],
        codes=[grade.code for grade in scale],
        rho=float(decided["stock_flow"]["rho"]),
    )
    return finished, edges.tolist()


def _used(models: Path) -> list[str]:
    """Features that the model of any stage uses, by name."""
    return sorted({name for stage in STAGES for name in read_json(models / stage / "model.json")["features"]})


if __name__ == "__main__":
    run(main)
