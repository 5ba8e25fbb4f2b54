"""The tolerated NPL ratio of each size class, and what it means for the defaults of one year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from policy.digits import rounded_number
from policy.errors import MendableError
from policy.loader import FOLDER, Figure, PolicyError, figure
from policy.segments import CAPPED, SIZE_CLASSES

ARTICLE = "section (5) of the NFRA notice of 2024-01-05"


@dataclass(frozen=True)
class Tolerance:
    """Tolerated NPL ratio of one size class [fraction of amounts]: overall ratio plus uplift, and where that is from.

    `flag` is the verification flag of the uplift (policy.loader.FLAGS); `since` the day its value came into force;
    `approved_by` who approved it, empty where nobody is named.
    """

    size_class: str
    value: float
    overall: float
    uplift: float
    ceiling: float | None
    source: str
    flag: str
    since: date
    approved_by: str = ""


class Dated(NamedTuple):
    """Tolerances by size class, in force from a day until the next ones."""

    since: date
    tolerances: Mapping[str, Tolerance]


def dated_tolerances(overall: Figure, folder: Path = FOLDER) -> tuple[Dated, ...]:
    """Tolerances of every day since which `overall` (the NPL ratio of all loans) and all uplifts are in force.

    A new entry begins where a tolerance changes; before the first one there is none, and nothing is approved.

    Raises
    ------
    PolicyError
        As `tolerances`, for any day: an uplift above the ceiling is refused even before it comes into force.
    """
    uplifts = [figure("tolerance", f"uplift_{size_class}", folder) for size_class in SIZE_CLASSES]
    first = max(min(known.values) for known in (overall, *uplifts))
    days = sorted({first, *(day for known in (overall, *uplifts) for day in known.values if day > first)})
    found: list[Dated] = []
    for day in days:
        now = tolerances(overall.on(day), day, folder)
        if not found or [t.value for t in now.values()] != [t.value for t in found[-1].tolerances.values()]:
            found.append(Dated(day, now))
    return tuple(found)


def tolerances(overall_npl: float, day: date, folder: Path = FOLDER) -> Mapping[str, Tolerance]:
    """Tolerance of each size class on `day`: `overall_npl` [fraction] plus its uplift in policy/tolerance.yaml.

    Raises
    ------
    PolicyError
        When an uplift is not in force on that day, is negative, or lies above the ceiling of a capped size class, or
        the overall ratio or a tolerance is not inside (0, 1).
    """
    _inside("overall NPL ratio", overall_npl)
    return {size_class: _tolerance(size_class, overall_npl, day, folder) for size_class in SIZE_CLASSES}


def _tolerance(size_class: str, overall: float, day: date, folder: Path) -> Tolerance:
    entry = figure("tolerance", f"uplift_{size_class}", folder)
    uplift = float(entry.on(day))
    ceiling = float(figure("tolerance", "uplift_ceiling", folder).on(day)) if size_class in CAPPED else None
    if uplift < 0:
        message = f"{entry.name}: uplift must be at least 0; got {uplift:.2%}"
        raise PolicyError(message)
    if ceiling is not None and uplift > ceiling:
        message = (
            f"{entry.name}: uplift for {size_class} enterprises must be at most {ceiling:.2%} by {ARTICLE}; "
            f"got {uplift:.2%}"
        )
        raise PolicyError(message)
    # In floats 0.0159 + 0.03 lies below 0.0459; what decides is the number that is stored.
    value = rounded_number(overall + uplift)
    _inside(f"tolerance of {size_class} enterprises", value)
    since = entry.since(day)
    return Tolerance(size_class, value, overall, uplift, ceiling, entry.source, entry.flag, since, entry.approved_by)


def _inside(name: str, ratio: float) -> None:
    if not 0 < ratio < 1:
        message = f"{name} must be a fraction between 0 and 1, both excluded; got {ratio}"
        raise PolicyError(message)


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
