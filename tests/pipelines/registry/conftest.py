"""A folder with the finished run of a small portfolio, its MLflow store, and two other runs beside it."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipelines import cli_life
from tests.pipelines.registry.life import RUN, copied, validated, with_slope


@pytest.fixture(scope="session")
def runs(simulated_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder: the run, one that ranks backwards, and one that is about as good."""
    folder = tmp_path_factory.mktemp("runs")
    validated(copied(simulated_run / RUN, folder / RUN))
    validated(with_slope(copied(simulated_run / RUN, folder / "backwards"), -1.0))
    validated(with_slope(copied(simulated_run / RUN, folder / "alike"), 1.05))
    for name in ("params.yaml", "mlflow.db"):
        shutil.copyfile(simulated_run / name, folder / name)
    return folder


@pytest.fixture
def home(runs: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The same folder, entered, without a registry."""
    monkeypatch.chdir(runs)
    monkeypatch.setattr(cli_life, "_today", lambda: date(2026, 2, 1))
    yield runs
    shutil.rmtree("registry", ignore_errors=True)
