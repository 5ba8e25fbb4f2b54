"""The feature table of a folder of canonical tables: as-of quantities, stage and size class, features."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from features.as_of import quantities
from features.catalogue import CATALOGUE, compute
from features.queries import QUERIES
from features.stage import assigned_stage, size_class_by_staff
from policy.loader import figure

IDENTITY = ("application_id", "enterprise_id", "as_of", "stage", "stage_rule", "size_class", "size_rule", "province", "industry", "exposure")
"""Columns that come before the features."""


@dataclass(frozen=True)
class FeatureParams:
    """Knobs of the stage `featurize`: policy schemes, day of the policy, memory of the engine."""

    stage_scheme: str
    size_scheme: str
    policy_on: str
    memory: str


def feature_tables(folder: Path, params: FeatureParams) -> Iterator[pd.DataFrame]:
    """Feature tables of the applications of `folder`, a bucket at a time: identity columns, then the catalogue's."""
    day = date.fromisoformat(params.policy_on)
    rules = figure("stage", params.stage_scheme).on(day)
    bounds = figure("size_class", params.size_scheme).on(day)
    for known in quantities(folder, QUERIES, params.memory):
        staged = known.assign(
            size_class=size_class_by_staff(known["staff"], bounds), size_rule=params.size_scheme, **assigned_stage(known, rules)
        )
        yield pd.concat([staged[list(IDENTITY)], compute(staged)], axis=1)


def missing_report(table: pd.DataFrame) -> dict[str, float]:
    """Share of missing values of each feature [fraction]."""
    names = [f.name for f in CATALOGUE]
    return {name: float(share) for name, share in table[names].isna().mean().items()}
