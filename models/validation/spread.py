"""How far two fits of the same loans are apart: PDs, decisions, reasons."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd


class Change(NamedTuple):
    """Relative change of PDs [fraction of the first]: the median and the 95th percentile; missing without a PD."""

    median: float
    p95: float


class Spread(NamedTuple):
    """Figures of two fits: changes of PDs, share of applications decided otherwise, mean share of reasons kept."""

    applications: int
    pd_change_median: float
    pd_change_p95: float
    decisions_changed: float
    reasons_kept: float


def spread(beside: pd.DataFrame, first: pd.DataFrame, second: pd.DataFrame) -> Spread:
    """Spread of the applications `beside` (columns pd, pd_again, decision, decision_again) with the reasons of both."""
    change = relative_change(beside["pd"], beside["pd_again"])
    kept = reasons_kept(first, second)
    mine = kept[kept.index.isin(beside["application_id"])]
    changed = float(beside["decision"].ne(beside["decision_again"]).mean())
    return Spread(len(beside), *change, changed, float(mine.mean()))


def relative_change(first: pd.Series, second: pd.Series) -> Change:
    """|second / first - 1| over applications that have a PD above 0 by the first fit and one by the second."""
    known = first.gt(0) & second.notna()
    change = (second[known] / first[known] - 1).abs().to_numpy()
    if len(change) == 0:
        return Change(float("nan"), float("nan"))
    median, high = np.quantile(change, (0.5, 0.95))
    return Change(float(median), float(high))


def grades_moved(beside: pd.DataFrame, codes: Sequence[str]) -> dict[str, float]:
    """Share of the applications with a grade by both fits (columns grade, grade_again) whose grade moved.

    `grades_moved` counts any move, `grades_moved_far` one by more than one grade of `codes`, best first; missing
    without an application that has both.
    """
    both = beside["grade"].notna() & beside["grade_again"].notna()
    place = {code: at for at, code in enumerate(codes)}
    first, second = (beside.loc[both, name].map(place).astype("float64") for name in ("grade", "grade_again"))
    steps = (first - second).abs()
    if not len(steps):
        return {"grades_moved": float("nan"), "grades_moved_far": float("nan")}
    return {"grades_moved": float((steps > 0).mean()), "grades_moved_far": float((steps > 1).mean())}


def reasons_kept(first: pd.DataFrame, second: pd.DataFrame) -> pd.Series:
    """Share of the reasons of each application that are among those of the second fit, on the application's id.

    Both have rows with application_id, side and family; those of the sides «for» and «against» are reasons. A reason
    that changes sides is not kept. Applications without a reason by the first fit are left out.
    """
    key = ["application_id", "side", "family"]
    first, second = (told.loc[told["side"].isin(("for", "against")), key] for told in (first, second))
    both = first.merge(second.assign(kept=1.0), on=key, how="left", validate="1:1")
    return both["kept"].fillna(0.0).groupby(both["application_id"]).mean()
