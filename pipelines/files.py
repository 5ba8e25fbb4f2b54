"""Reading and writing what steps pass on: the same content always gives the same bytes."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from policy.digests import sha256
from policy.digits import rounded_content, rounded_figures
from policy.errors import MendableError

LEFT_OUT_FILE = "left_out.json"
"""File beside canonical tables: applications that the source itself left out, by reason."""
IMPORT_SUMMARY = "summary.json"
"""File beside imported tables: what became of every row of the bank's files."""


def left_out_by_source(tables: Path) -> dict[str, int]:
    """Applications that the source of these tables left out, by reason; nothing where no such file lies with them."""
    path = tables / LEFT_OUT_FILE
    return {str(reason): int(rows) for reason, rows in read_json(path).items()} if path.exists() else {}


def write_json(content: Any, path: Path) -> None:
    """Write plain data as indented JSON, floats rounded; NaN becomes null, numpy numbers become numbers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = _plain(rounded_content(content))
    path.write_text(json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf8")


def write_text(content: str, path: Path) -> None:
    """Write a page or another text in UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf8")


def write_figures(content: Any, path: Path) -> None:
    """Write validation figures as `write_json` does, with no more decimals than are above the noise of the CPU."""
    write_json(rounded_figures(content), path)


def read_json(path: Path) -> Any:
    """Plain data of a JSON file.

    Raises
    ------
    MendableError
        When the file does not hold JSON: it was cut short or changed by hand.
    """
    try:
        return json.loads(path.read_text(encoding="utf8"))
    except (ValueError, RecursionError) as error:
        message = f"wanted JSON in {path}; {error}"
        raise MendableError(message) from error


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, np.integer | np.bool_):
        return value.item()
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as Parquet without its index."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(path, index=False)


def fingerprint(path: Path) -> str:
    """First 16 hexadecimal digits of the SHA-256 of a file."""
    return sha256(path)[:16]
