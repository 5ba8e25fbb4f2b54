"""Whether groups are treated alike: approved shares with intervals, and those among loans that did not default."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from models.back_tests.limits import Fewest, Limit
from models.back_tests.records import Record
from models.back_tests.slices import UNKNOWN
from models.validation.calibration_tests import CONFIDENCE, jeffreys_interval
from models.validation.labelled_sample import effective_loans

Ratio = tuple[float | None, float | None, float | None]
"""A ratio with the lower and upper end of its interval; missing where there is none."""
IN_CLASS = ("ratio_in_class", "ratio_in_class_low", "ratio_in_class_high")


def approved_shares(loans: pd.DataFrame, dimension: str) -> list[dict[str, Any]]:
    """One row per known group: loans, mean PD, default rate, approved share, that of good loans and its ratio to all.

    `loans` has approved, defaulted, pd and weight beside the dimension. The ratio is to the good loans of all other
    groups, with the 95 % interval of the logarithm (Katz et al. 1978, Biometrics 34); missing where either approved
    nobody. `ratio_in_class` is the same within size classes (`_ratio_in_class`), since lines are certified by size
    class. Shares, means and rates are those of the population that the weights restore; intervals count as many
    loans as a share drawn with them is worth (`effective_loans`). Mean PD and default rate say what a share stands
    beside: groups may differ in risk.
    """
    good = loans[loans["defaulted"] == 0]
    rows = []
    for name, mine in loans[loans[dimension] != UNKNOWN].groupby(dimension, sort=True):
        kept, others = good[good[dimension] == name], good[good[dimension] != name]
        share, size = _share(mine)
        low, high = jeffreys_interval(share * size, size)
        ratio, ratio_low, ratio_high = _ratio(kept, others)
        rows.append(
            {
                "group": str(name),
                "loans": len(mine),
                "good_loans": len(kept),
                "mean_pd": float(np.average(mine["pd"], weights=mine["weight"])),
                "default_rate": float(np.average(mine["defaulted"], weights=mine["weight"])),
                "approved_share": share,
                "approved_share_low": low,
                "approved_share_high": high,
                "approved_share_good": _share(kept)[0] if len(kept) else None,
                "ratio": ratio,
                "ratio_low": ratio_low,
                "ratio_high": ratio_high,
                **dict(zip(IN_CLASS, _ratio_in_class(kept, others), strict=True)),
            }
        )
    return rows


def fairness_records(rows: Iterable[dict[str, Any]], dimension: str, fewest: Fewest, least: Limit) -> list[Record]:
    """Record `approved_ratio` of each group; uncertain where its interval reaches the limit."""
    found = []
    for row in rows:
        why = "few_loans" if row["good_loans"] < fewest.loans else "not_known" if row["ratio"] is None else None
        uncertain = why is None and row["ratio_high"] >= least.number
        found.append(
            Record(
                "approved_ratio",
                dimension,
                row["group"],
                row["ratio"],
                loans=row["loans"],
                why=why,
                uncertain=uncertain,
            )
        )
    return found


def _share(loans: pd.DataFrame) -> tuple[float, float]:
    """Approved share by weight, and the equally weighted loans it is worth."""
    approved, weight = loans["approved"].to_numpy("float64"), loans["weight"].to_numpy("float64")
    return float(np.average(approved, weights=weight)), effective_loans(approved, weight)


def _ratio_in_class(mine: pd.DataFrame, others: pd.DataFrame) -> Ratio:
    """Mantel-Haenszel ratio of approved shares over size classes, with its 95 % interval.

    Greenland and Robins 1985, Biometrics 41, Estimation of a common effect parameter from sparse follow-up data; each
    share counts as many loans as it is worth (`effective_loans`).
    """
    above = below = spread = 0.0
    for size_class in sorted(set(mine["size_class"]) & set(others["size_class"])):
        (first, size), (second, other) = (_share(of[of["size_class"] == size_class]) for of in (mine, others))
        both = size + other
        approved = first * size + second * other
        above += first * size * other / both
        below += second * other * size / both
        spread += (approved * size * other - first * size * second * other * both) / both**2
    if above <= 0 or below <= 0:
        return None, None, None
    reach = float(np.exp(ndtri((1 + CONFIDENCE) / 2) * np.sqrt(spread / (above * below))))
    ratio = above / below
    return ratio, ratio / reach, ratio * reach


def _ratio(mine: pd.DataFrame, others: pd.DataFrame) -> Ratio:
    if not mine["approved"].any() or not others["approved"].any():
        return None, None, None
    (first, size), (second, other) = _share(mine), _share(others)
    error = np.sqrt((1 - first) / (first * size) + (1 - second) / (second * other))
    reach = float(np.exp(ndtri((1 + CONFIDENCE) / 2) * error))
    ratio = first / second
    return ratio, ratio / reach, ratio * reach
