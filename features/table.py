"""The feature table of a folder of canonical tables: as-of quantities, stage and size class, features.

Ranks among peers need a second pass: `peer_grids` over the whole table, then `with_peer_ranks` bucket by bucket.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from features.as_of import quantities
from features.catalogue import CATALOGUE, compute
from features.queries import QUERIES
from features.rules_size_class import size_class, size_rule, statistical_industry
from features.stage import assigned_stage, size_class_by_staff
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
    """Knobs of the stage `featurize`: policy schemes, day of the policy, memory of the engine."""

    stage_scheme: str
    size_scheme: str
    policy_on: str
    memory: str


def _by_staff(known: pd.DataFrame, bounds: Mapping[str, Any]) -> pd.DataFrame:
    found = size_class_by_staff(known["staff"], bounds)
    return pd.DataFrame(
        {"size_class": found, "size_rule": pd.Series("employees_only", known.index).where(found.notna())}
    )


def _by_standard(known: pd.DataFrame, bounds: Mapping[str, Any]) -> pd.DataFrame:
    indicators = (statistical_industry(known["industry"]), known["staff"], known["revenue"], known["assets"], bounds)
    return pd.DataFrame({"size_class": size_class(*indicators), "size_rule": size_rule(*indicators)})


SIZE_SCHEMES: Mapping[str, Callable[[pd.DataFrame, Mapping[str, Any]], pd.DataFrame]] = {
    "employees_only": _by_staff,
    "statistical_2017": _by_standard,
}


def with_stage_and_size(known: pd.DataFrame, params: FeatureParams) -> pd.DataFrame:
    """As-of quantities with `stage`, `size_class` and the rules that assigned them.

    Raises
    ------
    ValueError
        When the size scheme is not one of `SIZE_SCHEMES`.
    """
    if params.size_scheme not in SIZE_SCHEMES:
        message = f"size scheme must be one of {', '.join(SIZE_SCHEMES)}; got {params.size_scheme!r}"
        raise ValueError(message)
    day = date.fromisoformat(params.policy_on)
    stages = assigned_stage(known, figure("stage", params.stage_scheme).on(day))
    sizes = SIZE_SCHEMES[params.size_scheme](known, figure("size_class", params.size_scheme).on(day))
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
