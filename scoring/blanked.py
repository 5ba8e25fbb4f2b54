"""PDs of the applications of a finished run, complete and with each of its tables blanked in turn."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from features.blanking import blankable, without
from features.catalogue import compute
from features.declarations import IDENTITY
from features.peers import with_peer_ranks
from features.table import FeatureParams, known_of
from models.fitting.stage_model import StageModel
from models.validation.blanked import COMPLETE
from scoring.score import scores


def delivered(valid: Path) -> tuple[str, ...]:
    """The tables in the folder `valid` that features are computed from."""
    return tuple(name for name in blankable() if (valid / f"{name}.parquet").exists())


def pds_with_each_blanked(
    valid: Path, params: FeatureParams, grids: pd.DataFrame, models: Mapping[str, StageModel], wanted: pd.Series
) -> dict[str, pd.Series]:
    """PDs of the applications `wanted`, on their ids, by the name of the blanked table; COMPLETE with all of them.

    `valid` has the valid tables, `grids` those that peers are ranked by. Stage and size class stay those of the
    complete tables: an application without a stage has no PD.
    """
    found: dict[str, list[pd.Series]] = {name: [] for name in (COMPLETE, *delivered(valid))}
    for known in known_of(valid, params):
        staged = known[known["application_id"].isin(wanted)].reset_index(drop=True)
        for name, parts in found.items():
            left = staged if name == COMPLETE else without(staged, [name])
            table = with_peer_ranks(pd.concat([staged[list(IDENTITY)], compute(left)], axis=1), grids)
            parts.append(scores(table, models)["pd"].set_axis(table["application_id"]))
    return {name: pd.concat(parts) for name, parts in found.items()}
