"""A table of one's own, as the benchmark of accuracy takes it, and what it prints of it."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models.challengers.pds import plain, pooled_only

ROWS = 1200
FAST = {"plain LightGBM": plain, "pooled only": pooled_only}


def table(rows: int = ROWS) -> pd.DataFrame:
    draw = np.random.default_rng(3)
    x = draw.normal(size=(rows, 2))
    return pd.DataFrame(
        {
            "size [m2]": x[:, 0],
            "debt": np.where(np.arange(rows) % 10 == 0, np.nan, x[:, 1]),
            "note": "text",
            "kind": draw.choice(["north", "south"], rows),
            "owner": draw.integers(0, rows // 3, rows),
            "year": draw.integers(2010, 2020, rows),
            "day": pd.Timestamp("2010-01-01") + pd.to_timedelta(draw.integers(0, 3000, rows), unit="D"),
            "bad": (draw.random(rows) < 1 / (1 + np.exp(2 - 1.5 * x[:, 0]))).astype(int),
        }
    )


def printed(capsys: pytest.CaptureFixture[str]) -> tuple[str, dict[str, Any]]:
    """The table, and the content of the last line."""
    *lines, last = capsys.readouterr().out.splitlines()
    return "\n".join(lines), json.loads(last)
