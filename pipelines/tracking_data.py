"""The data of a run as MLflow shows them: name, digest, source, columns and counts, without a copy."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
from mlflow.entities import Dataset, DatasetInput, InputTag

CONTEXT = "mlflow.data.context"


def data_input(
    name: str, digest: str, source: Path, dtypes: pd.Series, context: str, counts: Mapping[str, int]
) -> DatasetInput:
    """One data set that a run read: `source` is a path within the project, `digest` the fingerprint of its file.

    `dtypes` are those of its columns, by name; `counts` what else is told of it (`num_rows` is what MLflow shows).
    """
    columns = [{"name": str(column), "type": kind(str(dtype)), "required": False} for column, dtype in dtypes.items()]
    told = Dataset(
        name=name,
        digest=digest,
        source_type="local",
        source=json.dumps({"uri": source.as_posix()}),
        schema=json.dumps({"mlflow_colspec": columns}),
        profile=json.dumps(dict(counts)),
    )
    return DatasetInput(dataset=told, tags=[InputTag(key=CONTEXT, value=context)])


def kind(dtype: str) -> str:
    """Type of a column as MLflow names it.

    >>> kind("float64"), kind("int8"), kind("str"), kind("bool"), kind("datetime64[us]")
    ('double', 'long', 'string', 'boolean', 'datetime')
    """
    starts = {"float": "double", "int": "long", "uint": "long", "bool": "boolean", "datetime": "datetime"}
    return next((told for start, told in starts.items() if dtype.lower().startswith(start)), "string")


def part_inputs(
    source: str, features: Path, digest: str, columns: pd.Series, parts: dict[str, dict[str, int]], stage: str
) -> Iterable[DatasetInput]:
    """The loans a stage model was fitted on, calibrated on and measured on; `parts` counts them by part."""
    for part, context in (("development", "training"), ("calibration", "calibration"), ("out_of_time", "evaluation")):
        counted = parts[part]
        counts = {"num_rows": counted["loans"], "num_elements": counted["loans"] * len(columns), **counted}
        yield data_input(f"{source} {stage} {part}", digest, features, columns, context, counts)
