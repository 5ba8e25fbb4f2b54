"""The rows that workers give back: those of `scoring.assemble.decided`, typed, and the tally of each batch."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pandas as pd
import pyarrow as pa

from decisions.decide import DECIDED
from explanations.reasons import MOST, SIDES
from scoring.assemble import CARRIED, TOLD

VERSIONS = ("model_version", "training_data", "policy_version")
TALLY = "tally"
"""Column with the counts of a batch on its first row: JSON of `Tally`; missing on all others."""
REASONS = tuple(
    f"{side}_{rank}" if name == TOLD[0] else f"{side}_{rank}_{name}"
    for side in SIDES
    for rank in range(1, MOST + 1)
    for name in TOLD
)
NUMBERS = ("pd", "limit", "tolerance", *(c for c in REASONS if c.endswith(("_value", "_peers", "_contribution"))))
COLUMNS = (*CARRIED, "pd", *DECIDED, *REASONS, *VERSIONS)
"""Columns of a decision, in the order in which `score` writes them."""


def _type(column: str) -> pa.DataType:
    if column == "as_of":
        return pa.timestamp("us")
    return pa.float64() if column in NUMBERS else pa.string()


OUT = pa.schema([(name, _type(name)) for name in (*COLUMNS, TALLY)])


def typed(found: pd.DataFrame) -> pa.Table:
    """The rows with the columns of OUT and no others; one that is not there is missing."""
    known = {c: pa.Array.from_pandas(found[c], type=OUT.field(c).type) for c in OUT.names if c in found.columns}
    return pa.table({c: known.get(c, pa.nulls(len(found), OUT.field(c).type)) for c in OUT.names}, schema=OUT)


@dataclass
class Tally:
    """Counts over applications, as `scoring.batch.Counts` names them; `unstaged` are those without a stage."""

    scored: int = 0
    unstaged: int = 0
    beyond_peers: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    data_gaps: Counter[str] = field(default_factory=Counter)
    products: Counter[str] = field(default_factory=Counter)
    out_of_range: Counter[str] = field(default_factory=Counter)

    def text(self) -> str:
        """The counts as JSON."""
        return json.dumps(vars(self), ensure_ascii=False, sort_keys=True)


def added(texts: Iterable[str]) -> Tally:
    """The sum of tallies given as JSON."""
    found = Tally()
    for text in texts:
        said: Mapping[str, Any] = json.loads(text)
        for name, counted in said.items():
            if isinstance(counted, Mapping):
                cast("Counter[str]", getattr(found, name)).update(counted)
            else:
                setattr(found, name, getattr(found, name) + counted)
    return found
