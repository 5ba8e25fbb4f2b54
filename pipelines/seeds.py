"""Step `seeds`: a finished run in; how far PDs, decisions and reasons move when its models are fitted again, out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from decisions.decide import decide
from decisions.procedure import Procedure
from decisions.procedure import opened as opened_procedure
from explanations.contributions import contributions
from explanations.reasons import reasons
from models.fitting.folds import seeds_of
from models.fitting.params import TrainParams
from models.fitting.refit import Refit, refit
from models.fitting.stage_model import StageModel
from models.validation.spread import spread
from pipelines.entry import run
from pipelines.files import read_json, write_figures
from pipelines.loans import blanked_rows, part_table
from pipelines.params import section
from policy.errors import MendableError
from policy.segments import STAGES
from scoring.score import scores


@dataclass(frozen=True)
class SeedsParams:
    """Parameters of the step: other seeds, and other names of the enterprises (salts of the folds); a refit each."""

    seeds: Sequence[int]
    names: Sequence[str]


@dataclass(frozen=True)
class Run:
    """What a run left for its out-of-time applications: decisions with PDs, reasons; and its procedure."""

    decided: pd.DataFrame
    reasons: pd.DataFrame
    procedure: Procedure

    @property
    def most(self) -> int:
        """Reasons on each side of an application."""
        return int(self.reasons["rank"].max())


def main(
    source: str, features: Path, parts: Path, acceptance: Path, reasons_: Path, thresholds: Path, out: Path
) -> None:
    """Fit the models of SOURCE again with other seeds and other folds, and write the folder OUT."""
    asked, params = section("seeds", SeedsParams, source), section("train", TrainParams, source)
    known = opened(acceptance, reasons_, thresholds)
    later = part_table(features, parts, "out_of_time")
    development = part_table(features, parts, "development")
    calibration = part_table(features, parts, "calibration")
    tables = Refit(development, calibration, blanked_rows(features, development))
    refits = [
        {"kind": kind, "value": value, "groups": compared(known, later, refit(tables, again))}
        for kind, value, again in variants(asked, params)
    ]
    write_figures({"seeds_averaged": params.seeds, "reasons": known.most, "refits": refits}, out / "seeds.json")


def variants(asked: SeedsParams, params: TrainParams) -> list[tuple[str, str, TrainParams]]:
    """Kind (seed or names), value and parameters of every refit.

    Raises
    ------
    MendableError
        When a refit would be the run itself or share boosters with it, or when none is asked for.
    """
    if params.seed in asked.seeds or params.fold_salt in asked.names or not (asked.seeds or asked.names):
        message = (
            f"seeds: wanted at least one seed other than {params.seed} or one name other than {params.fold_salt!r}; "
            f"got seeds {list(asked.seeds)} and names {list(asked.names)}"
        )
        raise MendableError(message)
    for seed in asked.seeds:
        shared = set(seeds_of(params)) & set(seeds_of(replace(params, seed=seed)))
        if shared:
            message = (
                f"seeds: wanted seeds whose boosters are not those of the run; {min(shared)} is one that it averages"
            )
            raise MendableError(message)
    by_seed = [("seed", str(seed), replace(params, seed=seed)) for seed in asked.seeds]
    return by_seed + [("names", name, replace(params, fold_salt=name)) for name in asked.names]


def opened(acceptance: Path, reasons_: Path, thresholds: Path) -> Run:
    """Decisions, reasons and procedure of the run, whose PDs are those of its own models."""
    region = pd.read_parquet(acceptance / "propensity.parquet", columns=["application_id", "in_accepted_region"])
    decided = pd.read_parquet(thresholds / "decisions.parquet").merge(region, on="application_id", validate="1:1")
    found = read_json(thresholds / "thresholds.json")
    return Run(decided, pd.read_parquet(reasons_), opened_procedure(found["procedure"]))


def compared(known: Run, later: pd.DataFrame, models: dict[str, StageModel]) -> dict[str, dict[str, Any]]:
    """Figures of every stage and in total, of the applications `later` by the run and by the models fitted again."""
    first = known.decided.set_index("application_id").loc[later["application_id"]].reset_index()
    second = scores(later, models)["pd"]
    region = first["in_accepted_region"].astype("float64")
    again = decide(later.assign(pd=second, in_accepted_region=region), known.procedure).rows
    told = reasons(contributions(later, models), later, known.most)
    beside = first[["application_id", "stage", "pd", "decision"]].assign(
        pd_again=second, decision_again=again["decision"]
    )
    groups = {stage: beside[beside["stage"] == stage] for stage in STAGES} | {"total": beside}
    return {name: spread(rows, known.reasons, told)._asdict() for name, rows in groups.items()}


if __name__ == "__main__":
    run(main)
