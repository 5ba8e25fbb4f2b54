"""The tolerated NPL ratio of each size class, and what it means for the defaults of one year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from policy.digits import rounded_number
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
