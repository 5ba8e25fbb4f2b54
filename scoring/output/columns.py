"""Columns of a score with their types, the same in every part, format and database."""

import pandas as pd
import pyarrow as pa

from explanations.reasons import MOST, SIDES

TEXT, NUMBER = pa.large_string(), pa.float64()
_REASONS = tuple(f"{side}_{rank}" for side in SIDES for rank in range(1, MOST + 1))
SCHEMA = pa.schema(
    [
        *((name, TEXT) for name in ("application_id", "enterprise_id")),
        ("as_of", pa.timestamp("us")),
        *((name, TEXT) for name in ("stage", "stage_rule", "size_class", "size_rule", "data_gap")),
        ("pd", NUMBER),
        *((name, TEXT) for name in ("decision", "rule")),
        ("limit", NUMBER),
        ("grade", TEXT),
        ("tolerance", NUMBER),
        *((name, TEXT) for name in ("fired", "compared")),
        *(
            (f"{reason}{what}", type_)
            for reason in _REASONS
            for what, type_ in (
                *(("", TEXT), ("_feature", TEXT)),
                *(("_value", NUMBER), ("_peers", NUMBER), ("_contribution", NUMBER)),
            )
        ),
        *((name, TEXT) for name in ("model_version", "training_data", "policy_version")),
    ]
)
"""Columns in order: those of `scoring.assemble.decided`. Days are timestamps at midnight."""
DAYS = ("as_of",)
"""Columns that hold a day."""


def table(rows: pd.DataFrame) -> pa.Table:
    """Decisions as an Arrow table of SCHEMA.

    Raises
    ------
    ValueError
        When the columns are others: a column was added to `decided` and not here.
    """
    if list(rows.columns) != SCHEMA.names:
        message = f"wanted the columns of a score, {', '.join(SCHEMA.names)}; got {', '.join(map(str, rows.columns))}"
        raise ValueError(message)
    return pa.Table.from_pandas(rows, schema=SCHEMA, preserve_index=False)
