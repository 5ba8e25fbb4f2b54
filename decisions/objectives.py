"""In which order loans are admitted: one scalar orders the books of all stages, so that one sequence tests them.

`volume`: one PD for all stages, the largest book whose mean PD by amounts meets the level. `profit`: of the books that
meet it the one that earns most, sum of w (margin (1 - PD) - lgd PD): by its Lagrangian the line of a stage is
(margin + mu level) / (margin + lgd + mu), from the level itself (mu without end) to break-even, margin / (margin + lgd)
(mu 0). Where break-even lies below the level, it is the line: a loan that loses money is not granted, even where its
low PD would make room for another. `decisions.certificate` tests the books in the order of the scalar.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policy.loader import FOLDER, PolicyError, figure
from policy.segments import STAGES

Floats = NDArray[np.float64]

OBJECTIVES = ("volume", "profit")


@dataclass(frozen=True)
class Economics:
    """Margin and loss given default by lifecycle stage [fractions of the amount over the outcome window]."""

    margin: Mapping[str, float]
    lgd: Mapping[str, float]

    def break_even(self, stage: str) -> float:
        """PD at which a loan of the stage earns nothing."""
        return self.margin[stage] / (self.margin[stage] + self.lgd[stage])


def read_economics(name: str, day: date, folder: Path = FOLDER) -> Economics:
    """Margins and losses of policy/economics.yaml in force on `day`.

    Raises
    ------
    PolicyError
        When a stage has none, a margin is not above 0, or a loss is not in (0, 1].
    """
    values: Mapping[str, Any] = figure("economics", name, folder).on(day)
    where = f"policy/economics.yaml, {name}"
    entries = values.values() if isinstance(values, Mapping) else [{}]
    whole = all(isinstance(entry, Mapping) and set(entry) == {"margin", "lgd"} for entry in entries)
    if not whole or set(values) != set(STAGES):
        message = f"{where}: wanted margin and lgd of the stages {', '.join(STAGES)}; got {values!r}"
        raise PolicyError(message)
    for stage, entry in values.items():
        numbers = all(type(value) in (int, float) for value in entry.values())
        if not (numbers and 0 < entry["margin"] < 1 and 0 < entry["lgd"] <= 1):
            message = f"{where}, {stage}: wanted a margin below 1 and an lgd of at most 1, both above 0; got {entry}"
            raise PolicyError(message)
    return Economics(*({s: float(e[key]) for s, e in values.items()} for key in ("margin", "lgd")))


def rank(pd_: pd.Series, stage: pd.Series, objective: str, level: float, economics: Economics) -> Floats:
    """The scalar at which each loan is admitted; without end where it never is. Shape (loans,).

    For `volume` the PD itself. For `profit` the PD up to the level (or break-even, where that is lower), and above it
    1 + 1 / (1 + mu): from 1 to 2, rising as mu falls.
    """
    p = pd_.to_numpy(dtype=np.float64)
    if objective == "volume":
        return p
    margin = stage.map(economics.margin).to_numpy(dtype=np.float64)
    lgd = stage.map(economics.lgd).to_numpy(dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        mu = (margin - p * (margin + lgd)) / (p - level)
        beyond = 1 + 1 / (1 + mu)
    end = margin / (margin + lgd)
    found: Floats = np.where(p > end, np.inf, np.where(p <= level, p, beyond))
    return found


def lines(scalar: float, objective: str, level: float, economics: Economics) -> dict[str, float]:
    """Highest PD admitted at the scalar, by stage: the inverse of `rank`."""
    if objective == "volume":
        return dict.fromkeys(STAGES, scalar)
    found = {}
    for stage in STAGES:
        end = economics.break_even(stage)
        if scalar <= 1:
            found[stage] = min(scalar, level, end)
            continue
        mu = 1 / (scalar - 1) - 1
        m, loss = economics.margin[stage], economics.lgd[stage]
        found[stage] = min(end, (m + mu * level) / (m + loss + mu)) if end > level else end
    return found


def expected_profit(pd_: Floats, exposure: Floats, stage: pd.Series, economics: Economics) -> float:
    """Expected profit of a book by its PDs [fraction of its amount]; 0 for none."""
    if not exposure.size:
        return 0.0
    margin = stage.map(economics.margin).to_numpy(dtype=np.float64)
    lgd = stage.map(economics.lgd).to_numpy(dtype=np.float64)
    return float(np.average(margin * (1 - pd_) - lgd * pd_, weights=exposure))
