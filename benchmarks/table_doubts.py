"""What makes a comparison on a table say nothing: refusals, and remarks on what a reader has to know of it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from benchmarks.accuracy_sets import Fold, SetError
from models.fitting.params import TrainParams

PERFECT = 0.999
"""AUC of a single column from which it is told that it may be a copy of the label."""


def require_enough(folds: Sequence[Fold], params: TrainParams, defaults: int) -> None:
    """Nothing, where the pipeline would fit a model on every fold, and both outcomes calibrate and are tested.

    Raises
    ------
    SetError
        When a fold has fewer defaults to learn from than `pooled_defaults`, one outcome alone to calibrate on, a stage
        that is tested and never came before, or all tested rows are of one outcome.
    """
    for number, fold in enumerate(folds):
        known = fold.development.loans
        count = int((known.defaulted == 1).sum())
        place = f" in fold {number}" if len(folds) > 1 else ""
        if count < params.pooled_defaults:
            message = (
                f"wanted at least {params.pooled_defaults} defaults to learn from, below which the pipeline fits no "
                f"model (pooled_defaults; docs/few_defaults.md says what it does then); got {count} among "
                f"{len(known)} rows{place}, {defaults} in the table"
            )
            raise SetError(message)
        _require_both(fold.calibration.loans.defaulted, f"those that calibrate{place}")
        before = {*fold.development.table["stage"], *fold.calibration.table["stage"]}
        new = sorted(set(fold.tested.table["stage"]) - before)
        if new:
            message = f"wanted stages that are learned from too; got {new[0]!r:.60} among the tested rows alone{place}"
            raise SetError(message)
    _require_both(np.concatenate([fold.tested.loans.defaulted for fold in folds]), "those that are tested")


def _require_both(outcomes: np.ndarray, rows: str) -> None:
    bad = int((outcomes == 1).sum())
    if bad in (0, len(outcomes)):
        message = f"wanted rows of both outcomes among {rows}; got {bad} defaults among {len(outcomes)}"
        raise SetError(message)


def doubts(numbers: pd.DataFrame, outcome: np.ndarray, folds: Sequence[Fold], group: str | None) -> tuple[str, ...]:
    """Remarks: columns that alone order the label, rows that are there again, tested groups that are learned from.

    `numbers` are the columns learned from, under their own names; `outcome` is the label, 0 or 1.
    """
    telling = [str(name) for name, values in numbers.items() if _tells(values, outcome)]
    again = int(numbers.assign(**{"": outcome}).duplicated(keep=False).sum())
    remarks = []
    if telling:
        remarks.append(
            "alone orders the label (a copy of it, or known only after it? --ignore leaves it out): "
            f"{', '.join(telling)}"
        )
    if again:
        remarks.append(
            f"{again} of {len(numbers)} rows are there more than once, label included: a row that is tested may have "
            "been learned from"
        )
    if group is not None:
        shared, tested = (sum(counts) for counts in zip(*map(_shared, folds), strict=True))
        if shared:
            remarks.append(f"{shared} of {tested} tested rows are of groups ({group}) that are learned from too")
    return tuple(remarks)


def _tells(values: pd.Series, outcome: np.ndarray) -> bool:
    known = values.notna().to_numpy()
    if len(np.unique(outcome[known])) < 2:
        return False
    area = float(roc_auc_score(outcome[known], values[known]))
    return max(area, 1 - area) >= PERFECT


def _shared(fold: Fold) -> tuple[int, int]:
    """Tested rows of groups that are learned from, and all tested rows."""
    tested = fold.tested.table["enterprise_id"]
    return int(tested.isin(fold.development.table["enterprise_id"]).sum()), len(tested)
