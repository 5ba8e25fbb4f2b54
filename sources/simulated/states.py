"""Latent states of the simulated enterprises, year by year: what the tables show with noise and delay."""

from typing import NamedTuple

import numpy as np

from sources.simulated.draws import YEAR_ENDS, YEARS, Array, day_number, exp, log, logistic, persistent, power, stream
from sources.simulated.world import (
    BAD_YEAR,
    BAD_YEAR_MARGIN,
    BAD_YEAR_REVENUE,
    FIRST_DAY,
    LAST_DAY,
    RD_INTENSITY,
)


class States(NamedTuple):
    """One enterprise a row; yearly states (rows by years, float32) are standard normal unless a unit is given."""

    founded: Array  # day number
    first: Array  # day number of the first application
    quality: Array  # general quality, in nobody's table
    frailty: Array  # effect on the logit of default that no table shows
    size: Array
    inventive: Array  # whether the enterprise files patents at all
    revenue: Array  # CNY
    intensity: Array  # R&D over revenue, fraction
    rd: Array
    hitech: Array
    contract: Array
    concentration: Array
    receivable: Array
    leverage: Array
    liquidity: Array
    utilisation: Array
    runway: Array
    margin: Array
    burning: Array  # cash flow from operations is negative
    postgraduate: Array
    rd_staff: Array
    turnover: Array  # of the core team
    equity: Array
    investor: Array
    filing: Array
    overdue: Array

    def taken(self, rows: Array | slice) -> "States":
        """The same states of some enterprises."""
        return States(*(values[rows] for values in self))


LOADINGS = {
    "rd": (0.90, 0.10),
    "hitech": (0.88, 0.15),
    "contract": (0.93, 0.10),
    "concentration": (0.85, -0.10),
    "receivable": (0.85, -0.15),
    "leverage": (0.90, -0.15),
    "liquidity": (0.85, 0.15),
    "utilisation": (0.85, -0.10),
    "runway": (0.80, 0.10),
    "margin": (0.80, 0.25),
    "postgraduate": (0.93, 0.15),
    "rd_staff": (0.92, 0.15),
    "turnover": (0.70, -0.15),
    "equity": (0.80, 0.20),
    "investor": (0.90, 0.15),
    "filing": (0.90, 0.15),
    "overdue": (0.80, -0.15),
}
"""Persistence from year to year and loading on the general quality of each state: assumptions of this project."""

AGE_AT_FIRST_APPLICATION = ((0.0, 0.9), (0.69, 3.6), (0.72, 9.5), (0.90, 16.0), (1.0, 32.0))
"""Quantiles of the age at the first application [share, years]: assumption of this project."""

FRAILTY = 0.45
"""Standard deviation of what no table shows, on the logit scale: assumption of this project."""


def states(seed: int, rows: int) -> States:
    """States of `rows` enterprises."""
    rng = stream(seed, "enterprises")
    quality = rng.standard_normal(rows, dtype=np.float32)
    first_day, last_day = day_number(FIRST_DAY), day_number(LAST_DAY)
    first = np.floor(first_day + (last_day - first_day + 1) * power(rng.random(rows), 1.8))
    age = np.interp(rng.random(rows), *np.array(AGE_AT_FIRST_APPLICATION).T)
    founded = np.floor(first - 365.25 * age)
    # A last fiscal year that was due on the day of application must exist.
    due = YEAR_ENDS[np.maximum(due_year(first), 0)]
    founded = np.minimum(founded, due - 200)
    drawn = {
        name: persistent(stream(seed, f"state {name}"), rows, persistence, loading, quality)
        for name, (persistence, loading) in LOADINGS.items()
    }
    drawn["liquidity"] = (0.87 * drawn["liquidity"] - 0.5 * drawn["leverage"]).astype(np.float32)
    drawn["rd_staff"] = (0.95 * drawn["rd_staff"] + 0.3 * drawn["rd"]).astype(np.float32)
    size = rng.standard_normal(rows, dtype=np.float32)
    years = age_at_year_end(founded)
    margin = (0.080 - 0.13 * exp(-years / 2.5) + 0.09 * drawn["margin"]).astype(np.float32)
    margin[:, YEARS == BAD_YEAR] -= BAD_YEAR_MARGIN
    knots = log(np.array(RD_INTENSITY)[:, 1])
    intensity = exp(np.interp(drawn["rd"], np.array(RD_INTENSITY)[:, 0], knots)).astype(np.float32)
    return States(
        founded=founded,
        first=first,
        quality=quality,
        frailty=FRAILTY * rng.standard_normal(rows),
        size=size,
        inventive=rng.random(rows) < logistic(-0.75 + 0.4 * size + 0.4 * quality),
        revenue=_revenue(seed, size, years),
        intensity=intensity,
        burning=margin < 0.01,
        **{**drawn, "margin": margin},
    )


def age_at_year_end(founded: Array) -> Array:
    """Age at the end of each fiscal year [years], rows by years; negative before the enterprise was founded."""
    return np.asarray((YEAR_ENDS[None, :] - founded[:, None]) / 365.25, dtype=np.float32)


def due_year(day: Array) -> Array:
    """Index of the last fiscal year whose annual statement was due (four months after its end) on each day."""
    reported = (day - 120).astype("int64").astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return np.asarray(reported - 1 - YEARS[0])


def _revenue(seed: int, size: Array, age: Array) -> Array:
    """Revenue of each fiscal year [CNY]: size, a curve of age, and persistent shocks."""
    shocks = persistent(stream(seed, "state revenue"), len(size), 0.95, 0.0, size)
    curve = 1.7 * (1 - exp(-np.maximum(age, 0.1) / 2.8)) - 0.032 * np.maximum(age - 4, 0)
    level = np.where(YEARS == BAD_YEAR, BAD_YEAR_REVENUE, 1.0)
    return np.asarray(level * exp(16.17 + 1.25 * size[:, None] + curve + 0.38 * shocks), dtype=np.float32)
