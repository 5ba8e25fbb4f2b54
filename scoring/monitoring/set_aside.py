"""Rows that a monitor does not use, each with its reason, so that rows in = used + set aside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

COLUMNS = ("table", "application_id", "reason")
NO_FAULT = (
    *("after_until", "before_the_watch", "known_after_until", "window_open"),
    *("application_set_aside", "scored_by_both"),
)
"""Reasons that are no fault: the row belongs to other days, or its application is set aside or looked at already."""


class Sifted(NamedTuple):
    """Rows that are used, and those set aside with `reason`."""

    used: pd.DataFrame
    aside: pd.DataFrame


@dataclass(frozen=True)
class Account:
    """Rows of one table: rows = used + identical duplicates + those set aside, by reason."""

    table: str
    rows: int
    used: int
    duplicates: int
    aside: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse counts that do not add up: a row was lost."""
        if self.rows != self.used + self.duplicates + sum(self.aside.values()):
            message = f"rows of {self.table} do not add up: {self}"
            raise RuntimeError(message)

    @property
    def faulty(self) -> float:
        """Share of the rows of the watch that are set aside for a fault [fraction]; identical duplicates are none."""
        faults = sum(count for reason, count in self.aside.items() if reason not in NO_FAULT)
        return faults / (self.used + faults) if faults else 0.0

    def line(self) -> str:
        """The account as one line."""
        told = "".join(f" + {reason.replace('_', ' ')} {count}" for reason, count in self.aside.items())
        return f"{self.table}: rows in {self.rows} = used {self.used} + identical duplicates {self.duplicates}{told}"


def sifted(rows: pd.DataFrame, reasons: Mapping[str, pd.Series]) -> Sifted:
    """The rows, those for which a mask of `reasons` is true set aside for the first reason that holds."""
    reason = pd.Series("", index=rows.index, dtype="str")
    for name, mask in reasons.items():
        reason = reason.mask((reason == "") & mask.fillna(False).astype(bool), name)
    used = reason == ""
    return Sifted(rows[used].reset_index(drop=True), rows[~used].assign(reason=reason[~used]))


def account(table: str, rows: int, duplicates: int, found: Sifted) -> Account:
    """The account of a table that was sifted."""
    counted = found.aside["reason"].value_counts()
    return Account(table, rows, len(found.used), duplicates, {str(k): int(counted[k]) for k in sorted(counted.index)})


def faulty_months(found: Sifted, day: str, limit: float) -> dict[str, float]:
    """Share of the rows of a month that are set aside for a fault [fraction], of months where it is above `limit`.

    `day` names the column of the day a row belongs to; a row without one is in no month. One row alone is never a
    month's fault, so a month of few rows is not named for it. A fault of one month is small in the share of the whole.
    """
    faults = found.aside[~found.aside["reason"].isin(NO_FAULT)]
    by_month = [rows[day].dropna().dt.to_period("M").value_counts() for rows in (faults, found.used)]
    lost, used = (counts.reindex(by_month[0].index, fill_value=0) for counts in by_month)
    share = lost / (lost + used)
    beyond = share[(lost > 1) & (share > limit)].sort_index()
    return {str(month): float(value) for month, value in beyond.items()}


def listed(table: str, found: Sifted) -> pd.DataFrame:
    """The rows set aside as a list, columns COLUMNS."""
    return found.aside.assign(table=table)[list(COLUMNS)]
