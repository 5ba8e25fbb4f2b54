"""The NPL ratio that the upper bound of a certificate stands for: the steps to the level tested, gone back."""

import numpy as np
from scipy.special import ndtr, ndtri

from policy.digits import rounded_number
from policy.errors import MendableError


def npl_bound(bound: float, kappa: float | None, rho: float, years: float, delta: float) -> float:
    """NPL ratio [fraction of amounts] of new loans whose default ratio in the certified years is at most `bound`.

    The inverse of `decisions.stock_flow.level` without a legacy book: the default ratio of a year as bad as the margin
    provides for, Phi(Phi^-1(bound) + z_(1-delta) root(rho (1 + 1 / years) / (1 - rho))), turned into a stock,
    D kappa / (1 + D kappa) with D = -ln(1 - ratio). `kappa` [years] is None where outcomes are final losses, compared
    with the NPL ratio as they are. So a bound at the level tested gives the tolerance itself.

    Raises
    ------
    MendableError
        When bound is not in (0, 1], delta not inside (0, 1), rho not in [0, 1), kappa or years not positive.

    >>> npl_bound(0.045, None, 0.0, 1.0, 0.1)
    0.045
    >>> npl_bound(0.0175, 1.0, 0.0, 1.0, 0.1)
    0.017348646
    """
    if not (0 < bound <= 1 and 0 < delta < 1 and 0 <= rho < 1 and years > 0 and (kappa is None or kappa > 0)):
        message = (
            "wanted a bound above 0 and at most 1, delta between 0 and 1, rho from 0 to below 1, kappa and years above "
            f"0; got {bound}, {delta}, {rho}, {kappa}, {years}"
        )
        raise MendableError(message)
    root = np.sqrt(rho * (1 + 1 / years) / (1 - rho))
    stressed = float(ndtr(ndtri(bound) + ndtri(1 - delta) * root))
    if kappa is None or stressed >= 1:
        return rounded_number(stressed)
    stock = -np.log1p(-stressed) * kappa
    return rounded_number(float(stock / (1 + stock)))
