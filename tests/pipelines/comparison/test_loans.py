"""Loans that two models are compared on: as their run left them, and none that a model has used."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from models.errors import ModelError
from pipelines.comparison.loans import COLUMNS, Labelled, of_run
from pipelines.comparison.sides import Side
from pipelines.manifest import main as seal
from tests.scoring.test_manifest import FILES, TOLD

LOANS = pd.DataFrame(
    {
        "application_id": ["a1", "a2", "a3"],
        "enterprise_id": ["e1", "e2", "e3"],
        "as_of": pd.to_datetime(["2023-06-30", "2024-06-30", "2025-06-30"]),
        "exposure": 1.0,
        "weight": 1.0,
        "defaulted": [0.0, 1.0, 0.0],
    }
)


def side(name: str, last: str, *used: str) -> Side:
    nothing: Any = None
    return Side(name, Path(name), nothing, name, pd.Timestamp(last), frozenset(used))


def test_loans_after_the_last_day_of_both_models_are_newer() -> None:
    labelled = Labelled(LOANS, Path("valid"), "run")
    found = labelled.newer((side("first", "2023-12-31", "a1"), side("second", "2024-12-31", "a1", "a2")))
    assert list(found["application_id"]) == ["a3"]


@pytest.mark.parametrize("later", [("first", "second"), ("second", "first")])
def test_a_loan_that_either_model_used_is_no_newer_one_whatever_its_day(later: tuple[str, str]) -> None:
    labelled = Labelled(LOANS, Path("valid"), "run")
    sides = side(later[0], "2023-12-31", "a1"), side(later[1], "2023-12-31", "a1", "a2")
    said = f"run: wanted no loan after 2023-12-31 that {later[1]} was fitted, calibrated or certified on; got 1, the"
    with pytest.raises(ModelError, match=f"{re.escape(said)} first of them a2"):
        labelled.newer(sides)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A sealed run whose scores and tables are there."""
    for name in (*FILES, *TOLD, "valid/applications.parquet"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    scored = LOANS.assign(part=["development", "out_of_time", None])
    scored[[*COLUMNS, "part"]].to_parquet(tmp_path / "evaluation" / "scores.parquet")
    seal(tmp_path, tmp_path / "manifest")
    return tmp_path


def test_loans_of_a_run_are_those_its_split_let_count(run: Path) -> None:
    assert list(of_run(run).rows["application_id"]) == ["a1", "a2"]


@pytest.mark.parametrize("name", ["evaluation/scores.parquet", "valid/applications.parquet"])
def test_loans_of_a_run_that_were_changed_after_it_are_refused(run: Path, name: str) -> None:
    if name.startswith("evaluation"):
        LOANS.assign(part="out_of_time", defaulted=0.0)[[*COLUMNS, "part"]].to_parquet(run / name)
    else:
        (run / name).write_bytes(b"forged")
    with pytest.raises(ModelError, match=f"{name} was changed after the run"):
        of_run(run)
