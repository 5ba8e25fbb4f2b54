"""What a finished run leaves for scoring: models, certificates, feature schemes, versions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from json import JSONDecodeError
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from decisions.procedure import Procedure, opened
from explanations.centres import Centres, centres
from features.blanking import needed_tables
from features.catalogue import by_name
from features.peers import PeerGrids
from features.table import FeatureParams
from models.errors import ModelError
from models.fitting.acceptance import AcceptanceModel, open_acceptance
from models.fitting.stage_model import StageModel
from policy.version import version
from scoring.alarm_file import open_state
from scoring.manifest import require_unchanged
from scoring.score import open_models

PEER_QUANTILES = "features/peer_quantiles.parquet"


@dataclass(frozen=True)
class Bundle:
    """What one scoring needs: models, the procedure with its certificates, schemes, acceptance, and what peers have.

    `assumed` are the deciding policy figures that nobody has verified or approved (`policy.strict`).
    """

    models: Mapping[str, StageModel]
    procedure: Procedure
    schemes: FeatureParams
    grids: pd.DataFrame
    acceptance: AcceptanceModel
    peer_quantiles: pd.DataFrame
    policy_version: str
    assumed: tuple[Mapping[str, str], ...] = ()

    @cached_property
    def centres(self) -> Centres:
        """What is usual among the peers, prepared once."""
        return centres(self.peer_quantiles)

    @cached_property
    def ranks(self) -> PeerGrids:
        """The grids that applications are ranked by, prepared once."""
        return PeerGrids(self.grids)

    @property
    def taught(self) -> frozenset[str]:
        """Tables that the models were fitted with: without one of them no application is approved by rule."""
        catalogue = by_name()
        read = {name for model in self.models.values() for name in model.features}
        return frozenset[str]().union(*(needed_tables(catalogue[name]) for name in read))


def open_bundle(folder: Path) -> Bundle:
    """The bundle in the folder of a source (models/, features/features.json, thresholds/thresholds.json).

    Certificates that the alarm of the folder has suspended are held back (`scoring.alarm_file`).

    Raises
    ------
    ModelError
        When a part is missing, was changed after the run, cannot be read, or was made for another version of the
        catalogue or of the policy.
    AlarmError
        When the state of the alarm is damaged.
    """
    try:
        require_unchanged(folder)
        return _opened(folder)
    except (JSONDecodeError, KeyError, TypeError, pa.ArrowException) as error:
        message = f"{folder}: wanted a run as `techcredit run` leaves it; a part cannot be read ({error!r:.150})"
        raise ModelError(message) from error


def bundle_of_run(folder: Path) -> Bundle:
    """The bundle that the run in `folder` decided its own applications by: no certificate is suspended.

    It is not compared with the manifest, which a run writes last.

    Raises
    ------
    ModelError
        As `open_bundle`.
    """
    found = _opened(folder)
    return replace(found, procedure=replace(found.procedure, suspensions=()))


def _opened(folder: Path) -> Bundle:
    models = open_models(folder / "models")
    for part in ("features/peers.parquet", PEER_QUANTILES, "acceptance/acceptance.json"):
        _there(folder / part)
    thresholds = _part(folder / "thresholds" / "thresholds.json")
    features = _part(folder / "features" / "features.json")
    if thresholds["policy_version"] != version():
        message = (
            f"{folder / 'thresholds'}: wanted certificates under the policy in force, {version()}; they were issued "
            f"under {thresholds['policy_version']}. Bring the run up to date first: techcredit run"
        )
        raise ModelError(message)
    return Bundle(
        models,
        replace(opened(thresholds["procedure"]), suspensions=open_state(folder).suspensions()),
        FeatureParams(**features["params"]),
        pd.read_parquet(folder / "features" / "peers.parquet"),
        open_acceptance(folder / "acceptance"),
        pd.read_parquet(folder / PEER_QUANTILES),
        version(),
        tuple(thresholds["assumed"]),
    )


def _there(path: Path) -> None:
    if not path.exists():
        message = f"wanted {path}, which a finished run leaves; it is not there. Run `techcredit run` first."
        raise ModelError(message)


def _part(path: Path) -> Any:
    _there(path)
    try:
        return json.loads(path.read_text(encoding="utf8"))
    except (ValueError, RecursionError) as error:
        message = f"wanted JSON in {path}; {error}"
        raise ModelError(message) from error
