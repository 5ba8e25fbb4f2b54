"""PDs of the tested loans of a set by ours and by every challenger."""

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec

import numpy as np
import pandas as pd

from benchmarks.accuracy_sets import Fold, Set
from models.challengers.comparison import kept_apart
from models.challengers.pds import CHALLENGERS, REPEATS_OF_ONE_STAGE, challenger_pds
from models.challengers.scorecard import WANTED
from models.challengers.setting import Challenger, Setting
from models.challengers.verdicts import OURS
from models.fitting.blend import Blend
from models.fitting.fit import Part, fit_stage, pooled_line
from models.fitting.folds import Fitted, fit_with_folds
from models.fitting.group_effects import GROUP_EFFECTS
from models.fitting.params import TrainParams
from models.fitting.stage_model import StageModel

FACTS = {"catalogue": "none", "data": "none", "split": "none"}
"""Fingerprints a model of a comparison does not need: it is not kept."""
OWN = "independent-"
"""How the names of the boosters of a stage's own loans begin in the blend of its model."""


PACKAGES = {
    "EBM": ("interpret", "interpret-core", "challengers"),
    "scorecard": ("optbinning", "optbinning", "challengers"),
    "scorecard per stage": ("optbinning", "optbinning", "challengers"),
    "CatBoost": ("catboost", "catboost", "catboost"),
}
"""Module, package and extra of the challengers that want one."""


@dataclass(frozen=True)
class Compared:
    """Tested loans with stage, outcome, weight, fold, and application_id or row of the table; their PDs by model.

    `remarks` say which challengers were not run, and why.
    """

    loans: pd.DataFrame
    pds: pd.DataFrame
    seconds: Mapping[str, float]
    remarks: tuple[str, ...] = ()


def not_installed(name: str) -> str | None:
    """What to say when the package of a challenger is not installed; None where it is, or none is wanted."""
    module, package, extra = PACKAGES.get(name, (None, "", ""))
    return WANTED.format(name, package, extra) if module is not None and find_spec(module) is None else None


def our_models(fold: Fold, pooled: Fitted, data: Set) -> dict[str, StageModel]:
    """The models of the tested stages on the pooled booster, as the step `train` of the pipeline fits them."""
    parts = (fold.development, fold.calibration)
    stages = [part.table["stage"].to_numpy(dtype="object") for part in parts]
    params = _without_repeats(fold, data.params)
    of_all = pooled_line(pooled.booster, fold.calibration.loans, data.params)
    return {
        str(name): fit_stage(
            str(name),
            *(_of(part, stage == name) for part, stage in zip(parts, stages, strict=True)),
            pooled.where(stages[0] == name),
            data.shape,
            params,
            FACTS,
            of_all,
        )
        for name in fold.tested.table["stage"].unique()
    }


def _without_repeats(fold: Fold, params: TrainParams) -> TrainParams:
    """The parameters; where all loans are of one stage, such that it gets the pooled booster alone.

    Its own booster would be fitted on the same loans in the same way, so their blend is that booster again. Not where a
    group is known: group effects need the stage's defaults.
    """
    table = fold.development.table
    if table["stage"].nunique() > 1 or table[list(GROUP_EFFECTS)].notna().any(axis=None):
        return params
    return replace(params, minimum_defaults=len(table) + 1)


def scored(models: Mapping[str, StageModel], tested: Part) -> np.ndarray:
    """PDs of loans by the models of their stages."""
    stage = tested.table["stage"].to_numpy(dtype="object")
    found = np.full(len(tested.loans), np.nan)
    for name, model in models.items():
        found[stage == name] = model.probability(tested.table[stage == name])
    return found


def our_pds(fold: Fold, pooled: Fitted, data: Set) -> np.ndarray:
    """PDs of the tested loans by the stage models on the pooled booster."""
    return scored(our_models(fold, pooled, data), fold.tested)


def _of(part: Part, rows: np.ndarray) -> Part:
    return Part(part.loans.where(rows), part.table[rows].reset_index(drop=True))


def compared(data: Set, left_out: tuple[str, ...] = ()) -> Compared:
    """Ours and all challengers but those `left_out`, on every fold of the set; tested loans of all folds together.

    Every model is fitted once a fold: the pooled booster and those of the stages, on the account of ours, are the
    challengers `pooled only` and `independent only` as they are. Challengers that repeat others where there is one
    stage, and those whose package is not installed, are left out with a remark.
    """
    challengers, remarks = _run(data, left_out)
    seconds = dict.fromkeys((OURS, *challengers), 0.0)
    tables, pds = [], []
    for number, fold in enumerate(data.folds):
        found: dict[str, np.ndarray] = {}
        with _timed(seconds, OURS):
            pooled = fit_with_folds(fold.development.loans, data.shape, data.params, "pooled model")
            models = our_models(fold, pooled, data)
            found[OURS] = scored(models, fold.tested)
        own = {name: booster for name, model in models.items() if (booster := independent(model)) is not None}
        for name, challenger in challengers.items():
            with _timed(seconds, name):
                found[name] = _challenger_pds(challenger, fold, pooled, own, data)
        pds.append(kept_apart(pd.DataFrame(found)))
        columns = ("application_id", "row", "stage", "defaulted", "weight")
        kept = [column for column in columns if column in fold.tested.table.columns]
        tables.append(fold.tested.table[kept].assign(fold=number))
    loans, scores = (pd.concat(frames, ignore_index=True) for frames in (tables, pds))
    return Compared(loans, scores, seconds, remarks)


def _run(data: Set, left_out: tuple[str, ...]) -> tuple[dict[str, Challenger], tuple[str, ...]]:
    """The challengers to run, and a remark for each reason why others are not."""
    wanted = {name: challenger for name, challenger in CHALLENGERS.items() if name not in left_out}
    stages = {str(name) for fold in data.folds for name in fold.tested.table["stage"].unique()}
    stages |= {str(name) for fold in data.folds for name in fold.development.table["stage"].unique()}
    repeats = [name for name in wanted if len(stages) == 1 and name in REPEATS_OF_ONE_STAGE]
    absent = {name: why for name in wanted if (why := not_installed(name)) and name not in repeats}
    remarks = [
        f"not run, as there is one stage and they would repeat ours or the scorecard: {', '.join(repeats)}"
    ] * bool(repeats)
    remarks += [f"not run: {why}" for why in dict.fromkeys(absent.values())]
    return {n: c for n, c in wanted.items() if n not in repeats and n not in absent}, tuple(remarks)


def independent(model: StageModel) -> Blend | None:
    """The booster of the stage's own loans, taken from the blend of the stage model; None where the blend has none."""
    members = [member for member in model.blend.members if member.name.startswith(OWN)]
    total = sum(member.weight for member in members)
    return Blend(tuple(member._replace(weight=member.weight / total) for member in members)) if members else None


def _challenger_pds(
    challenger: Challenger, fold: Fold, pooled: Fitted, own: Mapping[str, Blend], data: Set
) -> np.ndarray:
    stages = [
        part.table["stage"].to_numpy(dtype="object") for part in (fold.development, fold.calibration, fold.tested)
    ]
    setting = Setting(fold.development.loans, stages[0], data.shape, data.params, pooled.booster, own)
    return challenger_pds(challenger, setting, fold.calibration.loans, stages[1], fold.tested.loans.features, stages[2])


@contextlib.contextmanager
def _timed(seconds: dict[str, float], name: str):  # type: ignore[no-untyped-def]  # a generator of nothing
    start = time.perf_counter()
    yield
    seconds[name] += time.perf_counter() - start
