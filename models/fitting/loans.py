"""Loans with outcomes as the fitting takes them, and their half-years at risk."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.errors import ModelError


@dataclass(frozen=True)
class Loans:
    """Loans in rows: feature columns, outcome over the window, population weight, enterprise, day of decision.

    `defaulted` is missing for a loan whose window has not closed. `observed_months` is the time at risk that had passed
    on the day the model is built, `default_month` the months from decision to default (missing where none is known, and
    for an undated default). `blanked` holds the features of the same loans with tables blanked at random, where the
    boosters shall learn what a table that is not delivered means.
    """

    features: pd.DataFrame
    defaulted: np.ndarray
    weight: np.ndarray
    enterprise: np.ndarray
    as_of: np.ndarray
    observed_months: np.ndarray
    default_month: np.ndarray
    blanked: pd.DataFrame | None = None

    def __len__(self) -> int:
        return len(self.features)

    def where(self, rows: np.ndarray) -> "Loans":
        """The loans of a boolean mask."""
        names = ("defaulted", "weight", "enterprise", "as_of", "observed_months", "default_month")
        blanked = None if self.blanked is None else self.blanked[rows].reset_index(drop=True)
        columns = {name: getattr(self, name)[rows] for name in names}
        return Loans(self.features[rows].reset_index(drop=True), **columns, blanked=blanked)


@dataclass(frozen=True)
class AtRisk:
    """One row per loan and period at risk: position of the loan, number of the period from 0, default in it."""

    loan: np.ndarray
    period: np.ndarray
    defaulted: np.ndarray


def loans(table: pd.DataFrame, names: list[str], blanked: pd.DataFrame | None = None) -> Loans:
    """Loans from a table with the features, defaulted, weight, enterprise_id, as_of, observed_months, default_month.

    `blanked` has the features of the same rows with tables blanked.

    Raises
    ------
    ModelError
        When a feature is absent, or weights are missing, zero or negative.
    """
    absent = [name for name in names if name not in table.columns]
    if absent:
        message = f"wanted feature {', '.join(absent)} in the feature table; it is not there"
        raise ModelError(message)
    weight = table["weight"].to_numpy(dtype="float64")
    wrong = ~(weight > 0)
    if wrong.any():
        message = f"wanted weights above 0; got {wrong.sum()} of {len(weight)} that are missing, zero or negative"
        raise ModelError(message)
    return Loans(
        table[names].reset_index(drop=True),
        table["defaulted"].to_numpy(dtype="float64"),
        weight,
        table["enterprise_id"].to_numpy(dtype="object"),
        table["as_of"].to_numpy(),
        table["observed_months"].to_numpy(dtype="float64"),
        table["default_month"].to_numpy(dtype="float64"),
        None if blanked is None else blanked[names].reset_index(drop=True),
    )


def at_risk(data: Loans, period_months: int, periods: int) -> AtRisk:
    """Every period at risk that had ended when the model is built, up to `periods` per loan.

    A period that was still running counts neither for a default nor against one: fast defaults would be
    over-represented. With one period as long as the window this is one row per matured loan: the plain classifier.
    An undated default counts in the last of the periods that cover its time at risk; where they end earlier, nobody
    knows whether it came within them, and the loan is left out.
    """
    complete = np.minimum(np.floor(data.observed_months / period_months + 1e-9), periods).astype(int)
    dated = ~np.isnan(data.default_month)
    default_period = np.where(dated, np.floor(np.nan_to_num(data.default_month) / period_months), np.inf)
    undated = ~dated & (data.defaulted == 1)
    covered = data.observed_months <= period_months * periods + 1e-9
    default_period = np.where(undated & covered, np.maximum(complete - 1, 0), default_period)
    lost = undated & ~covered
    rows = np.where(lost, 0, np.minimum(complete, default_period + 1)).astype(int)
    ends_in_default = (default_period < complete) & ~lost
    loan = np.repeat(np.arange(len(data)), rows)
    ends = np.cumsum(rows)
    defaulted = np.zeros(len(loan))
    defaulted[ends[ends_in_default] - 1] = 1.0
    return AtRisk(loan, np.arange(len(loan)) - np.repeat(ends - rows, rows), defaulted)
