"""Which features of the catalogue a booster gets, and what it may learn from them."""

import pandas as pd

from features.catalogue import CATALOGUE
from features.declarations import DOMAINS
from models.errors import ModelError
from models.fitting.booster import Shape
from models.fitting.params import DOMAIN_CONSTRAINTS


def usable_features(table: pd.DataFrame) -> list[str]:
    """Features of the catalogue with at least two different values among the rows of `table`.

    Raises
    ------
    ModelError
        When the table lacks a feature of the catalogue.
    """
    return [name for name, values in _different_values(table).items() if values > 1]


def unused_features(table: pd.DataFrame) -> dict[str, list[str]]:
    """Unused features of the catalogue by reason: `missing` in all rows of `table`, or `constant` in them.

    Raises
    ------
    ModelError
        When the table lacks a feature of the catalogue.
    """
    values = _different_values(table)
    return {
        why: [n for n, known in values.items() if known == count] for why, count in (("missing", 0), ("constant", 1))
    }


def _different_values(table: pd.DataFrame) -> dict[str, int]:
    absent = [feature.name for feature in CATALOGUE if feature.name not in table.columns]
    if absent:
        message = f"the feature table lacks {', '.join(absent)} of the catalogue; run the step featurize again"
        raise ModelError(message)
    return {feature.name: int(table[feature.name].nunique()) for feature in CATALOGUE}


def shape(names: list[str], domain_constraints: str) -> Shape:
    """What a booster of these features may learn: documented directions of risk, and groups by domain unless `never`.

    Raises
    ------
    ModelError
        When `domain_constraints` is not one of DOMAIN_CONSTRAINTS.
    """
    if domain_constraints not in DOMAIN_CONSTRAINTS:
        message = f"domain_constraints must be one of {', '.join(DOMAIN_CONSTRAINTS)}; got {domain_constraints!r}"
        raise ModelError(message)
    signs = {"rises": 1, "falls": -1, None: 0}
    listed = [f for f in CATALOGUE if f.name in names]
    groups = [[f.name for f in listed if f.domain == domain] for domain in DOMAINS]
    directions = {f.name: signs[f.risk] for f in listed}
    return Shape(directions, None if domain_constraints == "never" else [g for g in groups if g])
