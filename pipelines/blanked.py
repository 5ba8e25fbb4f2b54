"""Step `blanked`: a finished run in; how PDs and group effects hold out-of-time with each table blanked, out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from features.table import FeatureParams
from models.validation.blanked import OTHERS, blanked_figures
from pipelines.entry import run
from pipelines.files import read_json, write_figures
from pipelines.loans import part_table
from pipelines.params import ParamsError, section
from scoring.blanked import pds_with_each_blanked
from scoring.score import open_models

LOANS = ["application_id", "stage", "defaulted", "weight", "exposure", "province", "industry"]


@dataclass(frozen=True)
class BlankedParams:
    """Parameters of the step: limits of the mean PD with a table blanked over the complete one, by stage and table.

    `offset_limit` is how far the remaining offsets of groups may be above those of complete loans [log-odds].
    """

    limits: Mapping[str, Mapping[str, Sequence[float]]]
    offset_limit: float

    def __post_init__(self) -> None:
        """Refuse limits without one for all other stages and tables, or that are no two ascending numbers."""
        if OTHERS not in self.limits or OTHERS not in self.limits[OTHERS]:
            message = f"blanked: limits must hold {OTHERS}: {{{OTHERS}: [lowest, highest]}}; got {dict(self.limits)!r}"
            raise ParamsError(message)
        for stage, of_stage in self.limits.items():
            for table, ends in of_stage.items():
                if len(ends) != 2 or not 0 < ends[0] <= 1 <= ends[1]:
                    message = (
                        f"blanked: limits of {stage}, {table} must be a number above 0 up to 1 and one from 1 on; "
                        f"got {ends!r}"
                    )
                    raise ParamsError(message)


def main(source: str, valid: Path, features: Path, parts: Path, models: Path, blanked: Path) -> None:
    """Measure the out-of-time loans of SOURCE with each table blanked, write blanked.json into the folder BLANKED."""
    params = section("blanked", BlankedParams, source)
    loans = part_table(features, parts, "out_of_time")[LOANS]
    pds = pds_of_run(valid, features, models, loans["application_id"])
    rows = blanked_figures(loans, pds, params.limits, params.offset_limit)
    write_figures({"offset_limit": params.offset_limit, "rows": rows}, blanked / "blanked.json")


def pds_of_run(valid: Path, features: Path, models: Path, wanted: pd.Series) -> dict[str, pd.Series]:
    """PDs of the applications `wanted` by the models of a run, complete and with each of its tables blanked."""
    made: dict[str, Any] = read_json(features / "features.json")["params"]
    grids = pd.read_parquet(features / "peers.parquet")
    return pds_with_each_blanked(valid, FeatureParams(**made), grids, open_models(models), wanted)


if __name__ == "__main__":
    run(main)
