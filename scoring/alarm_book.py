"""The loans a watch is about: exposure and hazard of every loan at risk in a period, from PDs at decision."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from decisions.alarm import AlarmError
from models.fitting.horizon import horizon_pds
from models.fitting.split import MONTH_DAYS
from models.fitting.stage_model import StageModel
from policy.digits import rounded
from scoring.days import days_of

DAYS = ("granted_on", "defaulted_on", "closed_on")
OUTCOMES = ("application_id", "exposure", *DAYS)
"""Columns of a table of outcomes; days are empty where it has not come to that."""


class Curves(NamedTuple):
    """Cumulative hazards of loans, shape (loans, periods): at the end of each of the model's periods of `months`."""

    cumulative: np.ndarray
    months: int

    @property
    def window(self) -> int:
        """Length of the outcome window [months]; nothing is predicted beyond it."""
        return self.months * int(self.cumulative.shape[1])

    def at(self, age: np.ndarray) -> np.ndarray:
        """Cumulative hazard of each loan at its age [months], even within a period, constant beyond the window."""
        whole = np.column_stack([np.zeros(len(self.cumulative)), self.cumulative])
        place = np.clip(age, 0, self.window) / self.months
        low = np.minimum(place.astype(int), whole.shape[1] - 2)
        row = np.arange(len(whole))
        return np.asarray(whole[row, low] + (place - low) * (whole[row, low + 1] - whole[row, low]))


def curves(stage: pd.Series, pd_: pd.Series, models: Mapping[str, StageModel]) -> Curves:
    """Curves of loans by stage and PD at decision: the model's term structure, brought to that PD at the window's end.

    Raises
    ------
    AlarmError
        When the stages do not have periods of the same length and number.
    """
    shapes = {(int(m.facts["period_months"]), int(m.facts["window_periods"])) for m in models.values()}
    if len(shapes) != 1:
        message = f"wanted stages with the same periods; got {sorted(shapes)} (months, periods)"
        raise AlarmError(message)
    ((months, periods),) = shapes
    found = np.zeros((len(stage), periods))
    for name, model in models.items():
        rows = (stage == name).to_numpy(dtype=bool)
        chance = pd_[rows].to_numpy(dtype="float64")
        each = 1 - (1 - chance) ** (1 / periods)
        hazards = np.log(each / (1 - each))[:, None] + model.blend.baseline(periods)
        found[rows] = -np.log1p(-horizon_pds(hazards, chance, periods))
    return Curves(found, months)


def check_outcomes(table: pd.DataFrame) -> pd.DataFrame:
    """The table of outcomes with its days as days, ordered by application_id.

    Raises
    ------
    AlarmError
        When a column is missing, a loan is there twice, a day cannot be read, or days and exposures cannot be true.
    """
    absent = [name for name in OUTCOMES if name not in table.columns]
    if absent:
        message = f"wanted the columns {', '.join(OUTCOMES)} in the table of outcomes; {', '.join(absent)} is not there"
        raise AlarmError(message)
    found = table[list(OUTCOMES)].astype({"application_id": "str"})
    for name in DAYS:
        found[name] = days_of(table[name], f"table of outcomes, {name}", AlarmError)
    found["exposure"] = pd.to_numeric(table["exposure"], errors="coerce").astype("float64")
    ended = found[["defaulted_on", "closed_on"]]
    wrong = {
        "every loan once": found["application_id"].duplicated(),
        "the day every loan was granted": found["granted_on"].isna(),
        "an exposure above 0 of every loan": ~(found["exposure"] > 0) | ~np.isfinite(found["exposure"]),
        "no default and no closing before a loan was granted": ended.lt(found["granted_on"], axis=0).any(axis=1),
        "no default after a loan was closed": found["defaulted_on"] > found["closed_on"],
    }
    for wanted, rows in wrong.items():
        if rows.any():
            row = found[rows].iloc[0]
            message = f"table of outcomes: wanted {wanted}; {rows.sum()} rows break that, first {row['application_id']}"
            raise AlarmError(message)
    return found.sort_values("application_id").reset_index(drop=True)


def at_risk(book: pd.DataFrame, known: Curves, start: date, end: date) -> pd.DataFrame:
    """Loans at risk on `start`, with what they did until `end`: columns application_id, exposure, hazard, defaulted.

    A loan is watched from the first period that begins on the day it was granted or later, so that all loans of a
    period are known before it; until it is closed, in default, or its window ends. A default after the window's end
    is outside of what was certified.
    """
    first, last = pd.Timestamp(start), pd.Timestamp(end)
    age = [((day - book["granted_on"]).dt.days / MONTH_DAYS).to_numpy() for day in (first, last + pd.Timedelta(days=1))]
    defaulted_at = ((book["defaulted_on"] - book["granted_on"]).dt.days / MONTH_DAYS).to_numpy()
    gone = (book["closed_on"] < first) | (book["defaulted_on"] < first)
    here = ((book["granted_on"] <= first) & ~gone).to_numpy() & (age[0] < known.window)
    bad = ((book["defaulted_on"] >= first) & (book["defaulted_on"] <= last)).to_numpy() & (defaulted_at <= known.window)
    hazard = rounded(-np.expm1(known.at(age[0]) - known.at(age[1])))
    rows = book[["application_id", "exposure"]].assign(hazard=hazard, defaulted=bad)
    return pd.DataFrame(rows[here].reset_index(drop=True))


def ended_periods(first: date, until: date, months: int) -> Iterator[tuple[date, date]]:
    """Calendar periods of so many months, the first beginning on `first` or later, that had ended on `until`."""
    start = pd.Timestamp(first)
    aligned = pd.Timestamp(start.year, 1 + (start.month - 1) // months * months, 1)
    begin = aligned if aligned >= start else aligned + pd.DateOffset(months=months)
    while (end := begin + pd.DateOffset(months=months) - pd.Timedelta(days=1)) <= pd.Timestamp(until):
        yield begin.date(), end.date()
        begin = end + pd.Timedelta(days=1)
