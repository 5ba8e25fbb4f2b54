"""Experiments of DVC as a data scientist runs them, without a network: run, shown, compared, drawn."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pipelines import plot_page

pytestmark = pytest.mark.pipeline
ROOT = Path(__file__).parents[2]
PARAMETER = "threshold.simulated.delta"


@pytest.fixture(scope="module")
def experiment(simulated_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the finished run under git, after `dvc exp run` with certificates that may hardly ever err."""
    folder = tmp_path_factory.mktemp("experiment") / "techcredit"
    shutil.copytree(simulated_run, folder, symlinks=True)
    plot_page.main(folder / ".dvc")
    named = (("config", "user.name", "t"), ("config", "user.email", "t@example.org"))
    for arguments in (*named, ("add", "--all"), ("commit", "-q", "-m", "Base")):
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
    said = dvc(folder, "exp", "run", "--name", "strict", "-S", f"{PARAMETER}=0.001", "headline@simulated")
    assert "Running stage 'threshold@simulated'" in said
    assert "Running stage 'train" not in said
    return folder


def dvc(folder: Path, *arguments: str) -> str:
    """Standard output of a command of DVC in `folder`."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    settings = {**os.environ, "PATH": path, "PYTHONPATH": str(folder), "COLUMNS": "160"}
    done = subprocess.run(
        [sys.executable, "-m", "dvc", *arguments], cwd=folder, env=settings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_an_experiment_changes_the_headline_and_no_file_but_params_and_lock(experiment: Path) -> None:
    figures = json.loads((experiment / "data/simulated/headline/metrics.json").read_text(encoding="utf8"))["simulated"]
    assert figures["cut_off_micro"] is None
    done = subprocess.run(["git", "diff", "--name-only"], cwd=experiment, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {"params.yaml", "dvc.lock"}


def test_experiments_are_shown_under_short_names_side_by_side(experiment: Path) -> None:
    shown = dvc(experiment, "exp", "show", "--no-pager", "--only-changed")
    assert "strict" in shown
    assert "simulated.cut_off_micro" in shown
    assert "metrics.json:" not in shown


def test_figures_are_compared_by_name(experiment: Path) -> None:
    rows = json.loads(dvc(experiment, "metrics", "diff", "HEAD", "strict", "--json"))
    found = rows["data/simulated/headline/metrics.json"]
    assert found["simulated.approved_share"]["old"] > found["simulated.approved_share"]["new"] == 0
    assert "simulated.auc" not in found


def test_the_page_of_plots_holds_what_draws_it_and_fetches_nothing(experiment: Path) -> None:
    dvc(experiment, "plots", "diff", "HEAD", "strict", "--out", "plots")
    page = (experiment / "plots" / "index.html").read_text(encoding="utf8")
    assert "window.vegaEmbed" in page
    assert not re.search(r'<(script|link)[^>]*(src|href)="', page)
    for title in ("ROC, out-of-time", "Calibration, out-of-time", "Approval by PD alone, out-of-time"):
        assert f"{title}, simulated" in page
    assert "share of defaults ranked as risky" in page


def test_the_headline_is_the_only_file_of_metrics() -> None:
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf8"))["stages"]
    found = {name: entry["metrics"] for name, entry in stages.items() if "metrics" in entry.get("do", entry)}
    assert found == {"headline": ["data/${item.source}/headline/metrics.json"]}


def test_scripts_that_would_break_the_page_are_refused() -> None:
    with pytest.raises(ValueError, match="wanted scripts without </script"):
        plot_page.page("a</script>")
