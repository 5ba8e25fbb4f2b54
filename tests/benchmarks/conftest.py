"""A table of one's own in a file, and challengers that are fast."""

from pathlib import Path

import pytest

from tests.benchmarks.own_table import FAST, table


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "own.parquet"
    table().to_parquet(path)
    return path


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.accuracy_models.CHALLENGERS", FAST)
