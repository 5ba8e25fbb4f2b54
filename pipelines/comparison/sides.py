"""The two sides of a comparison: a run folder or a version of a registry each, and the last loan it has used."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from pipelines.registry.versions import REGISTRY, identity, resolved
from scoring.bundle import Bundle, open_bundle

USED = ("development", "calibration", "certification")
"""Parts on whose loans a run was fitted, calibrated or certified."""


@dataclass(frozen=True)
class Side:
    """One model of a comparison: its name, folder, bundle and identity, the loans it used and the last day of one.

    Suspensions by an alarm are left out: they say nothing of the model.
    """

    name: str
    folder: Path
    bundle: Bundle
    identity: str
    last_used: pd.Timestamp
    used: frozenset[str]


def side(given: str, source: str, registry: Path = REGISTRY) -> Side:
    """The side that a path, or the name of a version in the registry of `source` (champion, v1), stands for.

    Raises
    ------
    RegistryError, ModelError, AlarmError
        When there is none, or it is not as it was registered or left by its run.
    """
    place = Path(given)
    name = len(place.parts) == 1 and not place.is_dir()
    return opened_side(given, resolved(registry / source / given if name else place))


def opened_side(name: str, folder: Path) -> Side:
    """The side of the run in `folder`, called `name`.

    Raises
    ------
    RegistryError, ModelError, AlarmError
        As `side`.
    """
    mark = identity(folder)
    bundle = open_bundle(folder)
    bare = replace(bundle, procedure=replace(bundle.procedure, suspensions=()))
    scored = pd.read_parquet(folder / "evaluation" / "scores.parquet", columns=["application_id", "as_of", "part"])
    used = scored[scored["part"].isin(USED)]
    return Side(name, folder, bare, mark, pd.Timestamp(used["as_of"].max()), frozenset(used["application_id"]))
