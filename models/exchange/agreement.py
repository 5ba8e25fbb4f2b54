"""Whether an export says what the model says: asked before a file is handed over."""

import numpy as np
import pandas as pd

from models.errors import ModelError

TOLERANCE = 1e-12
"""Largest difference of a PD and, relatively, of log-odds: the last bits of sums in another order."""


def require_agreement(what: str, found: pd.DataFrame, pds: np.ndarray, logits: np.ndarray) -> float:
    """Largest difference of the PDs; `found` has columns pd and logit of the export, row by row.

    Log-odds may differ by the tolerance times their size, above 1. A PD is rounded, so that a last bit may turn its
    eighth digit: it may differ by one unit of that digit where its log-odds agree.

    Raises
    ------
    ModelError
        When a PD or log-odds differ by more, or one is missing: the export must not be used.
    """
    pd_, logit = (found[name].to_numpy(dtype="float64") for name in ("pd", "logit"))
    apart = np.abs(logit - logits) / np.maximum(1.0, np.abs(logits))
    digit = 10.0 ** (np.floor(np.log10(np.maximum(pds, 1e-15))) - 7)
    wrong = ~(apart <= TOLERANCE) | ~(np.abs(pd_ - pds) <= np.where(apart > 0, 1.01 * digit, TOLERANCE))
    if wrong.any():
        message = (
            f"wanted the {what} to give log-odds within {TOLERANCE:g} of the model's; in {int(wrong.sum())} of "
            f"{len(wrong)} rows it does not (largest difference of a PD "
            f"{np.nan_to_num(np.abs(pd_ - pds), nan=1.0).max():.3g}). Nothing was written."
        )
        raise ModelError(message)
    return float(np.abs(pd_ - pds).max(initial=0.0))
