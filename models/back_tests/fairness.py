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


def approved_shares(loans: pd.DataFrame, dimension: str) -> list[dict[str, Any]]:
    """One row per known group: loans, mean PD, default rate, approved share, that of good loans and its ratio to all.

    `loans` has approved, defaulted and pd beside the dimension. The ratio is to the good loans of all other groups,
    with the 95 % interval of the logarithm (Katz et al. 1978, Biometrics 34); missing where either approved nobody.
    Shares are by number, and a mean PD or a rate says what they stand beside: groups may differ in risk.
    """
    good = loans[loans["defaulted"] == 0]
    rows = []
    for name, mine in loans[loans[dimension] != UNKNOWN].groupby(dimension, sort=True):
        kept, others = good[good[dimension] == name], good[good[dimension] != name]
        low, high = jeffreys_interval(float(mine["approved"].sum()), float(len(mine)))
        ratio, ratio_low, ratio_high = _ratio(kept["approved"].to_numpy(), others["approved"].to_numpy())
        rows.append(
            {
                "group": str(name),
                "loans": len(mine),
                "good_loans": len(kept),
                "mean_pd": float(mine["pd"].mean()),
                "default_rate": float(mine["defaulted"].mean()),
                "approved_share": float(mine["approved"].mean()),
                "approved_share_low": low,
                "approved_share_high": high,
                "approved_share_good": float(kept["approved"].mean()) if len(kept) else None,
                "ratio": ratio,
                "ratio_low": ratio_low,
                "ratio_high": ratio_high,
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


def _ratio(mine: np.ndarray, others: np.ndarray) -> tuple[float | None, float | None, float | None]:
    if not mine.size or not others.size or not mine.any() or not others.any():
        return None, None, None
    first, second = float(mine.mean()), float(others.mean())
    error = np.sqrt((1 - first) / mine.sum() + (1 - second) / others.sum())
    reach = float(np.exp(ndtri((1 + CONFIDENCE) / 2) * error))
    ratio = first / second
    return ratio, ratio / reach, ratio * reach
