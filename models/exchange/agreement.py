"""Whether an export says what the model says: asked before a file is handed over."""

import numpy as np
import pandas as pd

from models.errors import ModelError

TOLERANCE = 1e-12
"""Largest difference of a PD and, relatively, of log-odds: the last bits of sums in another order."""


def require_agreement(what: str, found: pd.DataFrame, pds: np.ndarray, logits: np.ndarray) -> float:
    """Largest difference of the PDs; `found` has columns pd and logit of the export, row by row.

    Log-odds may differ by the tolerance times their size, above 1. A PD is rounded, so that the last bit of an
    exponential may turn its eighth digit: in one row of a thousand, at least in one, it may differ by a unit of it.

    Raises
    ------
    ModelError
        When a PD or log-odds differ by more, or one is missing: the export must not be used.
    """
    pd_, logit = (found[name].to_numpy(dtype="float64") for name in ("pd", "logit"))
    apart = np.abs(logit - logits) / np.maximum(1.0, np.abs(logits))
    digit = 10.0 ** (np.floor(np.log10(np.maximum(pds, 1e-15))) - 7)
    other = np.abs(pd_ - pds)
    wrong = ~(apart <= TOLERANCE) | ~(other <= 1.01 * digit)
    turned = other > TOLERANCE
    if turned.sum() > max(1, len(pds) // 1000):
        wrong |= turned
    if wrong.any():
        message = (
            f"wanted the {what} to give log-odds within {TOLERANCE:g} of the model's; in {int(wrong.sum())} of "
            f"{len(wrong)} rows it does not (largest difference of a PD "
            f"{np.nan_to_num(other, nan=1.0).max():.3g}). Nothing was written."
        )
        raise ModelError(message)
    return float(other.max(initial=0.0))
