"""`techcredit export`: the model of a stage of a finished run for another system, compared with the model first."""

import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from features.engine import engine, literal
from features.version import version
from models.errors import ModelError
from models.exchange.agreement import require_agreement
from models.exchange.lightgbm_text import write_folder
from models.exchange.plain import PlainModel, plain, thresholds
from models.exchange.probe import probe
from models.exchange.sql import sql
from models.fitting.stage_model import StageModel, open_model
from policy.folders import temporary
from policy.segments import STAGES
from scoring.manifest import require_unchanged

LEAST_ROWS = 500
"""Fewest rows that an export is compared with its model on; more where features have many thresholds."""
MEMORY = "2GB"

Write = Callable[[StageModel, PlainModel, Path], float | None]
"""Writes an export to a path, compared with the model; gives the largest difference of a PD, None where it is the
model's own files."""


def export_model(run: Path, stage: str, wanted: str, output: Path) -> None:
    """Write the model of `stage` of the finished run in `run` as `wanted`, one of FORMATS, to `output`.

    The export is run on rows at the model's thresholds, beyond them, with missing values and extremes, and nothing is
    left at `output` where its PDs are not the model's.

    Raises
    ------
    ModelError
        When stage or format is unknown, something lies at `output` already, the run was changed after it finished, or
        the format cannot say the model exactly.
    """
    if stage not in STAGES:
        message = f"stage must be one of {', '.join(STAGES)}; got {stage!r}"
        raise ModelError(message)
    if wanted not in FORMATS:
        message = f"format must be one of {', '.join(FORMATS)}; got {wanted!r}"
        raise ModelError(message)
    if output.exists():
        message = f"wanted an output that is not there yet; {output} is"
        raise ModelError(message)
    require_unchanged(run)
    model = open_model(run / "models" / stage, version())
    output.parent.mkdir(parents=True, exist_ok=True)
    beside = output.with_name(f".{output.name}.unfinished")
    try:
        apart = FORMATS[wanted](model, plain(model), beside)
        beside.replace(output)
    finally:
        if beside.is_dir():
            shutil.rmtree(beside)
        else:
            beside.unlink(missing_ok=True)
    compared = "" if apart is None else f"; largest difference of a PD {apart:.3g}"
    sys.stdout.write(f"{output}: model {model.version} of stage {stage}{compared}\n")


def probe_of(told: PlainModel) -> pd.DataFrame:
    """Rows that an export is compared with its model on."""
    most = max((len(edges) for edges in thresholds(told).values()), default=0)
    return probe(told, max(LEAST_ROWS, 4 * most))


def run_sql(query: str, rows: pd.DataFrame) -> pd.DataFrame:
    """What the query gives for `rows` as its table `features`, in their order, by the embedded engine."""
    with temporary() as work, engine(MEMORY, spill=work) as base:
        rows.to_parquet(work / "features.parquet", index=False)
        base.run(f"CREATE VIEW features AS SELECT * FROM read_parquet({literal(str(work / 'features.parquet'))})")
        found = base.frame(query).set_index("application_id")
    return found.loc[rows["application_id"]]


def _sql(model: StageModel, told: PlainModel, path: Path) -> float:
    query = sql(told)
    rows = probe_of(told)
    apart = require_agreement("SQL", run_sql(query, rows), model.probability(rows), model.logit(rows))
    path.write_text(query, encoding="utf8")
    return apart


def _lightgbm(model: StageModel, told: PlainModel, path: Path) -> None:
    write_folder(model, told, path)


FORMATS: Mapping[str, Write] = {"sql": _sql, "lightgbm": _lightgbm}
"""What writes each format."""
