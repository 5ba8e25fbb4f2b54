"""How far the expected calibration error of other loans could be from the measured one."""

import numpy as np
from numpy.typing import ArrayLike

from models.validation.calibration_tests import CONFIDENCE
from models.validation.labelled_sample import bin_of, labelled_pds, quantile_edges


def ece_interval(
    defaulted: ArrayLike, pd_: ArrayLike, weight: ArrayLike | None, bins: int, resamples: int, seed: int
) -> tuple[float, float]:
    """Low and high end of the 95 % interval of the expected calibration error, by the basic bootstrap over loans.

    A resample adds its noise to every gap, so its ECE is too high, as the measured one is above the true one: the
    quantiles are reflected at the measured ECE (Davison and Hinkley 1997, Bootstrap Methods, 5.2). The bins are those
    of the loans as they are, and the interval always holds the measured ECE. A true error of exactly 0, which no
    measured one reaches, is missed more often than once in twenty.
    """
    loans = labelled_pds(defaulted, pd_, weight)
    where = bin_of(loans.score, quantile_edges(loans.score, loans.weight, bins))
    gaps = np.zeros((where.size, int(where.max()) + 2))
    gaps[np.arange(where.size), where] = loans.weight * (loans.defaulted - loans.score)
    gaps[:, -1] = loans.weight
    draw = np.random.default_rng(seed)
    drawn = (draw.integers(0, where.size, where.size) for _ in range(resamples))
    sums = np.array([np.ones(where.size) @ gaps, *(np.bincount(at, minlength=where.size) @ gaps for at in drawn)])
    errors = np.abs(sums[:, :-1]).sum(axis=1) / sums[:, -1]
    measured, out = float(errors[0]), (1 - CONFIDENCE) / 2
    low, high = (2 * measured - float(end) for end in np.quantile(errors[1:], [1 - out, out]))
    return max(0.0, min(low, measured)), max(high, measured)
