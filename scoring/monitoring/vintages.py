"""Vintage curves, and how grades and delinquency of the same enterprises move from one time to the next."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from models.fitting.split import MONTH_DAYS
from models.validation.stability import migration

BUCKETS = ("current", "to_30", "to_60", "to_90", "over_90")
ENDS = (0, 30, 60, 90)
"""Days overdue up to which a bucket but the last one reaches."""


class Transitions(NamedTuple):
    """Counts of moves from state (row) to state (column), shape (states, states), with the states in order."""

    states: tuple[str, ...]
    counts: np.ndarray

    @property
    def moves(self) -> int:
        """Number of moves, staying included."""
        return int(self.counts.sum())

    @property
    def bandwidths(self) -> tuple[float, float] | None:
        """Matrix weighted bandwidths of moves up (worse) and down; None where there are fewer than two states."""
        if len(self.states) < 2 or not self.moves:
            return None
        found = migration(self.counts)
        return found.upper, found.lower


def vintage_curves(loans: pd.DataFrame) -> pd.DataFrame:
    """Share of the loans of a quarter in default by months on book [fraction], one row per vintage.

    Columns: vintage, loans, mean_pd, and m1.. to the shortest window of the loans, cumulative. All loans have their
    whole window behind them, so that no curve is lowered by loans that are still young. A default without a day counts
    on the day it was known.
    """
    columns = ["vintage", "loans", "mean_pd"]
    if loans.empty:
        return pd.DataFrame(columns=columns)
    age = (loans["window_ends_on"] - loans["as_of"]).dt.days / MONTH_DAYS
    window = max(round(float(age.min())), 1)
    day = loans["defaulted_on"].fillna(loans[["known_on", "window_ends_on"]].min(axis=1)).where(loans["defaulted"])
    at = ((day - loans["as_of"]).dt.days / MONTH_DAYS).clip(lower=1)
    rows = []
    for vintage, mine in loans.groupby(loans["as_of"].dt.to_period("Q"), sort=True):
        defaulted = at[mine.index]
        shares = [float((defaulted <= month).mean()) for month in range(1, window + 1)]
        told = {"vintage": str(vintage), "loans": len(mine), "mean_pd": float(mine["pd"].mean())}
        rows.append(told | {f"m{month}": share for month, share in enumerate(shares, 1)})
    return pd.DataFrame(rows)


def grade_transitions(used: pd.DataFrame) -> Transitions:
    """Moves between grades of enterprises that were scored more than once, from each time to the next."""
    rows = used[used["grade"].notna()].sort_values(["enterprise_id", "as_of", "application_id"])
    after = rows.groupby("enterprise_id")["grade"].shift(-1)
    states = tuple(sorted(rows["grade"].astype("str").unique(), key=lambda grade: (len(grade), grade)))
    return _counted(states, rows["grade"], after)


def roll_rates(conduct: pd.DataFrame, approved: pd.DataFrame, months: int, until: pd.Timestamp) -> Transitions:
    """Moves between buckets of days overdue of enterprises with an approved loan, from one end of a month to the next.

    `conduct` has enterprise_id, happened_on, resolved_on, known_on of overdue records; `approved` enterprise_id and
    as_of. An enterprise is watched for `months` from its decision; a record counts once it was known by `until`.
    """
    watched = _month_ends(approved, months, until)
    rows = conduct[conduct["known_on"] <= until]
    joined = watched.merge(rows, on="enterprise_id", how="left")
    open_ = (joined["happened_on"] <= joined["end"]) & ~(joined["resolved_on"] <= joined["end"])
    days = (joined["end"] - joined["happened_on"]).dt.days.where(open_, 0).fillna(0)
    worst = days.groupby([joined["enterprise_id"], joined["end"]]).max().reset_index(name="days")
    worst["bucket"] = pd.Series(np.array(BUCKETS)[np.searchsorted(ENDS, worst["days"])], index=worst.index)
    after = worst.groupby("enterprise_id")["bucket"].shift(-1)
    next_end = worst.groupby("enterprise_id")["end"].shift(-1)
    follows = (next_end - worst["end"]).dt.days <= 31
    return _counted(BUCKETS, worst["bucket"], after.where(follows))


def _month_ends(approved: pd.DataFrame, months: int, until: pd.Timestamp) -> pd.DataFrame:
    parts = []
    first = approved["as_of"] + pd.offsets.MonthEnd(0)
    for month in range(months + 1):
        ends = (first + pd.offsets.MonthEnd(month)) if month else first
        parts.append(pd.DataFrame({"enterprise_id": approved["enterprise_id"], "end": ends}))
    rows = pd.concat(parts, ignore_index=True).drop_duplicates()
    return rows[rows["end"] <= until].sort_values(["enterprise_id", "end"])


def _counted(states: tuple[str, ...], before: pd.Series, after: pd.Series) -> Transitions:
    known = after.notna()
    place = {state: at for at, state in enumerate(states)}
    counts = np.zeros((len(states), len(states)))
    np.add.at(counts, (before[known].map(place).to_numpy(int), after[known].map(place).to_numpy(int)), 1)
    return Transitions(states, counts)
