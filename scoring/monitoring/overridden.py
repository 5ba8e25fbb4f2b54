"""The share of overrides: every final decision counted once, with the application that it is of."""

import numpy as np
import pandas as pd

from models.monitoring.looks import Look
from models.monitoring.population import share_limit
from models.monitoring.record import Record
from scoring.monitoring.limits import Limits
from scoring.monitoring.looked import Mask, Months, Told, by_looks
from scoring.monitoring.overrides import Overrides
from scoring.monitoring.population import SHARES, TOTAL

SYSTEM = ("approve", "decline")
"""Decisions of the system that a person can override."""


def override_records(changed: Overrides, used: pd.DataFrame, limits: Limits, months: Months) -> list[Record]:
    """Share of overrides among the applications with a final decision, in the month of the application.

    A month is looked at when `decision_lag_months` more have ended, or when every application until its end has its
    final decision. A decision made later counts, with its application, in the month that lies the lag before it: so it
    is counted, and no earlier look changes. An application without a final decision is in no share; where more than
    `undecided_share` of a look have none, nothing is tested.
    """
    rows = with_decision(changed, used)
    of, never = months.places(rows["month"]), rows["on"].isna().to_numpy(dtype=bool)
    ended, lag = len(months.ended), limits.decision_lag_months
    made = months.places(rows["on"].fillna(rows["as_of"]).dt.to_period("M"))
    counted = np.where(never, np.iinfo("int64").max, np.maximum(of, made - lag))
    ready = min(max(ended - lag, int(of[never].min(initial=ended)), 0), ended)
    changes = (rows["direction"].fillna("") != "").to_numpy(dtype=bool)

    def tell(mask: Mask, look: Look) -> Told:
        here = (of >= look.first) & (of <= look.last)
        if (here & (counted > look.last)).sum() > limits.undecided_share * here.sum():
            return Told(0.0, 0.0, False, "no_final_decision")
        value, size = float(changes[mask].mean()), int(mask.sum())
        limit = share_limit(limits.override_share, size, limits.plan.of_look(SHARES, look))
        return Told(value, limit, value > limit)

    found = []
    if ready:
        known = Months(months.ended[:ready])
        found += by_looks("override", TOTAL, known, counted, limits.least_applications, tell)
    if ready < ended:
        awaited = int((never & (of >= ready) & (of < ended)).sum())
        found.append(months.record("override", TOTAL, Look(ready, ended - 1), awaited, None, "no_decision_yet"))
    return found


def with_decision(changed: Overrides, used: pd.DataFrame) -> pd.DataFrame:
    """The applications that the system approved or declined, `on` and `direction` empty without a final decision."""
    able = used[used["decision"].isin(SYSTEM)]
    final = changed.rows[["application_id", "on", "direction"]]
    return able.merge(final, on="application_id", how="left", validate="1:1")
