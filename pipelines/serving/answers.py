"""Answers of the server as plain data for JSON: every number as it is, a day as YYYY-MM-DD, a missing value as null."""

from typing import Any

import numpy as np
import pandas as pd

from scoring.one import Answer


def plain(answer: Answer) -> dict[str, Any]:
    """Decisions, rejected rows by table with the rules they broke, and the account of every table."""
    counted = {
        q.table: {
            "rows": q.rows,
            "kept": q.kept,
            "rejected": q.rejected,
            "duplicates": q.duplicates,
            "warned": {rule: rows for rule, rows in q.warned.items() if rows},
        }
        for q in answer.checked.quality
    }
    return {
        "decisions": records(answer.decisions),
        "rejected": {name: records(frame) for name, frame in answer.rejected.items() if len(frame)},
        "account": counted,
        "extracted_on": str(answer.extracted_on.date()),
    }


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a frame as plain data."""
    return [{str(name): _value(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _value(value: Any) -> Any:
    if isinstance(value, list | tuple | np.ndarray):
        return [_value(item) for item in value]
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value
