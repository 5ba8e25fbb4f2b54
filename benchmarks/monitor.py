"""The monitor on many simulated watches: false alarms when nothing has moved, and how soon planted drift is told.

Usage: python -m benchmarks.monitor [--watches 200] [--months 48] [--applications 250] [--seed 1] [--limits]

A watch is drawn at the level of PDs and outcomes: log-odds of PDs are normal per stage, outcomes are drawn from the
PDs, a third of the applications is approved. The whole monitor looks at every month. Cases: `nothing` moved;
`tolerated` odds of default 1.25 times those of the PDs, the edge of what policy tolerates; `years` whose odds differ by
a factor drawn for each (standard deviation of its logarithm 0.2); `level` odds doubled for decisions of month 13 and
later; `population` log-odds of PDs 0.8 higher from month 13 on. Prints a table, then one line of JSON.

With --limits it prints instead what limits are by sample size: index (ten bins, beside 5,000 of development),
slope (mean over 20 draws of loans whose outcomes keep to their PDs), and the fewest and the most defaults with which
the capital of a level exceeds its limit, of loans that all have a PD of 4 % and are learnt in the first month.
"""

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from decisions.alarm_state import State
from models.monitoring.level import capitals, log_factors, slope
from models.monitoring.looks import Look
from models.monitoring.population import index_limit
from models.monitoring.record import first_exceeded
from policy.segments import STAGES
from scoring.monitoring.batches import Batches
from scoring.monitoring.limits import Limits, limits_on
from scoring.monitoring.performance import GROUPS
from scoring.monitoring.reference import RunReference
from scoring.monitoring.set_aside import Account, Sifted
from scoring.monitoring.watch import Given, monitored

CASES = ("nothing", "tolerated", "years", "level", "population")
FIRST, DAY, WINDOW = pd.Timestamp("2025-01-01"), date(2025, 1, 1), 12
FROM = 13
"""First month of a planted drift, counted from 1."""
CENTRES = {stage: -3.0 - 0.4 * at for at, stage in enumerate(STAGES)}
SPREAD, EDGE, YEARS, DOUBLED, MOVED = 1.0, 1.25, 0.2, 2.0, 0.8

MANY = 150
"""Features whose indices share the false-alarm probability, where limits are printed."""


def main() -> None:
    """Print the table and the line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--watches", type=int, default=200, help="simulated watches per case")
    parser.add_argument("--months", type=int, default=48, help="months of a watch")
    parser.add_argument("--applications", type=int, default=250, help="applications per month")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limits", action="store_true", help="print limits by sample size instead")
    asked = parser.parse_args()
    if asked.limits:
        print_limits(np.random.default_rng(asked.seed))
        return
    found = {case: study(case, asked.watches, asked.months, asked.applications, asked.seed) for case in CASES}
    print(f"{'case':12} {'watches with any alarm':>24} {'by test':40}")
    for case, row in found.items():
        print(f"{case:12} {row['any']:24.3f} {row['by_test']}")
    print(json.dumps({"watches": asked.watches, "months": asked.months, **found}))


def print_limits(draw: np.random.Generator) -> None:
    """Print the limits of index, slope and level by sample size, each as the first look of a watch has it."""
    limits = limits_on(DAY)
    first = Look(0, 0)
    for size in (200, 500, 1000, 2000, 5000, 10_000):
        of_stage, of_feature = (
            index_limit(5000, size, 10, limits.index_tolerated, limits.plan.of_look(groups, first))
            for groups in (len(STAGES), MANY)
        )
        print(f"index, {size} applications: {of_stage:.2f} of a stage's PD, {of_feature:.2f} of one of {MANY} features")
    for defaults in (50, 100, 200, 400, 1000):
        low, high = np.mean([_slope_limits(defaults, limits, draw) for _ in range(20)], axis=0)
        print(f"slope, {defaults} defaults: {low:.2f} to {high:.2f}")
    for loans in (250, 500, 1000, 2500, 5000, 10_000):
        few, many = level_defaults(loans, 0.04, limits)
        fewer = "by no few" if few is None else f"at {few} or fewer"
        print(f"level, {loans} loans, {0.04 * loans:g} defaults expected: exceeded {fewer}, at {many} or more")


def level_defaults(loans: int, pd_: float, limits: Limits) -> tuple[int | None, int | None]:
    """The most defaults too few, and the fewest too many, with which loans of one PD exceed the limit of the level."""
    limit, chance = 1 / limits.plan.of_group(len(GROUPS)), np.full(loans, pd_)
    # The logarithm of a capital is a straight line in the number of defaults.
    none, all_ = (log_factors(np.full(loans, bad), chance, limits.level_tolerance) for bad in (0.0, 1.0))
    exceeded = [
        capitals((none + (all_ - none) * bad / loans)[None], limits.watch_months)[0] >= limit
        for bad in range(loans + 1)
    ]
    usual = round(loans * pd_)
    few = [bad for bad in range(usual) if exceeded[bad]]
    many = [bad for bad in range(usual, loans + 1) if exceeded[bad]]
    return max(few, default=None), min(many, default=None)


def _slope_limits(defaults: int, limits: Limits, draw: np.random.Generator) -> tuple[float, float]:
    """Lower and upper limit of the slope of loans with about so many defaults, one month of a watch."""
    chance = _applications(200_000, draw)["pd"].to_numpy()
    bad = draw.random(chance.size) < chance
    loans = int(np.searchsorted(np.cumsum(bad), defaults)) + 1
    level = limits.plan.of_look(1, Look(0, 0))
    found = slope(bad[:loans].astype("float64"), chance[:loans], limits.slope_low, limits.slope_high, level)
    reach = abs(found.limit - (limits.slope_high if found.upper else limits.slope_low))
    return limits.slope_low - reach, limits.slope_high + reach


def study(case: str, watches: int, months: int, applications: int, seed: int) -> dict[str, Any]:
    """Share of watches in which any limit was exceeded, by test, and the median month in which a test first told it."""
    told: dict[str, list[int]] = {}
    alarms = 0
    for at in range(watches):
        given = watch(case, months, applications, np.random.default_rng([seed, CASES.index(case), at]))
        first = first_exceeded(monitored(given).records)
        alarms += bool(first)
        soonest: dict[str, int] = {}
        for (test, _), record in first.items():
            month = (pd.Period(record.month) - FIRST.to_period("M")).n + 1
            soonest[test] = min(month, soonest.get(test, month))
        for test, month in soonest.items():
            told.setdefault(test, []).append(month)
    return {
        "any": alarms / watches,
        "by_test": {test: round(len(found) / watches, 3) for test, found in sorted(told.items())},
        "median_month": {test: float(np.median(found)) for test, found in sorted(told.items())},
    }


def watch(case: str, months: int, applications: int, draw: np.random.Generator) -> Given:
    """What the monitor is given in one simulated watch."""
    used = decided(case, months, applications, draw)
    before = _applications(20_000, draw).assign(calendar=draw.integers(1, 13, 20_000), weight=1.0)
    reference = pd.DataFrame({"decision": _decision(20_000, draw), "fired": ""})
    until = (FIRST.to_period("M") + months - 1).end_time.normalize()
    nothing = Sifted(used, used.head(0).assign(reason=""))
    account = Account("applications", len(used), len(used), 0)
    batches = Batches(used, pd.DataFrame(columns=["application_id", "month"]), nothing, account)
    run = RunReference(before, reference, Path())
    return Given(batches, run, State(), [], WINDOW, until, DAY, outcomes(used, until), None, None)


def decided(case: str, months: int, applications: int, draw: np.random.Generator) -> pd.DataFrame:
    """Scored applications of all months, with the probability of default that is true in the case."""
    size = months * applications
    place = np.repeat(np.arange(months), applications)
    found = _applications(size, draw)
    late = place + 1 >= FROM
    moved = np.where(late & (case == "population"), MOVED, 0.0)
    odds = logit(found["pd"].to_numpy()) + moved
    year = draw.normal(0.0, YEARS, months // 12 + 1)[place // 12]
    beside = {
        "tolerated": np.full(size, np.log(EDGE)),
        "years": year,
        "level": np.where(late, np.log(DOUBLED), 0.0),
    }.get(case, np.zeros(size))
    starts = pd.date_range(FIRST, periods=months, freq="MS")
    as_of = pd.Series(starts[place]) + pd.to_timedelta(draw.integers(0, 28, size), unit="D")
    return pd.DataFrame(
        {
            "application_id": [f"a{at:07d}" for at in range(size)],
            "enterprise_id": [f"e{at:07d}" for at in range(size)],
            "as_of": as_of.astype("datetime64[us]"),
            "stage": found["stage"],
            "size_class": "small",
            "pd": expit(odds),
            "decision": _decision(size, draw),
            "rule": "",
            "fired": "",
            "grade": "G1",
            "model_version": "v",
            "true": expit(odds + beside),
            "drawn": draw.random(size),
            "month": as_of.dt.to_period("M"),
        }
    )


def outcomes(used: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Canonical outcomes of the approved applications, as far as they are known on a day."""
    loans = used[used["decision"] == "approve"]
    ends = loans["as_of"] + pd.DateOffset(months=WINDOW)
    bad = loans["drawn"] < loans["true"]
    # The smaller the draw the earlier the default.
    day = loans["as_of"] + pd.to_timedelta((1 + 360 * loans["drawn"] / loans["true"]).where(bad).round(), unit="D")
    known = day.where(bad, ends)
    rows = pd.DataFrame(
        {
            "application_id": loans["application_id"],
            "window_months": float(WINDOW),
            "window_ends_on": ends,
            "defaulted": bad,
            "defaulted_on": day.where(bad),
            "known_on": known,
        }
    )
    return rows[known <= until].reset_index(drop=True)


def _applications(size: int, draw: np.random.Generator) -> pd.DataFrame:
    stage = draw.choice(list(STAGES), size)
    centre = np.array([CENTRES[name] for name in stage])
    return pd.DataFrame({"stage": stage, "pd": expit(centre + SPREAD * draw.normal(size=size))})


def _decision(size: int, draw: np.random.Generator) -> np.ndarray:
    return draw.choice(["approve", "refer", "decline"], size, p=[1 / 3, 1 / 3, 1 / 3])


if __name__ == "__main__":
    main()
