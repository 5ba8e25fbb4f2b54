"""From a tolerated NPL ratio, a stock, to the default ratio of a year that a certificate is tested at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.signal import lfilter
from scipy.special import ndtr, ndtri

from policy.digits import rounded_number
from policy.errors import MendableError
from policy.loader import FOLDER, PolicyError, figure

Floats = NDArray[np.float64]

COUNTS = ("new_defaults", "final_losses")
"""What an outcome counts: defaults of a year, a flow; or losses of a whole life, compared with the ratio as it is."""
KEYS: Mapping[str, tuple[str, ...]] = {
    "new_defaults": ("counts", "resolution_years", "lending_growth", "rho", "legacy_share", "legacy_npl"),
    "final_losses": ("counts", "rho", "legacy_share", "legacy_npl"),
}
RANGES: Mapping[str, tuple[float, float]] = {
    "resolution_years": (0.05, 10.0),
    "lending_growth": (-0.5, 1.0),
    "rho": (0.0, 0.9),
    "legacy_share": (0.0, 0.9),
    "legacy_npl": (0.0, 0.9),
}
"""Lowest and highest value of each input: beyond them it is a slip of units, such as 10 for 10 %."""
YEAR_STEPS = 400
"""Steps of a year in `ramp_up`."""


@dataclass(frozen=True)
class StockFlow:
    """Inputs of the conversion in force on a day; units as in policy/stock_flow.yaml.

    `kappa` [years] is the NPL stock per unit of new NPL a year; missing where outcomes are final losses.
    """

    name: str
    counts: str
    rho: float
    legacy_share: float
    legacy_npl: float
    resolution_years: float | None
    lending_growth: float | None
    kappa: float | None
    source: str
    flag: str
    since: date
    approved_by: str


@dataclass(frozen=True)
class Level:
    """What one tolerated NPL ratio becomes [fractions of amounts], step by step.

    `npl` the tolerance itself; `new_loans` the NPL ratio left for new loans beside the legacy book; `flow` the defaults
    of the outcome window that it allows; `tested` the flow less the margin for year effects over `years` calibration
    years: the level at which cut-offs are tested.
    """

    npl: float
    new_loans: float
    flow: float
    tested: float
    years: float


def read_stock_flow(name: str, day: date, folder: Path = FOLDER) -> StockFlow:
    """Inputs of policy/stock_flow.yaml in force on `day`.

    Raises
    ------
    PolicyError
        When the figure has other keys than KEYS names, or a value is out of its range.
    """
    known = figure("stock_flow", name, folder)
    values: Mapping[str, Any] = known.on(day)
    where = f"policy/stock_flow.yaml, {name}"
    counts = values.get("counts") if isinstance(values, Mapping) else None
    if counts not in COUNTS or set(values) != set(KEYS[counts]):
        wanted = " or ".join(", ".join(keys) for keys in KEYS.values())
        message = f"{where}: wanted the keys {wanted}; got {values!r}"
        raise PolicyError(message)
    for key, value in values.items():
        low, high = RANGES.get(key, (0.0, 0.0))
        if key in RANGES and not (type(value) in (int, float) and low <= value <= high):
            message = f"{where}, {key}: wanted a number from {low:g} to {high:g}; got {value!r}"
            raise PolicyError(message)
    stay, growth = values.get("resolution_years"), values.get("lending_growth")
    return StockFlow(
        name=name,
        counts=str(counts),
        rho=float(values["rho"]),
        legacy_share=float(values["legacy_share"]),
        legacy_npl=float(values["legacy_npl"]),
        resolution_years=stay,
        lending_growth=growth,
        kappa=None if stay is None else resolution_factor(float(stay), float(growth or 0.0)),
        source=known.source,
        flag=known.flag,
        since=known.since(day),
        approved_by=known.approved_by,
    )


def level(npl: float, inputs: StockFlow, years: float, delta: float) -> Level:
    """The steps from the tolerated NPL ratio to the level that cut-offs are tested at.

    Raises
    ------
    MendableError
        When the legacy book alone uses the tolerance up, or an argument is out of its range.
    """
    left = beside_legacy(npl, inputs.legacy_share, inputs.legacy_npl)
    flow = left if inputs.kappa is None else flow_tolerance(left, inputs.kappa)
    tested = macro_margin(flow, inputs.rho, years, delta)
    if not tested <= flow * (1 + 1e-9):  # without correlation the two differ by the last digits only
        message = f"wanted a level tested of at most the ratio allowed, {flow:.2%}; delta {delta} gives {tested:.2%}"
        raise MendableError(message)
    return Level(npl, rounded_number(left), rounded_number(flow), rounded_number(tested), years)


def beside_legacy(npl: float, share: float, legacy: float) -> float:
    """NPL ratio [fraction] left for new loans when loans of `share` of the balances have the ratio `legacy`.

    Raises
    ------
    MendableError
        When nothing is left.

    >>> round(beside_legacy(0.045, 0.5, 0.03), 3)
    0.06
    """
    left = (npl - share * legacy) / (1 - share)
    if not 0 < left < 1:
        message = (
            f"loans granted before, {share:.0%} of the balances at an NPL ratio of {legacy:.2%}, leave no NPL ratio "
            f"between 0 and 1 for new loans within {npl:.2%}; got {left:.2%}"
        )
        raise MendableError(message)
    return float(left)


def resolution_factor(years_to_resolve: float, growth: float) -> float:
    """Kappa [years]: NPL stock that results from one unit per year of new NPL, 1 / (growth + 1 / years_to_resolve).

    Exponential exit from the NPL stock (recovery, cure, write-off or sale) after a mean stay of `years_to_resolve`;
    `growth` is the yearly growth rate of lending. Renewal argument on stationary growth; Pinto and Vivan 2013,
    Banco Central do Brasil working paper 309, for the idea.

    Raises
    ------
    MendableError
        When the stay is not positive or growth outruns it downwards (growth <= -1 / stay).
    """
    if years_to_resolve <= 0 or growth + 1 / years_to_resolve <= 0:
        message = (
            "wanted a positive stay in NPL and growth above minus one over the stay; "
            f"got {years_to_resolve} years, growth {growth}"
        )
        raise MendableError(message)
    return 1 / (growth + 1 / years_to_resolve)


def flow_tolerance(npl: float, kappa: float) -> float:
    """Tolerated 12-month default probability by amounts [fraction] of a steady book whose NPL ratio may be `npl`.

    NPL ratio = D kappa / (1 + D kappa) with D the yearly hazard, hence PD = 1 - exp(-npl / (kappa (1 - npl))).

    Raises
    ------
    MendableError
        When npl is not inside (0, 1) or kappa is not positive.

    >>> round(flow_tolerance(0.045, resolution_factor(1.0, 0.0)), 3)
    0.046
    """
    if not 0 < npl < 1 or kappa <= 0:
        message = f"wanted an NPL ratio between 0 and 1 and kappa above 0 years; got {npl} and {kappa}"
        raise MendableError(message)
    return float(-np.expm1(-npl / (kappa * (1 - npl))))


def macro_margin(tolerance: float, rho: float, years: float, delta: float) -> float:
    """Tolerance tightened for year effects [fraction]: certify at this one, not at the given one.

    One-factor model (Vasicek 2002): on the probit scale, next year's rate less the mean of `years` calibration years is
    normal with variance rho (1 + 1 / years) / (1 - rho), so tolerance' = Phi(Phi^-1(tolerance) - z_(1-delta) times its
    root). With rho = 0 the tolerance itself.

    Raises
    ------
    MendableError
        When tolerance or delta is not inside (0, 1), rho not in [0, 1), or years not positive.

    >>> round(macro_margin(0.045, 0.0, 1, 0.10), 6)
    0.045
    """
    if not (0 < tolerance < 1 and 0 < delta < 1 and 0 <= rho < 1 and years > 0):
        message = (
            "wanted tolerance and delta between 0 and 1, rho from 0 to below 1 and years above 0; "
            f"got {tolerance}, {delta}, {rho}, {years}"
        )
        raise MendableError(message)
    root = np.sqrt(rho * (1 + 1 / years) / (1 - rho))
    return float(ndtr(ndtri(tolerance) - ndtri(1 - delta) * root))


def ramp_up(flow: float, stay_and_growth: tuple[float, float], after: ArrayLike) -> Floats:
    """NPL ratio of a new programme of one-year loans over its own in the long run, `after` so many years; shape (n,).

    Loans run a year and default at the even rate whose yearly probability is `flow`; `stay_and_growth` are the mean
    stay among the NPL [years] and the yearly growth of the lending. A young programme always looks good.

    >>> ramp_up(0.046, (1.5, 0.0), [0.5, 1, 2, 3, 5]).round(2).tolist()
    [0.16, 0.28, 0.64, 0.82, 0.95]
    """
    stay, growth = stay_and_growth
    wanted = np.atleast_1d(np.asarray(after, dtype=np.float64))
    times = np.arange(0.0, max(60.0, float(wanted.max())) + 1, 1 / YEAR_STEPS)
    granted = np.exp(growth * times)
    total = np.concatenate([[0.0], np.cumsum((granted[1:] + granted[:-1]) / 2 / YEAR_STEPS)])
    started = np.concatenate([np.zeros(YEAR_STEPS), total[:-YEAR_STEPS]])
    performing = total - started
    new = -np.log1p(-flow) * performing
    stock = lfilter([1 / YEAR_STEPS], [1.0, -np.exp(-1 / (YEAR_STEPS * stay))], new)
    ratio = stock / np.maximum(stock + performing, np.finfo(float).tiny)
    found: Floats = np.interp(wanted, times, ratio) / ratio[-1]
    return found
