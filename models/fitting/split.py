"""The parts of the data by day of decision, and which outcomes may be used on the day the model is built."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from policy.errors import MendableError

PARTS = ("development", "calibration", "certification", "out_of_time")
LEFT_OUT = ("not_in_any_part", "no_stage", "no_outcome", "outcome_unknown")
"""Why an application is in no part, in the order the reasons are looked at."""


@dataclass(frozen=True)
class SplitParams:
    """First and last day of each part, inclusive, and the day the model is built (ISO days).

    `group_loans` and `group_level`: see models/validation/impossible_groups.py.
    """

    built_on: str
    development: list[str]
    calibration: list[str]
    certification: list[str]
    out_of_time: list[str]
    group_loans: int = 50
    group_level: float = 0.001


class SplitError(MendableError):
    """A split cannot be made: the message says which part and why."""


def split(features: pd.DataFrame, outcomes: pd.DataFrame, params: SplitParams) -> pd.DataFrame:
    """One row per application: the part it is in, what is known of its outcome, and whether fitting uses it.

    Columns: application_id, part (one of PARTS, or missing), planned_part, reason (why it is in none), defaulted,
    weight, observed_months, default_month, used_in_fitting.

    An outcome may be used when its window closed by `built_on` and it was known by then. Waiting for the window even
    where a default came early keeps fast defaults from being over-represented. Out-of-time outcomes are only looked at
    afterwards, and still none is used that was unknown on `built_on`. A development loan whose window had not closed
    is still `used_in_fitting` with the time at risk that had passed: `observed_months` from decision to built_on or the
    end of the window, `default_month` from decision to a dated default known by built_on. A default without a day is
    known at the end of its window; while the window is open the loan is not used, for it did not survive the time that
    has passed.

    Raises
    ------
    SplitError
        When parts overlap or are out of order, or a part holds no application with a usable outcome.
    """
    days = _days(params)
    table = features[["application_id", "as_of", "stage"]].merge(
        outcomes, on="application_id", how="left", validate="1:1"
    )
    part: pd.Series = pd.Series(np.nan, index=table.index, dtype="str")
    for name, (first, last) in days.items():
        part = part.mask(table["as_of"].between(first, last), name)
    built_on = pd.Timestamp(params.built_on)
    known = (table["window_ends_on"] <= built_on) & (table["known_on"] <= built_on)
    reason = np.select(
        [part.isna(), table["stage"].isna(), table["known_on"].isna(), ~known], list(LEFT_OUT), default=""
    )
    kept = pd.Series(reason == "", index=table.index)
    found = pd.DataFrame(
        {
            "application_id": table["application_id"],
            "part": part.where(kept),
            "planned_part": part,
            "reason": pd.Series(reason, index=table.index, dtype="str").replace("", np.nan),
            "defaulted": table["defaulted"].where(kept).astype("float64"),
            "weight": table["weight"],
            **_at_risk(table, built_on),
        }
    )
    undated = table["defaulted"].astype("boolean").fillna(False).astype("bool") & table["defaulted_on"].isna()
    found["used_in_fitting"] = kept & (found["part"] == "development") | _open(found) & ~undated
    _refuse_empty(found, params)
    return found


MONTH_DAYS = 365.25 / 12


def _at_risk(table: pd.DataFrame, built_on: pd.Timestamp) -> dict[str, pd.Series]:
    end = table["window_ends_on"].where(table["window_ends_on"] <= built_on, built_on)
    months = (end.dt.year - table["as_of"].dt.year) * 12 + end.dt.month - table["as_of"].dt.month
    months = months - (end.dt.day < table["as_of"].dt.day) * (end != end + pd.offsets.MonthEnd(0))
    known = table["defaulted_on"].notna() & (table["known_on"] <= built_on)
    default = ((table["defaulted_on"] - table["as_of"]).dt.days / MONTH_DAYS).where(known)
    # The last day of a window belongs to its last month: calendar months are a day or two longer than the mean one.
    return {
        "observed_months": months.where(table["known_on"].notna()).astype("float64").clip(lower=0),
        "default_month": default.clip(lower=0).where(default < months, np.maximum(months - 0.5, 0)).where(known),
    }


def _open(found: pd.DataFrame) -> pd.Series:
    waiting = (found["planned_part"] == "development") & (found["reason"] == "outcome_unknown")
    return waiting & (found["observed_months"] > 0)


def _days(params: SplitParams) -> dict[str, tuple[pd.Timestamp, pd.Timestamp]]:
    days: dict[str, tuple[pd.Timestamp, pd.Timestamp]] = {}
    end = pd.Timestamp.min
    for name in PARTS:
        first, last = (pd.Timestamp(day) for day in getattr(params, name))
        if not end < first <= last:
            message = f"split: wanted parts in order without overlap; {name} runs from {first.date()} to {last.date()}"
            raise SplitError(message)
        days[name], end = (first, last), last
    return days


def _refuse_empty(found: pd.DataFrame, params: SplitParams) -> None:
    for name in PARTS:
        if (found["part"] == name).any():
            continue
        first, last = getattr(params, name)
        planned = found[found["planned_part"] == name]
        why = (
            ", ".join(f"{count} {reason}" for reason, count in planned["reason"].value_counts().items())
            or "no application"
        )
        message = (
            f"split: part {name} ({first} to {last}) wanted loans whose outcome was known on built_on "
            f"{params.built_on}; got none ({why})"
        )
        raise SplitError(message)


def left_out(found: pd.DataFrame) -> dict[str, int]:
    """Applications in no part, by reason [applications]; every reason has an entry."""
    counts = found["reason"].value_counts()
    return {reason: int(counts.get(reason, 0)) for reason in LEFT_OUT}


def undated_defaults(found: pd.DataFrame, outcomes: pd.DataFrame) -> dict[str, int]:
    """Defaults without a day among the outcomes of the split [loans], by what became of them.

    In each part they count as defaults at the end of their window; `left_out` are in no part, among them those of
    development whose window was still open.
    """
    undated = outcomes["defaulted"].astype("boolean").fillna(False) & outcomes["defaulted_on"].isna()
    ids = outcomes.loc[undated.astype("bool"), "application_id"]
    part = found.loc[found["application_id"].isin(ids), "part"]
    counts = part.value_counts()
    return {**{name: int(counts.get(name, 0)) for name in PARTS}, "left_out": int(part.isna().sum())}
