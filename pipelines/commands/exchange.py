"""`techcredit export`: the model of a stage of a finished run for another system, compared with the model first."""

import shutil
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from features.engine import engine, literal
from features.version import version
from models.errors import ModelError
from models.exchange.agreement import require_agreement
from models.exchange.lightgbm_text import write_folder
from models.exchange.onnx_graph import GROUPS, onnx_bytes
from models.exchange.plain import PlainModel, plain, thresholds
from models.exchange.pmml import pmml
from models.exchange.probe import probe
from models.exchange.sql import sql
from models.fitting.group_effects import group_of
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


def run_onnx(content: bytes, told: PlainModel, rows: pd.DataFrame) -> pd.DataFrame:
    """Outputs pd, logit and refused of the ONNX model for `rows`, by ONNX Runtime.

    Raises
    ------
    ModelError
        When onnxruntime is not installed.
    """
    try:
        import onnxruntime
    except ImportError as error:
        message = "ONNX wants the package onnxruntime; install it with: pip install 'techcredit[exchange]'"
        raise ModelError(message) from error
    given: dict[str, np.ndarray] = {"features": rows[list(told.features)].to_numpy(dtype="float64")}
    for effect in told.effects:
        group = group_of(rows, effect.name).astype("object")
        given[GROUPS[effect.name]] = group.where(group.notna(), "").to_numpy(dtype="object")
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return pd.DataFrame(dict(zip(names, session.run(names, given), strict=True)))


def run_pmml(content: str, told: PlainModel, rows: pd.DataFrame) -> pd.DataFrame:
    """Outputs pd and logit of the PMML document for `rows`, by PMML4S, which needs Java.

    Raises
    ------
    ImportError
        When pypmml is not installed.
    """
    from pypmml import Model

    opened = Model.fromString(content)
    names = [*told.features, *(effect.name for effect in told.effects)]
    # A field that is left out is missing.
    given = [{name: value for name, value in row.items() if pd.notna(value)} for row in rows[names].to_dict("records")]
    answers = [opened.predict(row) for row in given]
    return pd.DataFrame({name: [float(answer[name]) for answer in answers] for name in ("pd", "logit")})


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
    """As the others; where no engine for PMML is installed the document is written all the same, and that is said."""
    content = pmml(told)
    rows = probe_of(told)
    apart = None
    if find_spec("pypmml") is None or shutil.which("java") is None:
        sys.stderr.write("the PMML was not run here: that wants Java and pip install 'techcredit[exchange]'\n")
    else:
        found = run_pmml(content, told, rows)
        apart = require_agreement("PMML", found, model.probability(rows), model.logit(rows))
    path.write_text(content, encoding="utf8")
    return apart


FORMATS: Mapping[str, Write] = {"sql": _sql, "pmml": _pmml, "onnx": _onnx, "lightgbm": _lightgbm}
"""What writes each format."""
