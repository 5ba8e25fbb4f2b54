"""The simulated settings of the learning curves, as `learning_curve.yaml` states them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.accuracy_sets import SetError

FILE = Path(__file__).with_name("learning_curve.yaml")
CHOICES = {"truth": ("smooth", "rough"), "drift": ("none", "strong"), "stages": ("alike", "different")}
"""What the words of a setting may be."""


@dataclass(frozen=True)
class SimulatedSetting:
    """One entry of learning_curve.yaml, which says what each field means."""

    name: str
    seed: int
    base_rate: float
    features: int
    truth: str
    drift: str
    stages: str
    spread: float

    def __post_init__(self) -> None:
        """Refuse a word that is none of CHOICES."""
        for field, allowed in CHOICES.items():
            if getattr(self, field) not in allowed:
                message = f"{self.name}: {field} must be one of {', '.join(allowed)}; got {getattr(self, field)}"
                raise SetError(message)

    @property
    def drifts(self) -> bool:
        """Whether the tested applications come after the others."""
        return self.drift == "strong"


def read_settings(path: Path = FILE) -> tuple[Mapping[str, SimulatedSetting], int]:
    """The settings by name, and the rows they are tested on."""
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf8"))
    settings = {name: SimulatedSetting(name, **fields) for name, fields in content["settings"].items()}
    return settings, int(content["rows_tested"])
