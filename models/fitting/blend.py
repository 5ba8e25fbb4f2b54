"""Boosters and step functions that are scored together, each with its weight; the weight of one of two."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from models.fitting.booster import Booster
from models.fitting.params import TrainParams
from models.fitting.stack import tempered_weights
from models.fitting.steps import Steps, added, from_text, stored
from policy.digits import rounded_number

ROUNDING = 1e-6
"""How far the weights of a blend may sum from one."""


class Member(NamedTuple):
    """What scores in a blend (a booster, or step functions), the name of its file without the ending, its weight."""

    name: str
    weight: float
    booster: Booster | Steps

    @property
    def file(self) -> str:
        """Name of its file: LightGBM text, or JSON of step functions."""
        return f"{self.name}.{'txt' if isinstance(self.booster, Booster) else 'json'}"

    def write(self, folder: Path) -> None:
        """Write its text into `folder`."""
        (folder / self.file).write_text(self.booster.text, encoding="utf8")


def read_member(path: Path, weight: float) -> Member:
    """The member that `Member.write` left at `path`."""
    text = path.read_text(encoding="utf8")
    return Member(path.stem, weight, from_text(text) if path.suffix == ".json" else Booster(text))


@dataclass(frozen=True)
class Blend:
    """Boosters of the same features whose weights sum to one: what it says is the weighted sum of what they say."""

    members: tuple[Member, ...]

    def __post_init__(self) -> None:
        """Refuse weights that do not sum to one, and boosters that read other features than the first."""
        total = sum(member.weight for member in self.members)
        if abs(total - 1) > ROUNDING:
            message = f"a blend wants weights that sum to 1; got {total:g} for {len(self.members)} boosters"
            raise ValueError(message)
        for member in self.members[1:]:
            if member.booster.features != self.features:
                message = (
                    f"a blend wants boosters of the same features; {member.name} reads others, or in another order"
                )
                raise ValueError(message)

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the feature columns the boosters read, in their order; the period is none."""
        return self.members[0].booster.features

    @property
    def trees(self) -> int:
        """Number of trees of all boosters; step functions have none."""
        return sum(member.booster.trees for member in self.members)

    def raw_score(self, features: pd.DataFrame, threads: int = 2) -> np.ndarray:
        """Log-odds of default in the first period, one per row; missing values are allowed."""
        values = self.members[0].booster.values(features)
        return np.asarray(sum(m.weight * m.booster.raw_score(values, threads) for m in self.members))

    def baseline(self, periods: int) -> np.ndarray:
        """g(k) - g(0) for each period k [log-odds], shape (periods,); zeros where no booster counts periods."""
        return np.asarray(sum(m.weight * m.booster.baseline(periods) for m in self.members))

    def contributions(self, features: pd.DataFrame, threads: int = 2) -> np.ndarray:
        """SHAP values of the raw score, shape (rows, features + 1), the base value last: see `Booster`."""
        values = self.members[0].booster.values(features)
        return np.asarray(sum(m.weight * m.booster.contributions(values, threads) for m in self.members))

    def compact(self) -> "Blend":
        """The same blend with all step functions added up to one member, `steps`, rounded as it is stored."""
        parts = [(m.weight, m.booster) for m in self.members if isinstance(m.booster, Steps)]
        if not parts:
            return self
        weight = sum(part for part, _ in parts)
        whole = stored(added([(part / weight, steps) for part, steps in parts]))
        others = tuple(m for m in self.members if isinstance(m.booster, Booster))
        return Blend((*others, Member("steps", weight, whole)))

    def renamed(self, what: str) -> "Blend":
        """The same blend with `what` and a dash before every name, so that those of two do not meet in a folder."""
        return Blend(tuple(member._replace(name=f"{what}-{member.name}") for member in self.members))


def alone(name: str, booster: Booster) -> Blend:
    """A blend of one booster."""
    return Blend((Member(name, 1.0, booster),))


def blend_share(
    first: np.ndarray, second: np.ndarray, defaulted: np.ndarray, weight: np.ndarray, params: TrainParams
) -> float:
    """Share of the first score, a step of the grid over 0..1: its tempered mean by out-of-fold log-loss after Platt.

    The tempered mean of `stack.tempered_weights`, put on the nearest step: the share is the best one where the losses
    differ clearly, and near one half where they hardly differ.
    """
    mean = rounded_number(tempered_weights(np.column_stack([first, second]), defaulted, weight, params)[0])
    grid = np.linspace(0, 1, params.lambda_steps)
    return round(float(grid[int(np.abs(grid - mean).argmin())]), 6)


def blended(first: Blend, second: Blend, share: float) -> Blend:
    """The blend whose score is share · first + (1 - share) · second; members without weight are left out."""
    parts = ((share, first), (1 - share, second))
    return Blend(tuple(m._replace(weight=part * m.weight) for part, blend in parts if part > 0 for m in blend.members))
