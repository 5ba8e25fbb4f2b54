"""The rows that workers give back: those of a score, typed, and what is counted of each batch."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from scoring.journal import Part
from scoring.output.columns import SCHEMA
from scoring.parts import added

TALLY = "tally"
"""Column with the counts of a batch on its first row, as JSON; missing on all others."""


def _type(field: pa.Field) -> pa.DataType:
    return pa.string() if pa.types.is_large_string(field.type) else field.type  # the one text type that Spark takes


OUT = pa.schema([*((field.name, _type(field)) for field in SCHEMA), (TALLY, pa.string())])


def typed(found: pd.DataFrame) -> pa.Table:
    """The rows with the columns of OUT and no others; one that is not there is missing."""
    known = {c: pa.Array.from_pandas(found[c], type=OUT.field(c).type) for c in OUT.names if c in found.columns}
    return pa.table({c: known.get(c, pa.nulls(len(found), OUT.field(c).type)) for c in OUT.names}, schema=OUT)


@dataclass(frozen=True)
class Tally:
    """Applications with a decision, those without a stage, and what `scoring.parts.decide_part` counts of the former.

    `counted` is by what is counted, then by name, each in the order of the names.
    """

    scored: int
    unstaged: int
    counted: Mapping[str, Mapping[str, int]]
    beyond_peers: int


def told(scored: int, unstaged: int, counted: Mapping[str, Any]) -> str:
    """The counts of one batch as JSON."""
    return json.dumps({"scored": scored, "unstaged": unstaged, "counted": counted}, ensure_ascii=False)


def summed(texts: Iterable[str]) -> Tally:
    """The sum of the counts of all batches, each as `told` gives it."""
    batches = [json.loads(text) for text in texts]
    counted, beyond = added(Part(each["scored"], "", "", "", "", each["counted"]) for each in batches)
    return Tally(sum(b["scored"] for b in batches), sum(b["unstaged"] for b in batches), counted, beyond)
