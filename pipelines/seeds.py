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
from models.fitting.params import TrainParams
from models.fitting.refit import Refit, refit
from models.fitting.rows import folds_of
from models.fitting.stage_model import StageModel
from models.validation.spread import spread
from pipelines.entry import run
from pipelines.files import read_json, write_figures
from pipelines.loans import blanked_rows, part_table
from pipelines.params import section
from policy.errors import MendableError
from policy.segments import STAGES
from scoring.score import scores

PARTS_DRAWN = 10_000
"""Parts among which enterprises are drawn that are left out."""


@dataclass(frozen=True)
class SeedsParams:
    """Parameters, a refit each: other seeds, other names of enterprises (salts of the folds), shares left out.

    Such a share [fraction] of the enterprises is left out of the development loans.
    """

    seeds: Sequence[int]
    names: Sequence[str]
    left_out: Sequence[float]


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
    refits += [
        {
            "kind": "left_out",
            "value": str(share),
            "groups": compared(known, later, refit(without(tables, share), params)),
        }
        for share in asked.left_out
    ]
    write_figures({"reasons": known.most, "refits": refits}, out / "seeds.json")


def without(tables: Refit, share: float) -> Refit:
    """The same without the development loans of a share of the enterprises, drawn by a hash of their names.

    Raises
    ------
    MendableError
        When the share is not above 0 and below 1.
    """
    if not 0 < share < 1:
        message = f"seeds: wanted shares left out above 0 and below 1; got {share!r}"
        raise MendableError(message)
    enterprise = tables.development["enterprise_id"].to_numpy(dtype="object")
    kept = folds_of(enterprise, PARTS_DRAWN, "left out ") >= share * PARTS_DRAWN
    blanked = None if tables.blanked is None else tables.blanked[kept].reset_index(drop=True)
    return Refit(tables.development[kept].reset_index(drop=True), tables.calibration, blanked)


def variants(asked: SeedsParams, params: TrainParams) -> list[tuple[str, str, TrainParams]]:
    """Kind (seed or names), value and parameters of every refit.

    Raises
    ------
    MendableError
        When a refit would be the run itself, or when none is asked for.
    """
    nothing = not (asked.seeds or asked.names or asked.left_out)
    if params.seed in asked.seeds or params.fold_salt in asked.names or nothing:
        message = (
            f"seeds: wanted at least one seed other than {params.seed} or one name other than {params.fold_salt!r}; "
            f"got seeds {list(asked.seeds)} and names {list(asked.names)}"
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
