"""The catalogue: every feature the models may use, once, in the order of the feature table."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from features.declarations import DOMAINS, Feature
from features.domains.balance import BALANCE
from features.domains.borrowing import BORROWING
from features.domains.conduct import CONDUCT
from features.domains.earnings import EARNINGS
from features.domains.equity import EQUITY
from features.domains.finance import FINANCE
from features.domains.financing import FINANCING
from features.domains.firm import FIRM
from features.domains.growth import GROWTH
from features.domains.overdue import OVERDUE
from features.domains.patents import PATENTS
from features.domains.points import POINTS
from features.domains.rd import RD
from features.domains.results import RESULTS
from features.domains.rights import RIGHTS
from features.domains.talent import TALENT
from features.domains.titles import TITLES
from features.families import FAMILIES
from policy.errors import MendableError

COMPUTED: tuple[Feature, ...] = (
    *(*RD, *PATENTS, *RIGHTS, *TALENT, *RESULTS, *TITLES, *POINTS),
    *(*FINANCE, *BALANCE, *EARNINGS, *GROWTH, *FINANCING, *EQUITY, *BORROWING, *OVERDUE, *CONDUCT, *FIRM),
)
"""Features computed from the as-of quantities of one application."""

CATALOGUE: tuple[Feature, ...] = (*COMPUTED, *(feature.as_rank() for feature in COMPUTED if feature.peers))
"""All features: those computed from quantities, then the ranks among peers."""


class CatalogueError(MendableError):
    """A table or a model does not fit the catalogue: the message says where."""


def by_name() -> dict[str, Feature]:
    """Features of the catalogue by name."""
    return {feature.name: feature for feature in CATALOGUE}


def compute(quantities: pd.DataFrame, catalogue: Sequence[Feature] = CATALOGUE) -> pd.DataFrame:
    """Feature columns (float64) from as-of quantities, one row per application, missing where not known.

    Ranks among peers are missing here: they need the grids of features/peers.py.

    Raises
    ------
    CatalogueError
        When a feature takes a quantity that the frame does not have.
    """
    columns = {}
    known = {str(name): quantities[name] for name in quantities.columns}
    for feature in catalogue:
        absent = [name for name in feature.inputs if name not in known]
        if absent:
            message = f"feature {feature.name}: wanted quantity {', '.join(absent)}; none of the queries gives it"
            raise CatalogueError(message)
        columns[feature.name] = pd.Series(np.nan, quantities.index) if feature.rank else feature.values(known)
    return pd.DataFrame(columns, index=quantities.index)


def ranked() -> tuple[str, ...]:
    """Names of the features that are ranked among peers."""
    return tuple(feature.name for feature in COMPUTED if feature.peers)


def entries(catalogue: Sequence[Feature] = CATALOGUE) -> list[dict[str, Any]]:
    """The catalogue as plain data, for programs and for the data dictionary."""
    return [
        {
            "name": f.name,
            "domain": f.domain,
            "domain_en": DOMAINS[f.domain].en,
            "domain_zh": DOMAINS[f.domain].zh,
            "family": f.family,
            "family_en": FAMILIES[f.family].label.en,
            "family_zh": FAMILIES[f.family].label.zh,
            "tellable": FAMILIES[f.family].tellable,
            "label_en": f.label.en,
            "label_zh": f.label.zh,
            "definition": f.definition,
            "unit": f.unit,
            "risk": f.risk,
            "expected": f.direction,
            "actionable": f.actionable,
            "low": f.low,
            "high": f.high,
            "inputs": list(f.inputs),
            "source": f.source,
        }
        for f in catalogue
    ]
