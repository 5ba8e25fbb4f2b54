"""Figures of one cell: AUC, log-loss and Cox slope, on true PDs where they are known, else on outcomes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.learning_sets import Cell
from models.fitting.rows import folds_of
from models.validation.calibration_tests import log_loss
from models.validation.cox import cox
from policy.errors import MendableError

GROUPS = 20
"""Groups of tested enterprises that are left out in turn for standard errors (delete-a-group jackknife)."""


@dataclass(frozen=True)
class Outcomes:
    """What happened or would happen: outcome and weight of each row, the tested loan of each row, and its group.

    Where the true PD is known every loan has two rows, default of the weight PD and none of the weight 1 - PD: figures
    are then expected ones, without the luck of the outcomes.
    """

    defaulted: np.ndarray
    weight: np.ndarray
    loan: np.ndarray
    group: np.ndarray


def outcomes(cell: Cell) -> Outcomes:
    """Outcomes of the tested loans of a cell."""
    (fold,) = cell.data.folds
    known = fold.tested.loans
    group = folds_of(known.enterprise, GROUPS, "jackknife ")
    loan = np.arange(len(known))
    if cell.true is None:
        return Outcomes(known.defaulted, known.weight, loan, group)
    weight = np.concatenate([cell.true, 1 - cell.true])
    return Outcomes(np.repeat([1.0, 0.0], len(loan)), weight, np.tile(loan, 2), np.tile(group, 2))


def figures(found: Outcomes, pds: np.ndarray, drawn: bool) -> dict[str, Any]:
    """AUC, log-loss [nats] and Cox slope of the PDs, one per tested loan; the slope is None where it has no answer.

    With outcomes that were `drawn` by nature (no true PD) also AUC and log-loss without each of the GROUPS in turn, for
    the standard error of a difference between two models on the same loans.
    """
    scored = pds[found.loan]
    y, w = found.defaulted, found.weight
    table: dict[str, Any] = {
        "auc": float(roc_auc_score(y, scored, sample_weight=w)),
        "log_loss": log_loss(y, scored, w),
    }
    try:
        table["slope"] = cox(y, scored, w).slope
    except MendableError:
        table["slope"] = None
    if drawn:
        kept = [found.group != number for number in range(GROUPS)]
        table["auc_without"] = [float(roc_auc_score(y[k], scored[k], sample_weight=w[k])) for k in kept]
        table["log_loss_without"] = [log_loss(y[k], scored[k], w[k]) for k in kept]
    return table
