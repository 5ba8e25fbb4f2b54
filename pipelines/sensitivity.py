"""Step `sensitivity`: a finished run and its refits in; what moves when something assumed is another out."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from decisions.assumed_figures import band_sensitivity, delta_sensitivity
from decisions.procedure import opened
from models.back_tests.findings import findings_of
from models.back_tests.limits import days_to_mend, fewest, limits
from models.back_tests.records import with_verdicts
from models.back_tests.refits import audit_records, by_other_stages, grade_records
from models.fitting.audit import audit
from models.fitting.feature_set import shape
from models.fitting.params import TrainParams
from models.fitting.split import SplitParams
from models.fitting.stage_model import StageModel
from pipelines.certificate_mode import certificate_mode
from pipelines.entry import run
from pipelines.files import fingerprint, read_json, write_figures
from pipelines.findings import SENSITIVITY, brought_up_to_date
from pipelines.limits import ThresholdParams
from pipelines.limits import limits as tolerances_of
from pipelines.loans import part_table
from pipelines.params import section
from pipelines.policy_day import policy_day
from pipelines.ruled import ruled
from pipelines.threshold import plan_of
from policy.segments import STAGES
from scoring.score import open_models, scores


class Run(NamedTuple):
    """Folders of the finished run."""

    features: Path
    parts: Path
    acceptance: Path
    models: Path
    evaluation: Path
    thresholds: Path


def main(
    source: str,
    features: Path,
    parts: Path,
    acceptance: Path,
    models: Path,
    evaluation: Path,
    thresholds: Path,
    seeds: Path,
    out: Path,
) -> None:
    """Vary what is assumed in the run of SOURCE, read its refits in SEEDS, and write the folder OUT."""
    split, day = section("split", SplitParams, source), policy_day(source)
    known = Run(features, parts, acceptance, models, evaluation, thresholds)
    fitted = open_models(models)
    refits = read_json(seeds / "seeds.json")["refits"]
    violations = audited(source, known, fitted)
    records = with_verdicts([*audit_records(violations), *grade_records(refits)], limits(day))
    built_on = date.fromisoformat(split.built_on)
    content = {
        "source": source,
        "built_on": split.built_on,
        "models": {stage: fingerprint(models / stage / "model.json") for stage in STAGES},
        "tests": [record.plain() for record in records],
        "findings": [each.plain() for each in findings_of(records, built_on, days_to_mend(day))],
        "monotonicity": {stage: {"violations": len(found)} for stage, found in violations.items()},
        "sensitivity": {
            **decided(source, known),
            "wrong_stage": wrong_stage(known, fitted, day),
            "refits": flat(refits),
        },
    }
    write_figures(content, out / SENSITIVITY)
    brought_up_to_date(out.parent)


def audited(source: str, known: Run, fitted: Mapping[str, StageModel]) -> dict[str, list[Any]]:
    """Violations of the documented directions by stage, on out-of-time loans: other rows than `train` audits."""
    params = section("train", TrainParams, source)
    found = {}
    for stage, model in fitted.items():
        rows = part_table(known.features, known.parts, "out_of_time", stage)
        directions = shape(list(model.features), params.domain_constraints).directions
        found[stage] = audit(model, rows, directions, seed=params.seed)
    return found


def decided(source: str, known: Run) -> dict[str, Any]:
    """Decisions and certified lines with the refer band, and with the delta, as they are and otherwise."""
    params, day = section("threshold", ThresholdParams, source), policy_day(source)
    whole = opened(read_json(known.thresholds / "thresholds.json")["procedure"])
    scored = ruled(pd.read_parquet(known.evaluation / "scores.parquet"), known.features, known.acceptance)
    may = pd.read_parquet(known.thresholds / "decidable.parquet")
    scored = scored.merge(may, on="application_id", validate="1:1")
    mode = certificate_mode(scored, params).mode
    plan = plan_of(params, day, scored, mode)
    later = scored[scored["part"] == "out_of_time"].reset_index(drop=True)
    return {
        "refer_band": band_sensitivity(later, whole),
        "delta": delta_sensitivity(scored, tolerances_of(source), plan),
    }


def wrong_stage(known: Run, fitted: Mapping[str, StageModel], day: date) -> list[dict[str, Any]]:
    """PDs of the out-of-time loans of each stage by the model of every stage."""
    later = part_table(known.features, known.parts, "out_of_time")
    own = later.assign(pd=scores(later, fitted)["pd"])
    pds = {stage: scores(later.assign(stage=stage), fitted)["pd"] for stage in STAGES}
    return by_other_stages(own, pds, fewest(day))


def flat(refits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row per refit and group of what the step `seeds` measured."""
    return [
        {"refit": refit["kind"], "setting": refit["value"].strip(), "group": name, **figures}
        for refit in refits
        for name, figures in refit["groups"].items()
    ]


if __name__ == "__main__":
    run(main)
