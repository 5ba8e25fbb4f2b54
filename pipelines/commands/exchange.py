"""`techcredit export`: the model of a stage of a finished run for another system, compared with the model first."""

import shutil
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from features.version import version
from models.challengers.points import read_card
from models.errors import ModelError
from models.exchange.agreement import TOLERANCE, require_agreement
from models.exchange.card import FACTOR, ODDS, POINTS, card_model, plain_card, points_table
from models.exchange.lightgbm_text import write_folder
from models.exchange.onnx_graph import onnx_bytes
from models.exchange.plain import PlainModel, plain, thresholds
from models.exchange.pmml import pmml
from models.exchange.pmml_card import pmml_card
from models.exchange.probe import probe
from models.exchange.sql import number, sql
from models.fitting.stage_model import StageModel, open_model
from pipelines.commands.exchange_engines import run_onnx, run_pmml, run_sql
from pipelines.files import fingerprint
from policy.segments import STAGES
from scoring.manifest import require_unchanged

LEAST_ROWS = 500
"""Fewest rows that an export is compared with its model on; more where features have many thresholds."""

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
    if run.resolve() in output.resolve().parents:
        # A run that holds a file it did not leave is refused from then on.
        message = f"wanted an output out of the folder of the run; {output} lies in {run}"
        raise ModelError(message)
    require_unchanged(run)
    model, told = _card(run, stage) if wanted.startswith("scorecard") else _stage_model(run, stage)
    output.parent.mkdir(parents=True, exist_ok=True)
    beside = output.with_name(f".{output.name}.unfinished")
    _take_away(beside)
    try:
        apart = FORMATS[wanted](model, told, beside)
        beside.replace(output)
    finally:
        _take_away(beside)
    compared = "" if apart is None else f"; largest difference of a PD {apart:.3g}"
    sys.stdout.write(f"{output}: {told.kind}, {model.version}, stage {stage}{compared}\n")


def _take_away(path: Path) -> None:
    """Remove what a failed or killed export left at `path`."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def probe_of(told: PlainModel) -> pd.DataFrame:
    """Rows that an export is compared with its model on."""
    most = max((len(edges) for edges in thresholds(told).values()), default=0)
    return probe(told, max(LEAST_ROWS, 4 * most))


def _stage_model(run: Path, stage: str) -> tuple[StageModel, PlainModel]:
    model = open_model(run / "models" / stage, version())
    return model, plain(model)


def _card(run: Path, stage: str) -> tuple[StageModel, PlainModel]:
    """The scorecard challenger of the run with the curve of a stage, as it was measured: its PDs are compared."""
    path = run / "challengers" / "scorecard.json"
    if not path.exists():
        message = f"wanted {path}, which `techcredit study` leaves with the challenger scorecard; it is not there"
        raise ModelError(message)
    steps, curves, catalogue = read_card(path.read_text(encoding="utf8"))
    if catalogue != version() or stage not in curves:
        message = f"{path}: wanted a scorecard of catalogue version {version()} and stage {stage}; run the study again"
        raise ModelError(message)
    model = card_model(steps, curves[stage], stage, catalogue, fingerprint(path))
    measured = pd.read_parquet(run / "challengers" / "pds.parquet").set_index("application_id")["scorecard"]
    table = pd.read_parquet(run / "features" / "features.parquet").set_index("application_id").loc[measured.index]
    of_stage = (table["stage"] == stage).to_numpy()
    if (np.abs(model.probability(table[of_stage]) - measured[of_stage]) > TOLERANCE).any():
        message = f"{path}: wanted the scorecard whose PDs the run measured; it gives others. Run the study again"
        raise ModelError(message)
    return model, plain_card(model)


def _card_sql(model: StageModel, told: PlainModel, path: Path) -> float:
    points = f"CASE WHEN refused = '' THEN {number(POINTS)} - {number(FACTOR)} * (logit + LN({number(ODDS)})) END"
    query = sql(told, more=[f"{points} AS points"])
    rows = probe_of(told)
    found = run_sql(query, rows)
    apart = require_agreement("SQL", found, model.probability(rows), model.logit(rows))
    table = [f"--   {name}: {bin_}, {value:+.4f}" for name, bin_, value in points_table(told)]
    head = ["-- Points that add up (4 decimals; the column points has all):", *table] if table else []
    path.write_text("\n".join([*head, query]), encoding="utf8")
    return apart


def _card_pmml(model: StageModel, told: PlainModel, path: Path) -> float | None:
    return _pmml_of(pmml_card(told), model, told, path)


def _sql(model: StageModel, told: PlainModel, path: Path) -> float:
    query = sql(told)
    rows = probe_of(told)
    apart = require_agreement("SQL", run_sql(query, rows), model.probability(rows), model.logit(rows))
    path.write_text(query, encoding="utf8")
    return apart


def _lightgbm(model: StageModel, told: PlainModel, path: Path) -> None:
    write_folder(model, told, path)


def _onnx(model: StageModel, told: PlainModel, path: Path) -> float:
    content = onnx_bytes(told)
    rows = probe_of(told)
    apart = require_agreement("ONNX", run_onnx(content, told, rows), model.probability(rows), model.logit(rows))
    path.write_bytes(content)
    return apart


def _pmml(model: StageModel, told: PlainModel, path: Path) -> float | None:
    return _pmml_of(pmml(told), model, told, path)


def _pmml_of(content: str, model: StageModel, told: PlainModel, path: Path) -> float | None:
    """As the others; where no engine for PMML is installed the document is written all the same, and that is said."""
    rows = probe_of(told)
    apart = None
    if find_spec("pypmml") is None or shutil.which("java") is None:
        sys.stderr.write("the PMML was not run here: that wants Java and pip install 'techcredit[exchange]'\n")
    else:
        found = run_pmml(content, told, rows)
        apart = require_agreement("PMML", found, model.probability(rows), model.logit(rows))
    path.write_text(content, encoding="utf8")
    return apart


FORMATS: Mapping[str, Write] = {
    "sql": _sql,
    "pmml": _pmml,
    "onnx": _onnx,
    "lightgbm": _lightgbm,
    "scorecard-sql": _card_sql,
    "scorecard-pmml": _card_pmml,
}
"""What writes each format."""
