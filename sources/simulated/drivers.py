"""True values of the drivers of default on the day of each application, as the tables could show them that day."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from sources.simulated.draws import YEAR_ENDS, Array, interpolated, log, log1p, quarter_end
from sources.simulated.histories import Histories
from sources.simulated.states import States, due_year
from sources.simulated.world import GROWTH_RATE, GROWTH_YEARS, STARTUP_REVENUE, STARTUP_YEARS

NEVER_FUNDED = 90.0
"""Months since the last round that count for an enterprise without one, and the longest that count [months]."""


class Drivers(NamedTuple):
    """One application a row, about standard scale, larger meaning more of what the name says."""

    stage: Array  # 0 startup, 1 growth, 2 mature
    age: Array  # years
    revenue: Array  # CNY
    runway_months: Array
    core_team_turnover: Array
    months_since_round: Array
    vc_share: Array
    postgraduate_share: Array
    rd_intensity: Array
    rd_staff_share: Array
    contract_turnover_share: Array
    buyer_concentration: Array
    hitech_revenue_share: Array
    receivable_days: Array
    rd_growth: Array
    leverage: Array
    current_ratio: Array
    line_utilisation: Array
    valid_invention_count: Array
    rights_age: Array
    overdue_count_3y: Array
    open_overdue_count: Array  # 0 or 1
    open_enforcement_count: Array  # 0 or 1
    is_abnormal: Array  # 0 or 1


OVERDUE_SCALE = 0.6
"""Overdue debts that make one unit of the driver [records]."""


def drivers(
    found: States, past: Histories, enterprise: Array, day: Array, open_records: Mapping[str, Array]
) -> Drivers:
    """Drivers of applications by `enterprise` (row of the states) on `day` (day number), records open that day given.

    Yearly states are those of the last fiscal year whose statement was due.
    """
    year = due_year(day)
    revenue_growth, rd_growth = _growth(found, enterprise, year)
    age = (day - found.founded[enterprise]) / 365.25
    burning = found.burning[enterprise, year]
    rounds = _known(past.round_day[enterprise], day)
    inventions, rights, rights_age = _rights_stock(past, enterprise, year)
    sells = past.contracts[enterprise, year] > 0
    turnover = past.leaves[enterprise, year] / past.core_team[enterprise]
    return Drivers(
        stage=_stage(age, found.revenue[enterprise, year], revenue_growth),
        age=age,
        revenue=found.revenue[enterprise, year],
        runway_months=np.where(burning, found.runway[enterprise, year], 1.2).clip(-3, 3),
        core_team_turnover=((turnover - 0.13) / 0.16).clip(-1, 3),
        months_since_round=(_months_since_round(rounds, day) - 55) / 33,
        vc_share=_vc_share(past, enterprise, rounds),
        postgraduate_share=found.postgraduate[enterprise, year].clip(-3, 3),
        rd_intensity=found.rd[enterprise, year].clip(-2.5, 2.5),
        rd_staff_share=found.rd_staff[enterprise, year].clip(-3, 3),
        contract_turnover_share=_contract_turnover(found, past, enterprise, day, year),
        buyer_concentration=np.where(sells, (past.main_share[enterprise, year] - 0.68) / 0.25, 0.0),
        hitech_revenue_share=found.hitech[enterprise, year].clip(-3, 3),
        receivable_days=found.receivable[enterprise, year].clip(-3, 3),
        rd_growth=(rd_growth / 0.32).clip(-2.5, 2.5),
        leverage=found.leverage[enterprise, year].clip(-3, 3),
        current_ratio=found.liquidity[enterprise, year].clip(-3, 3),
        line_utilisation=line_utilisation(found, past, enterprise, day),
        valid_invention_count=((log1p(inventions) - 0.75) / 0.85).clip(-1.5, 3),
        rights_age=np.where(rights > 0, (rights_age - 3.2) / 1.3, 0.0).clip(-2.5, 2.5),
        overdue_count_3y=_overdue_count(past, enterprise, day, open_records["open_overdue_count"]),
        **open_records,
    )


def _growth(found: States, enterprise: Array, year: Array) -> tuple[Array, Array]:
    """Growth of revenue [fraction] and of R&D spend [logarithm] over the year before; nought in the founding year."""
    before = np.maximum(year - 1, 0)
    revenue = found.revenue[enterprise, year] / found.revenue[enterprise, before]
    intensity = found.intensity[enterprise, year] / found.intensity[enterprise, before]
    first = YEAR_ENDS[before] < found.founded[enterprise]
    return np.where(first, 0.0, revenue - 1), np.where(first, 0.0, log(revenue * intensity))


def line_utilisation(found: States, past: Histories, enterprise: Array, day: Array) -> Array:
    """Utilisation of bank lines at the last quarter-end reported, on standard scale; low without a loan."""
    reported = quarter_end(day - 35, 0)
    borrows = past.borrows_from[enterprise] <= reported
    return np.asarray(np.where(borrows, interpolated(found.utilisation, enterprise, reported), -0.3)).clip(-3, 3)


def _stage(age: Array, revenue: Array, growth: Array) -> Array:
    startup = (age < STARTUP_YEARS) & (revenue < STARTUP_REVENUE)
    growing = (age < GROWTH_YEARS) | (growth >= GROWTH_RATE)
    return np.where(startup, 0, np.where(growing, 1, 2))


def _known(dates: Array, day: Array) -> Array:
    """Days of the events known a month later, NaN where that was after `day`."""
    return np.where(dates <= day[:, None] - 30, dates, np.nan)


def _months_since_round(known: Array, day: Array) -> Array:
    last = np.fmax.reduce(known, axis=1)
    return np.minimum(np.where(np.isfinite(last), (day - last) / 30.44, NEVER_FUNDED), NEVER_FUNDED)


def _vc_share(past: Histories, enterprise: Array, known: Array) -> Array:
    """Share of the known rounds led by venture capital, on about standard scale; low where there is no round."""
    rounds = np.isfinite(known)
    led = (rounds & past.institutional[enterprise]).sum(axis=1)
    return np.asarray((led / np.maximum(rounds.sum(axis=1), 1) - 0.35) / 0.42)


def _contract_turnover(found: States, past: Histories, enterprise: Array, day: Array, year: Array) -> Array:
    """Contract turnover of twelve months over the revenue of the last due year, on about standard scale."""
    turnover = found.revenue * past.contract_share
    share = interpolated(turnover, enterprise, day - 45) / found.revenue[enterprise, year]
    return np.asarray(((log1p(share / 0.02) - 0.90) / 0.70).clip(-1.3, 3))


def _overdue_count(past: Histories, enterprise: Array, day: Array, still_open: Array) -> Array:
    """Overdue debts of the last 36 months known on the day, on about standard scale; most have none."""
    known = _known(past.overdue_day[enterprise], day)
    number = (known > day[:, None] - 1096).sum(axis=1) + still_open
    return np.asarray((number - 0.35) / OVERDUE_SCALE).clip(-0.6, 3)


def _rights_stock(past: Histories, enterprise: Array, year: Array) -> tuple[Array, Array, Array]:
    """Valid inventions, valid rights of all kinds, and the mean age of all since filing [years]."""
    lapse = past.lapse_years[enterprise]
    inventions, rights, aged = np.zeros(len(year)), np.zeros(len(year)), np.zeros(len(year))
    for filed in range(past.granted.shape[1]):
        old = year - filed + 1.2  # from the middle of the year of filing to ten months after the last due year
        in_force = old < lapse
        invention = past.granted[enterprise, filed] * (in_force & (old >= 1.8))
        other = sum(counts[enterprise, filed] for counts in (past.utility, past.design, past.software))
        right = invention + other * (in_force & (old >= 0.9))
        inventions += invention
        rights += right
        aged += right * old
    return inventions, rights, aged / np.maximum(rights, 1)
