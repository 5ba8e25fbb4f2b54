"""How late outcomes are known: what a bank could not have known when the out-of-time loans came in."""

from dataclasses import dataclass

import pandas as pd

from reports.inputs import Inputs

DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class OutcomeDelay:
    """Months from decision to default (weighted median, 5 % and 95 % quantile), and what was unknown on `day`.

    `unknown_share` is the share of the defaults decided from `since` on and before `day` that became known later.
    """

    median: float
    low: float
    high: float
    day: pd.Timestamp
    since: pd.Timestamp
    unknown_share: float | None


def outcome_delay(inputs: Inputs, years: int = 4) -> OutcomeDelay | None:
    """Delay of the outcomes, seen from the first out-of-time day over the `years` before; None without defaults."""
    known = inputs.outcomes.merge(inputs.features[["application_id", "as_of"]], on="application_id")
    bad = known[known["defaulted"].fillna(False).astype(bool) & known["defaulted_on"].notna()]
    if bad.empty:
        return None
    months = ((bad["defaulted_on"] - bad["as_of"]).dt.days / DAYS_A_MONTH).clip(lower=0)
    low, median, high = (_quantile(months, bad["weight"], share) for share in (0.05, 0.5, 0.95))
    day = pd.Timestamp(inputs.days["out_of_time"][0])
    since = day - pd.DateOffset(years=years)
    young = bad[(bad["as_of"] >= since) & (bad["as_of"] < day)]
    weight = float(young["weight"].sum())
    unknown = float(young.loc[young["known_on"] >= day, "weight"].sum()) / weight if weight > 0 else None
    return OutcomeDelay(median, low, high, day, since, unknown)


def _quantile(values: pd.Series, weight: pd.Series, share: float) -> float:
    """Smallest value below or at which `share` of the weight lies."""
    order = values.sort_values(kind="stable").index
    cumulative = weight.loc[order].cumsum()
    return float(values.loc[order[int((cumulative < share * cumulative.iloc[-1]).sum())]])
