"""Whether realised defaults keep to the PDs: level and slope by look; realised beside expected by stage and vintage."""

import numpy as np
import pandas as pd

from models.monitoring.level import BEYOND, capitals, log_factors, slope
from models.monitoring.looks import Look
from models.monitoring.record import Record
from models.validation.calibration_tests import jeffreys_interval
from policy.errors import MendableError
from policy.segments import STAGES
from scoring.monitoring.limits import Limits
from scoring.monitoring.looked import Mask, Months, Told, by_looks
from scoring.monitoring.population import TOTAL

OVERRIDDEN = "overridden"
"""Loans that a person approved although the system had declined them."""
GROUPS = (*STAGES, TOTAL, OVERRIDDEN)
"""Groups of the topic `level`."""


def performance_records(loans: pd.DataFrame, against: set[str], limits: Limits, months: Months) -> list[Record]:
    """Level of every group and slope of all loans; `against` are applications approved against the system.

    `loans` are those of `scoring.monitoring.known_outcomes`.
    """
    places = months.places(loans["told_in"])
    found = list[Record]()
    for group in GROUPS:
        found += _level(group, loans, places, members(loans, group, against), limits, months)
    bad = loans["defaulted"].to_numpy(dtype=bool)
    outcome, chance = loans["defaulted"].to_numpy(dtype="float64"), loans["pd"].to_numpy(dtype="float64")

    def tell(mask: Mask, look: Look) -> Told:
        level = limits.plan.of_look(1, look)
        try:
            told = slope(outcome[mask], chance[mask], limits.slope_low, limits.slope_high, level)
        except MendableError:
            return Told(0.0, 0.0, False, "no_finite_slope")
        return Told(told.value, told.limit, told.exceeded, upper=told.upper)

    return found + by_looks("slope", TOTAL, months, places, limits.slope_defaults, tell, places[bad])


def members(loans: pd.DataFrame, group: str, against: set[str]) -> Mask:
    """Mask of the loans of a group of GROUPS."""
    if group == TOTAL:
        return np.ones(len(loans), dtype=bool)
    if group == OVERRIDDEN:
        return loans["application_id"].isin(against).to_numpy(dtype=bool)
    return (loans["stage"] == group).to_numpy(dtype=bool)


def _level(
    group: str, loans: pd.DataFrame, places: np.ndarray, mine: Mask, limits: Limits, months: Months
) -> list[Record]:
    """One record per month from the first with an outcome on: capital, and all loans, defaults and expected so far."""
    limit = 1 / limits.plan.of_group(len(GROUPS))
    outcome, chance = loans["defaulted"].to_numpy(dtype="float64"), loans["pd"].to_numpy(dtype="float64")
    factors, found = np.zeros((len(months.ended), 2 * len(BEYOND))), list[Record]()
    for month in np.unique(places[mine & (places < len(months.ended))]):
        here = mine & (places == month)
        factors[month] = log_factors(outcome[here], chance[here], limits.level_tolerance)
    # Months before the first outcome stake nothing: bets that begin in them are the same one.
    for month, value in enumerate(capitals(factors, limits.watch_months)):
        so_far = mine & (places <= month)
        if so_far.any():
            told = Told(float(value), limit, bool(value >= limit))
            look, size = Look(month, month), int(so_far.sum())
            realised_, expected = int(outcome[so_far].sum()), float(chance[so_far].sum())
            found.append(months.record("level", group, look, size, told, defaults=realised_, expected=expected))
    if not found:
        look = Look(0, len(months.ended) - 1)
        found.append(months.record("level", group, look, 0, None, "no_outcome"))
    return found


def realised(loans: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """One row per group: loans, defaults, expected defaults, default rate with its 95 % Jeffreys interval, mean PD.

    Columns: those of `by`, loans, defaults, expected, mean_pd, rate, low, high, ratio (realised over expected).
    """
    rows = []
    for key, mine in loans.groupby(by, sort=True, observed=True):
        defaults, expected = int(mine["defaulted"].sum()), float(mine["pd"].sum())
        low, high = jeffreys_interval(defaults, len(mine))
        rows.append(
            dict(zip(by, map(str, key), strict=True))
            | {
                "loans": len(mine),
                "defaults": defaults,
                "expected": expected,
                "mean_pd": expected / len(mine),
                "rate": defaults / len(mine),
                "low": low,
                "high": high,
                "ratio": defaults / expected,
            }
        )
    columns = [*by, "loans", "defaults", "expected", "mean_pd", "rate", "low", "high", "ratio"]
    return pd.DataFrame(rows, columns=columns)
