"""A small book for tests of the monitor: scored batches as files, with rejects and manifest, and their outcomes."""

import hashlib
import json
from pathlib import Path

import pandas as pd

VERSIONS = {"startup": "v1", "growth": "v2", "mature": "v3"}
UNTIL = pd.Timestamp("2026-06-30")


def scored(number: int = 6, first: int = 0, day: str = "2025-01-15", **columns: object) -> pd.DataFrame:
    """Scores of one batch, one application per enterprise, by the models VERSIONS."""
    stages = [list(VERSIONS)[at % 3] for at in range(number)]
    table = pd.DataFrame(
        {
            "application_id": [f"a{at:03d}" for at in range(first, first + number)],
            "enterprise_id": [f"e{at:03d}" for at in range(number)],
            "as_of": pd.Timestamp(day),
            "stage": stages,
            "size_class": "small",
            "pd": [0.01 * (1 + at % 9) for at in range(number)],
            "decision": [["approve", "refer", "decline"][at % 3] for at in range(number)],
            "rule": "within_cut_off",
            "fired": "",
            "grade": [f"G{1 + at % 4}" for at in range(number)],
            "model_version": [VERSIONS[stage] for stage in stages],
        }
    )
    return table.assign(**columns)


def file_of(table: pd.DataFrame, path: Path, rejected: int = 1) -> Path:
    """The batch as a Parquet file, with its rejected applications beside it."""
    table.to_parquet(path, index=False)
    rows = pd.DataFrame({"application_id": [f"{path.stem}-r{at}" for at in range(rejected)]})
    rows["as_of"] = table["as_of"].iloc[0]
    rows["row"] = range(rejected)
    rows["rules"] = [["amount_range", "unique_key"]] * rejected
    rows.to_parquet(path.with_name(path.name + ".rejects.parquet"), index=False)
    return path


def folder_of(table: pd.DataFrame, path: Path) -> Path:
    """The batch as a folder of two parts with its manifest."""
    (path / "rejects").mkdir(parents=True)
    files = {}
    half = len(table) // 2
    for at, part in enumerate((table.iloc[:half], table.iloc[half:])):
        name = f"part-{at:05d}.csv"
        part.to_csv(path / name, index=False)
        files[name] = {"rows": len(part), "sha256": hashlib.sha256((path / name).read_bytes()).hexdigest()}
    table.head(0)[["application_id", "as_of"]].to_parquet(path / "rejects" / "applications.parquet")
    (path / "manifest.json").write_text(json.dumps({"files": files}), encoding="utf8")
    return path


def outcomes(table: pd.DataFrame, bad: tuple[str, ...] = ()) -> pd.DataFrame:
    """Canonical outcomes of the applications over twelve months; `bad` defaulted after 100 days."""
    ends = table["as_of"] + pd.DateOffset(months=12)
    defaulted = table["application_id"].isin(bad)
    day = (table["as_of"] + pd.Timedelta(days=100)).where(defaulted)
    return pd.DataFrame(
        {
            "application_id": table["application_id"],
            "window_months": 12.0,
            "window_ends_on": ends,
            "defaulted": defaulted,
            "defaulted_on": day,
            "known_on": day.where(defaulted, ends),
            "weight": 1.0,
        }
    )


def decisions(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Final decisions by persons: application, decision, day."""
    table = pd.DataFrame(rows, columns=["application_id", "decision", "on"])
    return table.assign(reason="knows the owner", by="Committee")
