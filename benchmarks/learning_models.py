"""PDs of one cell of the learning curves: by ours as the product fits it, by a challenger as a user would fit it."""

import ast
import hashlib
import warnings
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from benchmarks.accuracy_models import our_pds
from benchmarks.accuracy_sets import Set
from models.challengers.comparison import SMALLEST
from models.challengers.pds import CHALLENGERS
from models.challengers.setting import Setting
from models.challengers.verdicts import OURS
from models.errors import ModelError
from models.fitting.calibration import Curve, fit_curve
from models.fitting.folds import fit_with_folds
from models.fitting.loans import Loans
from models.fitting.params import TrainParams

OWN_CURVE = 30
"""Calibration defaults from which a challenger has a curve of the stage; with fewer it has that of all stages."""
ROOT = Path(__file__).parents[1]
CODE_OF_OURS = ("models/fitting", "benchmarks/accuracy_models.py")
CODE_OF_CHALLENGERS = ("models/challengers", "models/fitting/booster.py", "models/fitting/calibration.py")
COMMON_CODE = tuple(
    f"benchmarks/{name}.py"
    for name in ("table_loans", "learning_truth", "learning_sets", "learning_models", "learning_figures")
)
"""What figures of ours, of challengers and of all depend on; with other code they are measured again."""


def pds(model: str, data: Set) -> np.ndarray:
    """PDs of the tested loans of the one fold of `data`, kept apart from 0 and 1.

    Raises
    ------
    MendableError
        When the model refuses these loans; for ours, as the steps `pool` and `train` of the pipeline do.
    """
    found = _ours(data) if model == OURS else _challenger(model, data)
    return np.clip(found, SMALLEST, 1 - SMALLEST)


def _ours(data: Set) -> np.ndarray:
    (fold,) = data.folds
    known = fold.development.loans
    defaults = int((known.defaulted == 1).sum())
    if defaults < data.params.pooled_defaults:
        message = (
            f"wanted at least {data.params.pooled_defaults} defaults among the development loans (pooled_defaults); "
            f"got {defaults} of {len(known)}"
        )
        raise ModelError(message)
    return our_pds(fold, fit_with_folds(known, data.shape, data.params, "pooled model"), data)


def _challenger(model: str, data: Set) -> np.ndarray:
    (fold,) = data.folds
    stages = [part.table["stage"].to_numpy(dtype="object") for part in (fold.development, fold.calibration)]
    setting = Setting(fold.development.loans, stages[0], data.shape, data.params)
    known = setting.matured().defaulted
    if len(np.unique(known)) < 2:
        message = f"wanted development loans with and without default; got outcomes {np.unique(known).tolist()}"
        raise ModelError(message)
    later = fold.tested.table["stage"].to_numpy(dtype="object")
    rows = pd.concat([fold.calibration.loans.features, fold.tested.loans.features], ignore_index=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a column without a value in few loans, a solver at its last step
        try:
            score = CHALLENGERS[model](setting, rows, np.concatenate([stages[1], later]))
        except ValueError as error:  # what a library says of too few defaults for its own split
            message = f"could not be fitted: {error}"
            raise ModelError(message) from error
    before, after = score[: len(stages[1])], score[len(stages[1]) :]
    if not np.isfinite(score).all():
        message = "has no score for a stage with fewer defaults than folds"
        raise ModelError(message)
    return _calibrated(before, fold.calibration.loans, stages[1], after, later, data.params)


def _calibrated(
    before: np.ndarray, known: Loans, stage: np.ndarray, after: np.ndarray, later: np.ndarray, params: TrainParams
) -> np.ndarray:
    """PDs by a curve of each stage that has defaults for one, and by one curve of all loans for the others."""

    def curve(rows: np.ndarray) -> Curve:
        return fit_curve(
            before[rows], known.defaulted[rows], known.weight[rows], params.slope_ridge, params.spline_defaults
        )

    found = np.empty(len(after))
    few = [name for name in np.unique(later) if known.defaulted[stage == name].sum() < OWN_CURVE]
    common = curve(np.ones(len(stage), dtype=bool)) if few else None
    for name in np.unique(later):
        wanted = later == name
        found[wanted] = expit((curve(stage == name) if name not in few or common is None else common)(after[wanted]))
    return found


def version(model: str, params: TrainParams, data: str) -> str:
    """Fingerprint of what a figure of the model depends on: its code, its parameters, and `data`, that of the loans."""
    if model == OURS:
        return _digest(code((*CODE_OF_OURS, *COMMON_CODE)), asdict(params), data)
    read = {name: getattr(params, name) for name in ("seed", "folds", "slope_ridge", "spline_defaults")}
    return _digest(code((*CODE_OF_CHALLENGERS, *COMMON_CODE)), read, data)


def code(paths: Iterable[str]) -> str:
    """Fingerprint of Python files and folders of them, without their comments and docstrings."""
    files = [path for name in paths for path in (sorted((ROOT / name).glob("*.py")) or [ROOT / name])]
    return _digest(*(_bare(path) for path in files))


def _bare(path: Path) -> str:
    tree = ast.parse(path.read_text(encoding="utf8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [line for line in body if not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))]
            node.body = kept  # type: ignore[attr-defined]  # every node with a list of lines has it
    return ast.dump(tree)


def _digest(*parts: Any) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode("utf8")).hexdigest()[:16]
