"""The cells of the proof of certificates, as `thresholds.yaml` states them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from policy.errors import MendableError

FILE = Path(__file__).with_name("thresholds.yaml")
SCOPES = ("default", "wider", "none")


class SettingError(MendableError):
    """A setting that is none, or a command line that asks for one."""


@dataclass(frozen=True)
class Common:
    """What all cells share; thresholds.yaml says what each field means."""

    seed: int
    delta: float
    grid: int
    spread: float
    known: float
    exposure_known: float
    switch: float


@dataclass(frozen=True)
class Cell:
    """One combination of a block of thresholds.yaml, which says what each field means."""

    scope: str
    base: float
    tolerance: float
    loans: int
    sigma: float
    cap: float
    dependence: float

    def __post_init__(self) -> None:
        """Refuse a scope that is none."""
        if self.scope not in SCOPES:
            message = f"scope must be one of {', '.join(SCOPES)}; got {self.scope!r}"
            raise SettingError(message)

    @property
    def name(self) -> str:
        """The cell in one word."""
        return "/".join(f"{value:g}" for name, value in asdict(self).items() if name != "scope")


@dataclass(frozen=True)
class NextYear:
    """Cells of the next year: one population, several numbers of loans and correlations of the common factor."""

    base: float
    tolerance: float
    loans: Sequence[int]
    sigma: float
    cap: float
    rho: Sequence[float]

    def cell(self, loans: int) -> Cell:
        """The population with so many certification loans."""
        return Cell("none", self.base, self.tolerance, loans, self.sigma, self.cap, 0.0)


@dataclass(frozen=True)
class Settings:
    """All of thresholds.yaml."""

    common: Common
    cells: tuple[Cell, ...]
    next_year: NextYear

    def small(self, loans: int) -> "Settings":
        """The cells with at most so many loans."""
        few = replace(self.next_year, loans=[n for n in self.next_year.loans if n <= loans])
        return replace(self, cells=tuple(cell for cell in self.cells if cell.loans <= loans), next_year=few)


def read_settings(path: Path = FILE) -> Settings:
    """The settings of the file."""
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf8"))
    cells: list[Cell] = []
    for block in content["blocks"]:
        lists = {name: value if isinstance(value, list) else [value] for name, value in block.items()}
        cells += [Cell(**dict(zip(lists, values, strict=True))) for values in product(*lists.values())]
    if len({cell.name for cell in cells}) < len(cells):
        message = f"{path}: wanted every cell once; a combination occurs in two blocks"
        raise SettingError(message)
    return Settings(Common(**content["common"]), tuple(cells), NextYear(**content["next_year"]))
