"""Shared fixtures: a small simulated book of loans, and finished runs of the pipeline in folders of their own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from filelock import FileLock
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
os.environ.update({"DVC_NO_ANALYTICS": "1", "MLFLOW_DISABLE_TELEMETRY": "true", "GX_ANALYTICS_ENABLED": "false"})

ROOT = Path(__file__).parent.parent
IGNORED = shutil.ignore_patterns(
    ".venv", ".git", "__pycache__", "mlruns", "mlflow.db*", "*.egg-info", ".*_cache", ".hypothesis", "dist", "build"
)


def book(loans: int = 2000, seed: int = 1) -> pd.DataFrame:
    """Loans whose true log-odds are known: -3 + 1.0 amount_z + 0.8 staff_z; two columns of the catalogue's names."""
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(loans, 2))
    true = 1 / (1 + np.exp(3 - x[:, 0] - 0.8 * x[:, 1]))
    days = pd.Timestamp("2015-01-01") + pd.to_timedelta(np.sort(draw.integers(0, 2000, loans)), unit="D")
    return pd.DataFrame(
        {
            "application_id": [f"a{i:05d}" for i in range(loans)],
            "enterprise_id": [f"e{i:05d}" for i in draw.integers(0, loans // 2, loans)],
            "as_of": days.astype("datetime64[us]"),
            "stage": draw.choice(["startup", "growth", "mature"], loans),
            "size_class": draw.choice(["micro", "small"], loans),
            "exposure": np.exp(draw.normal(13, 1, loans)),
            "loan_amount": x[:, 0],
            "staff_count": x[:, 1],
            "defaulted": (draw.random(loans) < true).astype(float),
            "weight": 1.0,
            "observed_months": 12.0,
            "default_month": np.nan,
            "province": draw.choice(["A", "B", "C"], loans),
            "industry": draw.choice(["3911", "6510"], loans),
            "pd_true": true,
        }
    )


@pytest.fixture(scope="session")
def loan_book() -> pd.DataFrame:
    return book()


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A copy of the project without anything a run left behind, as a fresh clone has it."""

    def make(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name) / "techcredit"
        shutil.copytree(ROOT, folder, ignore=IGNORED)
        for left in (folder / "data").iterdir():
            if left.is_dir() and left.name not in ("samples", "expectations"):
                shutil.rmtree(left)
        shutil.rmtree(folder / "registry", ignore_errors=True)
        shutil.rmtree(folder / ".dvc" / "cache", ignore_errors=True)
        shutil.rmtree(folder / ".dvc" / "tmp", ignore_errors=True)
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        return folder

    return make


def run_cli(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in `folder`, whose own packages are imported."""
    code = "import sys; from pipelines.cli import main; sys.exit(main())"
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200", "PYTHONWARNINGS": "ignore"}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


@pytest.fixture(scope="session")
def techcredit() -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command line, as `techcredit(folder, "score", "--model", …)`."""
    return run_cli


def finished(folder: Path, source: str) -> Path:
    done = run_cli(folder, "run", "--source", source)
    assert done.returncode == 0, done.stderr + done.stdout
    (folder / "screen.txt").write_text(done.stdout, encoding="utf8")
    return folder


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[str, Callable[[], Path]], Path]:
    """A folder that one of the processes of the tests makes; every other one gets a copy of its own."""

    def get(name: str, make: Callable[[], Path]) -> Path:
        if worker_id == "master":
            return make()
        shared = tmp_path_factory.getbasetemp().parent / f"finished-{name}"
        with FileLock(f"{shared}.lock"):
            if not shared.exists():
                made = make()
                beside = shared.with_suffix(".new")
                shutil.copytree(made, beside, symlinks=True)
                beside.rename(shared)
                return made
        own = tmp_path_factory.mktemp(name) / "techcredit"
        shutil.copytree(shared, own, symlinks=True)
        return own

    return get


@pytest.fixture(scope="session")
def sba_run(checkout: Callable[[str], Path], once: Callable[[str, Callable[[], Path]], Path]) -> Path:
    """The checkout after `techcredit run --source sba`, from nothing."""
    return once("sba", lambda: finished(checkout("sba"), "sba"))


@pytest.fixture(scope="session")
def simulated_run(checkout: Callable[[str], Path], once: Callable[[str, Callable[[], Path]], Path]) -> Path:
    """The checkout after a run on a simulated portfolio of 15,000 applications, whose certificates may err more often.

    With the delta of params.yaml so few loans certify nothing, and no test could see an approval.
    """
    return once("simulated", lambda: _simulated(checkout("simulated")))


def _simulated(folder: Path) -> Path:
    params = folder / "params.yaml"
    smaller = params.read_text(encoding="utf8").replace("applications: 60000", "applications: 15000")
    smaller = smaller.replace("stock_flow: simulated_bank", "stock_flow: simulated_bank\n    delta: 0.3")
    assert "delta: 0.3" in smaller
    params.write_text(
        smaller.replace('names: ["renamed "]', "names: []").replace("seeds: [19]", "seeds: []"), encoding="utf8"
    )
    return finished(folder, "simulated")


@pytest.fixture(scope="session")
def simulated_study(simulated_run: Path, once: Callable[[str, Callable[[], Path]], Path]) -> Path:
    """That checkout after `techcredit study` as well, with one refit."""
    return once("study", lambda: _studied(simulated_run))


def _studied(folder: Path) -> Path:
    done = run_cli(folder, "study", "--source", "simulated")
    assert done.returncode == 0, done.stderr + done.stdout
    (folder / "study.txt").write_text(done.stdout, encoding="utf8")
    return folder
