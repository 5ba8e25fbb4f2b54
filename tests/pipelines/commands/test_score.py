"""`techcredit score`, `clean` and `--version` as a scheduler sees them: exit codes, what is written, what is said."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from policy.folders import LOCK
from tests.conftest import ROOT, run_cli

DAY = "2024-12-31"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def small(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of the 300 first enterprises of the run."""
    folder = tmp_path_factory.mktemp("small") / "tables"
    folder.mkdir()
    applications = pd.read_parquet(finished / "tables" / "applications.parquet")
    some = sorted(applications["enterprise_id"].unique())[:300]
    names = applications.loc[applications["enterprise_id"].isin(some), "application_id"]
    for path in (finished / "tables").glob("*.parquet"):
        table = pd.read_parquet(path)
        key, wanted = ("enterprise_id", some) if "enterprise_id" in table else ("application_id", names)
        table[table[key].isin(wanted)].to_parquet(folder / path.name, index=False)
    return folder


@pytest.fixture
def score(finished: Path, small: Path) -> Run:
    def run(output: Path | str, *more: str, tables: Path = small) -> subprocess.CompletedProcess[str]:
        given = ("--model", str(finished), "--input", str(tables), "--output", str(output), *more)
        return run_cli(ROOT, "score", *given)

    return run


def test_a_batch_that_went_well_ends_with_0_and_says_how_long_it_took(score: Run, tmp_path: Path) -> None:
    done = score(tmp_path / "scores.csv", "--memory", "2GB")
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "scores.csv.summary.json").read_text(encoding="utf8"))
    assert {"check", "features", "decide", "write", "all"} <= set(told["seconds"])
    assert told["applications_per_second"] > 0
    assert 50 < told["peak_memory_mib"] < 2000
    manifest = json.loads((tmp_path / "scores.csv.manifest.json").read_text(encoding="utf8"))
    assert manifest["applications"] == told["applications"]
    assert "applications per second, peak memory" in done.stdout
    assert "score: check" in done.stderr.splitlines()[0]
    assert not [path for path in tmp_path.iterdir() if "techcredit" in path.name]


def test_a_table_that_was_cut_short_ends_with_1_and_one_line(score: Run, small: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(small, tmp_path / "copy"))
    whole = (copy / "statements.parquet").read_bytes()
    (copy / "statements.parquet").write_bytes(whole[: len(whole) // 2])
    done = score(tmp_path / "scores.parquet", tables=copy)
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert "statements.parquet" in line
    assert "Traceback" not in done.stderr


def test_too_little_memory_ends_with_1_and_says_how_much_it_takes(score: Run, tmp_path: Path) -> None:
    done = score(tmp_path / "scores.parquet", "--memory", "300MB")
    assert done.returncode == 1
    assert "error: wanted --memory of at least" in done.stderr


def test_wrong_usage_ends_with_2(score: Run, tmp_path: Path) -> None:
    assert score(tmp_path / "scores.parquet", "--threads", "0").returncode == 2
    assert score(tmp_path / "scores.parquet", "--no-such-option").returncode == 2
    assert score(tmp_path / "scores.parquet", "--require", "no_such_table").returncode == 2


def test_a_table_that_does_not_arrive_is_told_and_refused_where_it_is_required(
    score: Run, small: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(small, tmp_path / "copy"))
    (copy / "patents.parquet").unlink()
    done = score(tmp_path / "scores.parquet", tables=copy)
    assert done.returncode == 0, done.stderr
    assert "note: table patents, which the models were taught with, is not there" in done.stdout
    told = json.loads((tmp_path / "scores.parquet.summary.json").read_text(encoding="utf8"))
    assert told["not_delivered"] == ["patents"]
    done = score(tmp_path / "scores.parquet", "--require", "conduct", "--require", "patents", tables=copy)
    assert done.returncode == 1
    assert "error: wanted the required tables conduct, patents in" in done.stderr


def test_a_batch_without_a_score_says_that_those_of_an_earlier_one_are_gone(
    score: Run, small: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(small, tmp_path / "copy"))
    applications = pd.read_parquet(copy / "applications.parquet")
    applications.assign(amount=-1.0).to_parquet(copy / "applications.parquet", index=False)
    for output in (tmp_path / "scores.parquet", f"{tmp_path}/scores/"):
        assert score(output).returncode == 0
        done = score(output, tables=copy)
        assert done.returncode == 3
        gone = f"the scores of an earlier batch in {Path(output)} were removed"
        assert gone in done.stdout
        assert gone not in score(output, tables=copy).stdout


def test_scores_of_another_day_are_replaced_with_a_note(score: Run, tmp_path: Path) -> None:
    for output in (tmp_path / "scores.parquet", f"{tmp_path}/scores/"):
        later, same, earlier = (
            score(output, "--extracted-on", day).stdout for day in ("2027-01-02",) * 2 + ("2027-01-01",)
        )
        assert "were replaced by those of" not in later + same
        assert f"note: the scores of 2027-01-02 in {Path(output)} were replaced by those of 2027-01-01" in earlier


def test_too_many_rejected_rows_end_with_3_and_everything_is_written(score: Run, small: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(small, tmp_path / "copy"))
    conduct = pd.read_parquet(copy / "conduct.parquet")
    conduct.assign(kind="no such kind").to_parquet(copy / "conduct.parquet", index=False)
    done = score(tmp_path / "scores.parquet", tables=copy)
    assert done.returncode == 3
    assert "more than the limit of 2.0%" in done.stderr
    assert (tmp_path / "scores.parquet").exists()
    assert len(pd.read_parquet(tmp_path / "scores.parquet.rejects" / "conduct.parquet")) == len(conduct)


def test_a_fault_of_the_program_ends_with_70(finished: Path, small: Path, tmp_path: Path) -> None:
    """A function of the program raises what no data may raise."""
    code = "import scoring.parts as parts\ndef broken(*_):\n    raise ZeroDivisionError\nparts.out_of_range = broken\n"
    done = running(finished, small, tmp_path / "scores.parquet", code)
    assert done.wait() == 70
    assert not (tmp_path / "scores.parquet").exists()


def running(model: Path, tables: Path, output: Path, before: str = "") -> subprocess.Popen[bytes]:
    """The command in a process of its own, after the code `before`."""
    arguments = ["score", "--model", str(model), "--input", str(tables), "--output", str(output)]
    code = f"{before}import sys; from pipelines.cli import main; sys.exit(main())"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )


def test_sigterm_ends_a_batch_and_leaves_nothing_before_its_first_part(
    finished: Path, small: Path, score: Run, tmp_path: Path
) -> None:
    batch = running(finished, small, tmp_path / "scores.parquet")
    while not list(tmp_path.glob(f".techcredit-*/{LOCK}")) and batch.poll() is None:
        time.sleep(0.02)
    batch.send_signal(signal.SIGTERM)
    assert batch.wait() == 128 + signal.SIGTERM
    assert list(tmp_path.iterdir()) == []
    assert score(tmp_path / "scores.parquet").returncode == 0
    assert (tmp_path / "scores.parquet").exists()
    assert not list(tmp_path.glob(".techcredit-*"))


def test_clean_removes_what_killed_runs_left(tmp_path: Path) -> None:
    left, other = tmp_path / ".techcredit-0123", tmp_path / "scores"
    for folder in (left, other):
        folder.mkdir()
    (left / LOCK).touch()
    kept = run_cli(ROOT, "clean", str(tmp_path), "--older-than", "2")
    assert (kept.returncode, left.exists()) == (0, True)
    done = run_cli(ROOT, "clean", str(tmp_path))
    assert f"removed {left}" in done.stdout
    assert (left.exists(), other.exists()) == (False, True)
    assert "is none" in run_cli(ROOT, "clean", str(tmp_path / "nothing")).stderr


def test_version_names_product_catalogue_and_policy() -> None:
    done = run_cli(ROOT, "--version")
    assert done.returncode == 0
    assert [word.split()[0] for word in done.stdout.split(", ")] == ["techcredit", "catalogue", "policy"]
