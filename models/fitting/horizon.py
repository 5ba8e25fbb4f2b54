"""PD at any horizon: the baseline of the hazard, scaled so that the window's PD is the calibrated one."""

import numpy as np
from scipy.special import expit


def horizon_pds(hazard_logits: np.ndarray, pd_window: np.ndarray, window_periods: int) -> np.ndarray:
    """PD by the end of each period, shape (loans, periods).

    `hazard_logits` are log-odds of default in each period, shape (loans, periods). The cumulative hazard of each loan
    is multiplied by the one factor that makes its PD at the end of the window (`window_periods`) equal `pd_window`, so
    the term structure comes from the hazard and the level from the calibration.
    """
    cumulative = np.cumsum(-np.log1p(-expit(hazard_logits)), axis=1)
    wanted = -np.log1p(-np.clip(pd_window, 0, 1 - 1e-12))
    factor = wanted / cumulative[:, window_periods - 1]
    return np.asarray(1 - np.exp(-cumulative * factor[:, None]))
