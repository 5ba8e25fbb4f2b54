"""Zones of the PD, by stage and size class: up to where a certificate may approve, from where the model declines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from policy.loader import FOLDER, PolicyError, figure
from policy.segments import SIZE_CLASSES, STAGES

DOCUMENT = "policy/zones.yaml"
KEYS = ("approve_up_to", "decline_above")


@dataclass(frozen=True)
class Zones:
    """By stage, then size class: PD up to which a certificate may approve, and PD above which the model declines."""

    approve_up_to: Mapping[str, Mapping[str, float]]
    decline_above: Mapping[str, Mapping[str, float]]

    def of(self, stage: pd.Series, size_class: pd.Series) -> pd.DataFrame:
        """Columns KEYS, one row per application; missing where the stage or the size class is not known."""
        (stage_at, stages), (size_at, sizes) = (pd.factorize(column) for column in (stage, size_class))
        found = {}
        for key, values in zip(KEYS, (self.approve_up_to, self.decline_above), strict=True):
            known = [[values.get(stage_, {}).get(size, np.nan) for size in sizes] for stage_ in stages]
            # What is not known has position -1: the last row and column, which are missing.
            grid = np.full((len(stages) + 1, len(sizes) + 1), np.nan)
            grid[:-1, :-1] = np.array(known, dtype="float64").reshape(len(stages), len(sizes))
            found[key] = grid[stage_at, size_at]
        return pd.DataFrame(found, index=stage.index)


def read_zones(name: str, day: date, folder: Path = FOLDER) -> Zones:
    """Zones of policy/zones.yaml in force on `day`.

    Raises
    ------
    PolicyError
        When a stage or a size class has none, or its two PDs do not lie between 0 and 1 in their order.
    """
    values = figure("zones", name, folder).on(day)
    where = f"{DOCUMENT}, {name}"
    if set(values) != set(STAGES):
        message = f"{where}: wanted zones of the stages {', '.join(STAGES)}; got {', '.join(map(str, values))}"
        raise PolicyError(message)
    for stage, sizes in values.items():
        if set(sizes) != set(SIZE_CLASSES) or any(set(pair) != set(KEYS) for pair in sizes.values()):
            message = f"{where}, {stage}: wanted {' and '.join(KEYS)} of {', '.join(SIZE_CLASSES)}; got {dict(sizes)}"
            raise PolicyError(message)
        for size, pair in sizes.items():
            if not 0 < pair["approve_up_to"] <= pair["decline_above"] <= 1:
                message = f"{where}, {stage}, {size}: wanted 0 < approve_up_to <= decline_above <= 1; got {dict(pair)}"
                raise PolicyError(message)
    by_key = ({s: {c: float(p[key]) for c, p in sizes.items()} for s, sizes in values.items()} for key in KEYS)
    return Zones(*by_key)
