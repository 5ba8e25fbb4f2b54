"""The master scale: one grade for every PD, the same for all stages and size classes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from policy.loader import FOLDER, PolicyError, figure

DOCUMENT = "policy/master_scale.yaml"
FEWEST = 7
"""Fewest grades of applications that have not defaulted (regulation: at least seven, and one for default)."""


@dataclass(frozen=True)
class Grade:
    """One grade: its code, the PD at which the next worse one begins (infinite for the last), its names."""

    code: str
    below: float
    en: str
    zh: str


def read_scale(name: str, day: date, folder: Path = FOLDER) -> tuple[Grade, ...]:
    """Grades of policy/master_scale.yaml in force on `day`, best first.

    Raises
    ------
    PolicyError
        When there are fewer than FEWEST, a code stands twice, or the boundaries do not rise and end open.
    """
    rows = figure("master_scale", name, folder).on(day)
    where = f"{DOCUMENT}, {name}"
    if len(rows) < FEWEST:
        message = f"{where}: wanted at least {FEWEST} grades of what has not defaulted; got {len(rows)}"
        raise PolicyError(message)
    found = tuple(Grade(str(r["grade"]), float(r.get("below", np.inf)), str(r["en"]), str(r["zh"])) for r in rows)
    bounds = [grade.below for grade in found]
    if len({grade.code for grade in found}) != len(found):
        message = f"{where}: wanted codes that differ; got {', '.join(grade.code for grade in found)}"
        raise PolicyError(message)
    if bounds[0] <= 0 or bounds != sorted(set(bounds)) or bounds[-1] != np.inf or bounds[-2] >= 1:
        message = f"{where}: wanted rising PDs under `below`, and none for the last grade; got {bounds}"
        raise PolicyError(message)
    return found


def grades(pd_: pd.Series, scale: Sequence[Grade]) -> pd.Series:
    """Code of the grade of each PD; missing where there is no PD. The lower bound belongs to the grade.

    >>> scale = [Grade("G1", 0.01, "good", "好"), Grade("G2", np.inf, "weak", "弱")]
    >>> grades(pd.Series([0.009, 0.01, 0.5]), scale).tolist()
    ['G1', 'G2', 'G2']
    """
    at = np.searchsorted([grade.below for grade in scale[:-1]], pd_.fillna(0.0).to_numpy(), side="right")
    codes = pd.array([grade.code for grade in scale], dtype="str")
    return pd.Series(codes.take(np.where(pd_.isna(), -1, at), allow_fill=True), index=pd_.index)
