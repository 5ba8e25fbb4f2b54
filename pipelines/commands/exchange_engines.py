"""Engines that exports are run by: DuckDB for SQL, ONNX Runtime, PMML4S for PMML."""

import numpy as np
import pandas as pd

from features.engine import engine, literal
from models.errors import ModelError
from models.exchange.onnx_graph import GROUPS
from models.exchange.plain import PlainModel
from models.fitting.group_effects import group_of
from policy.folders import temporary

MEMORY = "2GB"
JAVA_MEMORY = "-Xmx1g"


def run_sql(query: str, rows: pd.DataFrame) -> pd.DataFrame:
    """What the query gives for `rows` as its table `features`, in their order, by the embedded engine."""
    with temporary() as work, engine(MEMORY, spill=work) as base:
        base.run("SET enable_progress_bar = false")
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
    texts = {"stage": rows["stage"], **{GROUPS[e.name]: group_of(rows, e.name) for e in told.effects}}
    for name, text in texts.items():
        given[name] = text.astype("object").where(text.notna(), "").to_numpy(dtype="object")
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return pd.DataFrame(dict(zip(names, session.run(names, given), strict=True)))


def run_pmml(
    content: str, told: PlainModel, rows: pd.DataFrame, outputs: tuple[str, ...] = ("pd", "logit")
) -> pd.DataFrame:
    """Outputs pd and logit, or those named, of the PMML document for `rows`, by PMML4S, which needs Java.

    Raises
    ------
    ImportError
        When pypmml is not installed.
    """
    from pypmml import Model, PMMLContext

    names = [*told.features, *(effect.name for effect in told.effects), "stage"]
    # A field that is left out is missing.
    given = [{name: value for name, value in row.items() if pd.notna(value)} for row in rows[names].to_dict("records")]
    # One process of Java serves all calls, and ends with this one.
    PMMLContext.getOrCreate(java_opts=[JAVA_MEMORY])
    opened = Model.fromString(content)
    answers = [[float(answer[name]) for name in outputs] for answer in map(opened.predict, given)]
    return pd.DataFrame(answers, columns=list(outputs))
