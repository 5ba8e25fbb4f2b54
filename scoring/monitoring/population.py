"""Whether those who apply, and what is decided on them, have moved since development; one record per look."""

from dataclasses import replace

import numpy as np
import pandas as pd

from models.monitoring.looks import Look
from models.monitoring.population import (
    Reference,
    index,
    index_limit,
    lower_share_limit,
    reference,
    share_limit,
)
from models.monitoring.record import Record
from policy.segments import STAGES
from scoring.monitoring.batches import Batches
from scoring.monitoring.limits import Limits
from scoring.monitoring.looked import Mask, Months, Told, by_looks
from scoring.monitoring.reference import OUT, RunReference, fired

TOTAL = "total"
MIXES, SHARES = 2, 3
"""Groups of the topics `mix` (stages, decisions) and `shares` (rejected, out of the region, overrides)."""


def population_records(batches: Batches, run: RunReference, limits: Limits, months: Months) -> list[Record]:
    """Index of PDs per stage, of stages, and of decisions (against the run's own out-of-time decisions)."""
    used, known = batches.used, run.applications
    places = months.places(used["month"])
    found = []
    for stage in STAGES:
        mine = (used["stage"] == stage).to_numpy(dtype=bool)
        before = known[known["stage"] == stage]
        if len(before):
            values, at = used.loc[mine, "pd"], places[mine]
            bins = reference(before["pd"], before["calendar"], before["weight"])
            found += _index("pd_index", stage, bins, values, at, len(STAGES), limits, months)
    stages, decided = (
        reference(known["stage"], known["calendar"], known["weight"]),
        _whole_year(run.decided["decision"]),
    )
    found += _index("stage_index", TOTAL, stages, used["stage"], places, MIXES, limits, months)
    found += _index("decision_index", TOTAL, decided, used["decision"], places, MIXES, limits, months)
    return found


def _whole_year(values: pd.Series) -> Reference:
    """Bins of values that are not compared by calendar month."""
    found = reference(values, pd.Series(1, index=values.index))
    return replace(found, by_month=np.tile(found.by_month.sum(axis=0) / 12, (12, 1)))


def feature_records(features: pd.DataFrame, run: RunReference, limits: Limits, months: Months) -> list[Record]:
    """Index and share of missing values of every feature; `features` has a column per feature, and `month`."""
    names = [str(name) for name in features if name not in ("application_id", "month")]
    before, places = run.features(names), months.places(features["month"])
    found = []
    for name in names:
        bins, values = reference(before[name], before["calendar"], before["weight"]), features[name]
        found += _index("feature_index", name, bins, values, places, len(names), limits, months)
        lost = values.isna().to_numpy(dtype=bool)

        def tell(mask: Mask, look: Look, lost: Mask = lost, bins: Reference = bins) -> Told:
            held = bins.held(months.season(look), limits.least_applications)
            usual = float(held[-1] / held.sum())
            low, high = max(usual - limits.missing_change, 0.0), min(usual + limits.missing_change, 1.0)
            return _share(lost[mask], low, high, limits.plan.of_look(len(names), look) / 2)

        found += by_looks("feature_missing", name, months, places, limits.least_applications, tell)
    return found


def share_records(batches: Batches, run: RunReference, limits: Limits, months: Months) -> list[Record]:
    """Shares of rejected applications, and of those out of the accepted region."""
    used = batches.used
    out = fired(used["fired"], OUT)
    allowed = min(run.out_of_region + limits.region_rise, 1.0)
    found = _upper("out_of_region", out, months.places(used["month"]), allowed, limits, months)
    if batches.rejects is None:
        look = Look(0, len(months.ended) - 1)
        found.append(months.record("rejected", TOTAL, look, len(used), None, "no_file_of_rejects"))
    else:
        both = pd.concat([used["month"], batches.rejects["month"]], ignore_index=True)
        lost = np.arange(len(both)) >= len(used)
        found += _upper("rejected", lost, months.places(both), limits.rejected_share, limits, months)
    return found


def _index(
    test: str,
    group: str,
    bins: Reference,
    values: pd.Series,
    places: np.ndarray,
    groups: int,
    limits: Limits,
    months: Months,
) -> list[Record]:
    def tell(mask: Mask, look: Look) -> Told:
        held = bins.held(months.season(look), limits.least_applications)
        value, shown = index(held, bins.counts(values[mask]))
        level = limits.plan.of_look(groups, look)
        limit = index_limit(float(held.sum()), int(mask.sum()), shown, limits.index_tolerated, level)
        return Told(value, limit, value > limit)

    return by_looks(test, group, months, places, limits.least_applications, tell)


def _upper(test: str, hit: Mask, places: np.ndarray, allowed: float, limits: Limits, months: Months) -> list[Record]:
    def tell(mask: Mask, look: Look) -> Told:
        limit = share_limit(allowed, int(mask.sum()), limits.plan.of_look(SHARES, look))
        value = float(hit[mask].mean())
        return Told(value, limit, value > limit)

    return by_looks(test, TOTAL, months, places, limits.least_applications, tell)


def _share(hit: Mask, low: float, high: float, level: float) -> Told:
    """Share of `hit` beside the end of the tolerated range it is nearer to, moved by the noise."""
    value = float(hit.mean())
    if value >= (low + high) / 2:
        limit = share_limit(high, hit.size, level)
        return Told(value, limit, value > limit)
    limit = lower_share_limit(low, hit.size, level)
    return Told(value, limit, value < limit, upper=False)
