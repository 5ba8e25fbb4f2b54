"""The feature table of a folder of canonical tables: as-of quantities, stage and size class, features.

Ranks among peers need a second pass: `peer_grids` over the whole table, then `with_peer_ranks` bucket by bucket.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from features.as_of import quantities
from features.catalogue import CATALOGUE, compute
from features.queries import QUERIES
from features.rules.size_class import assigned_size_class
from features.rules.stage import assigned_stage
from policy.loader import figure

IDENTITY = (
    "application_id",
    "enterprise_id",
    "as_of",
    "stage",
    "stage_rule",
    "size_class",
    "size_rule",
    "province",
    "industry",
    "exposure",
)
"""Columns that come before the features."""


@dataclass(frozen=True)
class FeatureParams:
    """Parameters of the stage `featurize`: policy schemes, day of the policy, memory of the engine."""

    stage_scheme: str
    size_scheme: str
    policy_on: str
    memory: str


def with_stage_and_size(known: pd.DataFrame, params: FeatureParams) -> pd.DataFrame:
    """As-of quantities with `stage`, `size_class` and the rules that assigned them."""
    day = date.fromisoformat(params.policy_on)
    stages = assigned_stage(known, figure("stage", params.stage_scheme).on(day))
    sizes = assigned_size_class(known, params.size_scheme, day)
    return pd.concat([known, stages, sizes], axis=1)


def feature_tables(folder: Path, params: FeatureParams) -> Iterator[pd.DataFrame]:
    """Feature tables of the applications of `folder`, a bucket at a time: identity columns, then the catalogue's.

    Ranks among peers are missing until `with_peer_ranks` fills them.
    """
    for known in quantities(folder, QUERIES, params.memory):
        staged = with_stage_and_size(known, params)
        yield pd.concat([staged[list(IDENTITY)], compute(staged)], axis=1)


def missing_report(table: pd.DataFrame) -> dict[str, float]:
    """Share of missing values of each feature [fraction]."""
    names = [f.name for f in CATALOGUE]
    return {str(name): float(share) for name, share in table[names].isna().mean().items()}


def out_of_range(table: pd.DataFrame) -> dict[str, int]:
    """Applications with a value outside the catalogue's range, by feature [applications]; none for a feature within.

    A value out of range may be true; it is told, never changed.
    """
    counts = {}
    for feature in CATALOGUE:
        low = -np.inf if feature.low is None else feature.low
        high = np.inf if feature.high is None else feature.high
        values = table[feature.name]
        # Bounds hold up to rounding in the last digits: shares are sums of fractions.
        slack = 1e-9 * max([1.0, *(abs(bound) for bound in (low, high) if np.isfinite(bound))])
        counts[feature.name] = int(((values < low - slack) | (values > high + slack) | np.isinf(values)).sum())
    return {name: count for name, count in counts.items() if count}
