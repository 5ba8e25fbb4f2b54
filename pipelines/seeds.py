"""Step `seeds`: a finished run in; how far PDs, decisions and reasons move when its models are fitted again, out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from decisions.decide import decide
from decisions.procedure import Procedure
from decisions.procedure import opened as opened_procedure
from explanations.contributions import contributions
from explanations.interventional import interventional
from explanations.reasons import MOST, reasons
from models.fitting.params import TrainParams
from models.fitting.refit import Refit, refit
from models.fitting.rows import folds_of
from models.fitting.stage_model import StageModel
from models.validation.spread import grades_moved, reasons_kept, spread
from pipelines.entry import run
from pipelines.files import read_json, write_figures
from pipelines.loans import blanked_rows, part_table
from pipelines.params import section
from policy.errors import MendableError
from policy.segments import STAGES
from scoring.score import open_models, scores

PARTS_DRAWN = 10_000
"""Parts among which enterprises, or applications, are drawn."""
LOANS, EXPLAINED = 100, 300
"""Loans of a background, and applications explained against it, of each stage."""


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
    """What a run left for its out-of-time applications: decisions with PDs, reasons; its procedure, and the peers."""

    decided: pd.DataFrame
    reasons: pd.DataFrame
    procedure: Procedure
    peers: pd.DataFrame


def main(
    source: str,
    features: Path,
    parts: Path,
    acceptance: Path,
    models: Path,
    reasons_: Path,
    thresholds: Path,
    out: Path,
) -> None:
    """Fit the models of SOURCE again with other seeds and other folds, and write the folder OUT."""
    asked, params = section("seeds", SeedsParams, source), section("train", TrainParams, source)
    known = opened(features, acceptance, reasons_, thresholds)
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
    against = backgrounds(known, development, later, open_models(models))
    write_figures({"reasons": MOST, "refits": refits, "interventional": against}, out / "seeds.json")


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


def opened(features: Path, acceptance: Path, reasons_: Path, thresholds: Path) -> Run:
    """Decisions, reasons and procedure of the run, whose PDs are those of its own models."""
    region = pd.read_parquet(acceptance / "propensity.parquet", columns=["application_id", "in_accepted_region"])
    decided = pd.read_parquet(thresholds / "decisions.parquet").merge(region, on="application_id", validate="1:1")
    found = read_json(thresholds / "thresholds.json")
    peers = pd.read_parquet(features / "peer_quantiles.parquet")
    return Run(decided, pd.read_parquet(reasons_), opened_procedure(found["procedure"]), peers)


def compared(known: Run, later: pd.DataFrame, models: dict[str, StageModel]) -> dict[str, dict[str, Any]]:
    """Figures of every stage and in total, of the applications `later` by the run and by the models fitted again."""
    first = known.decided.set_index("application_id").loc[later["application_id"]].reset_index()
    second = scores(later, models)["pd"]
    region = first["in_accepted_region"].astype("float64")
    again = decide(later.assign(pd=second, in_accepted_region=region), known.procedure).rows
    told = reasons(contributions(later, models), later, known.peers)
    beside = first[["application_id", "stage", "pd", "decision", "grade"]].assign(
        pd_again=second, decision_again=again["decision"], grade_again=again["grade"]
    )
    codes = [grade.code for grade in known.procedure.scale]
    groups = {stage: beside[beside["stage"] == stage] for stage in STAGES} | {"total": beside}
    return {
        name: {**spread(rows, known.reasons, told)._asdict(), **grades_moved(rows, codes)}
        for name, rows in groups.items()
    }


def backgrounds(
    known: Run, development: pd.DataFrame, later: pd.DataFrame, models: Mapping[str, StageModel]
) -> dict[str, dict[str, Any]]:
    """By stage: reasons of the run that interventional values name too, of applications drawn from `later`.

    The background are loans granted in the development part, drawn once; so are the applications explained.
    """
    found = {}
    for stage, model in models.items():
        loans, rows = (
            _drawn(table[table["stage"] == stage], n) for table, n in ((development, LOANS), (later, EXPLAINED))
        )
        told = reasons(interventional(model, rows, loans), rows, known.peers)
        kept = reasons_kept(known.reasons[known.reasons["application_id"].isin(rows["application_id"])], told)
        found[stage] = {"applications": len(rows), "background": len(loans), "reasons_kept": float(kept.mean())}
    return found


def _drawn(table: pd.DataFrame, most: int) -> pd.DataFrame:
    """Up to `most` rows, those whose application comes first by a hash of its name."""
    place = folds_of(table["application_id"].to_numpy(dtype="object"), PARTS_DRAWN, "background ")
    return table.iloc[np.argsort(place, kind="stable")[:most]].reset_index(drop=True)


if __name__ == "__main__":
    run(main)
