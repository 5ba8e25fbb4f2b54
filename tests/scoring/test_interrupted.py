"""A batch that is stopped, killed, or runs out of disk or database: it goes on with the same bytes, or says why not."""

import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
import sqlalchemy as sa

from features.ranges import Range
from features.table import Source
from pipelines.entry import Terminated
from policy.folders import HeldError, held
from schemas.conform import BadTableError
from scoring import stream
from scoring.batch import score_folder, work_folder
from scoring.budget import BudgetError
from scoring.bundle import Bundle
from scoring.options import Options
from scoring.output import postgresql
from scoring.output.postgresql import DatabaseError
from scoring.output.target import OutputError, target
from tests.postgres import server
from tests.scoring.batches import FORKABLE, PART, ROOT, Listening, Stopped
from tests.scoring.small_bank import DAY, unchecked


@pytest.mark.parametrize("output", ["file/scores.parquet", "folder/scores/"])
def test_a_run_that_ended_early_goes_on_and_gives_the_same_bytes(
    score: Callable[..., Listening], undisturbed: Path, tmp_path: Path, output: str
) -> None:
    with pytest.raises(Stopped):
        score(f"{tmp_path}/{output}", most=3)
    assert not (tmp_path / output).exists()
    again = score(f"{tmp_path}/{output}")
    assert (again.parts, again.notes) == (2, [])
    assert [(wanted, 20 < finished < 28) for wanted, finished in again.totals] == [(39, True)]
    kind = output.partition("/")[0]
    assert content(tmp_path / kind) == content(undisturbed / kind)


def content(folder: Path) -> Mapping[str, bytes]:
    """All files but those that say how long it took."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".json"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_run_of_other_tables_or_another_day_starts_anew_and_says_so(
    score: Callable[..., Listening], bundle: Bundle, tables: Path, tmp_path: Path
) -> None:
    output = f"{tmp_path}/scores.parquet"
    with pytest.raises(Stopped):
        score(output, most=3)
    copy = unchecked(Path(shutil.copytree(tables, tmp_path / "copy")))
    staffed = pd.read_parquet(copy / "headcount.parquet")
    staffed.assign(staff=staffed["staff"] + 1).to_parquet(copy / "headcount.parquet", index=False)
    other = score(output, given=copy)
    assert other.notes == ["a run for this target was ended before with other tables: it is started anew"]
    assert other.totals == [(39, 0)]
    with pytest.raises(Stopped):
        score(output, most=3)
    told = Listening()
    score_folder(bundle, tables, Path(output), DAY + pd.Timedelta(days=1), options=Options(part=PART, progress=told))
    assert told.notes == ["a run for this target was ended before with other day: it is started anew"]


def test_a_second_run_of_the_same_target_is_refused(score: Callable[..., Listening], tmp_path: Path) -> None:
    output = f"{tmp_path}/scores.parquet"
    message = rf"wanted to write scores to .*scores\.parquet; another run \(process {os.getpid()}\) is at it"
    with held(work_folder(target(output)), "x"), pytest.raises(HeldError, match=message):
        score(output)
    score(output)


def test_a_table_that_changes_meanwhile_ends_the_run(
    score: Callable[..., Listening], tables: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(tables, tmp_path / "copy"))

    class Changing(Listening):
        def advance(self, applications: int) -> None:
            os.utime(copy / "headcount.parquet", (0, 0))

    with pytest.raises(BadTableError, match="wanted tables that stay the same while they are scored"):
        score(f"{tmp_path}/scores.parquet", given=copy, progress=Changing())
    assert not (tmp_path / "scores.parquet").exists()


def test_what_goes_wrong_of_a_table_that_changes_in_the_check_is_told_as_such(
    score: Callable[..., Listening], tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Path(shutil.copytree(tables, tmp_path / "copy"))

    def read(*_: object) -> None:
        (copy / "headcount.parquet").unlink()
        raise RuntimeError

    monkeypatch.setattr(stream, "prepared", read)
    with pytest.raises(BadTableError, match="wanted tables that stay the same while they are scored") as told:
        score(f"{tmp_path}/scores.parquet", given=copy)
    assert isinstance(told.value.__context__, RuntimeError)


def test_a_run_that_fails_before_a_part_is_finished_leaves_nothing(
    score: Callable[..., Listening], tables: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(tables, tmp_path / "copy"))
    (copy / "applications.parquet").unlink()
    (tmp_path / "out").mkdir()
    with pytest.raises(BadTableError, match="applications"):
        score(f"{tmp_path}/out/scores.parquet", given=copy)
    with pytest.raises(BudgetError, match="wanted --memory of at least"):
        score(f"{tmp_path}/out/scores.parquet", memory=1)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_run_that_fails_after_a_part_keeps_it_and_says_how_to_go_on_or_remove_it(
    bundle: Bundle, tables: Path, tmp_path: Path
) -> None:
    told, output = Listening(3), target(f"{tmp_path}/scores.parquet")
    with pytest.raises(Stopped):
        score_folder(bundle, tables, output, DAY, options=Options(part=PART, progress=told))
    (note,) = told.notes
    assert note == (
        f"3 finished parts stay in {work_folder(output)}: the same command goes on from them, and "
        f"`techcredit clean {tmp_path}` removes them"
    )
    assert work_folder(output).is_dir()


def test_a_batch_that_ends_while_the_engine_works_ends_with_its_own_error(
    score: Callable[..., Listening], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The query of the next range takes minutes when the batch is ended."""
    known, calls = Source.known, list[Range]()

    def slow(source: Source, within: Range) -> tuple[pd.DataFrame, pd.DataFrame]:
        calls.append(within)
        if len(calls) > 1:
            source.base.rows("SELECT COUNT(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3")
        return known(source, within)

    def ended(*_: object) -> None:
        while len(calls) < 2:
            time.sleep(0.01)
        time.sleep(0.1)
        raise Terminated

    monkeypatch.setattr(Source, "known", slow)
    monkeypatch.setattr(stream, "made_part", ended)
    with pytest.raises(Terminated):
        score(f"{tmp_path}/scores.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_and_the_run_can_go_on(
    score: Callable[..., Listening], undisturbed: Path, tmp_path: Path
) -> None:
    """A real file system of 200 kB."""
    small = tmp_path / "small"
    small.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "none", str(small)], capture_output=True)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.decode().strip()}")
    try:
        with pytest.raises(OutputError, match=r"scores to .*; No space left on device .* goes on from it"):
            score(f"{small}/scores.parquet")
        assert not (small / "scores.parquet").exists()
        subprocess.run(["mount", "-o", "remount,size=10m", str(small)], check=True)
        score(f"{small}/scores.parquet")
        wanted = (undisturbed / "file" / "scores.parquet").read_bytes()
        assert (small / "scores.parquet").read_bytes() == wanted
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_folder_that_may_not_be_written_is_told(score: Callable[..., Listening], tmp_path: Path) -> None:
    """A file system mounted to be read only, which stops the superuser too; else a folder without the right."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    mounted = os.geteuid() == 0
    if mounted:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=1m", "none", str(closed)], capture_output=True)
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.decode().strip()}")
    try:
        with pytest.raises(
            OutputError, match=r"wanted to write scores to .*; (Read-only file system|Permission denied)"
        ):
            score(f"{closed}/scores.parquet")
    finally:
        if mounted:
            subprocess.run(["umount", str(closed)], check=True)


@pytest.mark.postgres
def test_a_batch_that_lost_its_database_in_mid_part_goes_on(
    bundle: Bundle, tables: Path, undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends the connection between the lines of the third part and their way into the table."""
    lines, written = postgresql._lines, list[int]()

    def ended(part: pa.Table) -> bytes:
        written.append(part.num_rows)
        if len(written) == 3:
            execute(address, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY tech%'")
            return lines(part) * 50_000
        return lines(part)

    with server() as address:
        where = target(address, None, "scores", tmp_path / "beside")
        monkeypatch.setattr(postgresql, "_lines", ended)
        with pytest.raises(DatabaseError, match="wanted to write a part into the table scores of") as lost:
            score_folder(bundle, tables, where, DAY, options=Options(part=PART))
        assert "s3cret-of-the-test" not in str(lost.value)
        assert execute(address, "SELECT count(*) FROM scores") == [(sum(written[:2]),)]
        execute(address, "DELETE FROM scores")  # what was confirmed may be lost with the server
        told = Listening()
        score_folder(bundle, tables, where, DAY, options=Options(part=PART, progress=told))
        assert told.parts == 3
        found = execute(address, "SELECT application_id, pd, decision FROM scores ORDER BY application_id")
        batches = execute(address, "SELECT DISTINCT extracted_on, batch FROM scores")
    wanted = pd.read_parquet(undisturbed / "file" / "scores.parquet").sort_values("application_id")
    assert found == list(wanted[["application_id", "pd", "decision"]].itertuples(index=False, name=None))
    manifest = json.loads((tmp_path / "beside" / "manifest.json").read_text(encoding="utf8"))
    assert (manifest["format"], manifest["applications"]["scored"]) == ("table", 38)
    assert batches == [(DAY.date(), manifest["batch"])]
    assert "s3cret-of-the-test" not in json.dumps(manifest)


def execute(address: str, command: str) -> list[tuple[Any, ...]]:
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        done = connection.execute(sa.text(command))
        rows = [tuple(row) for row in done] if done.returns_rows else []
    engine.dispose()
    return rows


def test_a_batch_killed_at_random_moments_gives_the_same_bytes_when_it_is_run_again(
    bundle: Bundle, tables: Path, tmp_path: Path
) -> None:
    shutil.copytree(tables, tmp_path / "tables")
    (tmp_path / "bundle.pickle").write_bytes(pickle.dumps(bundle))
    command = [sys.executable, "-c", FORKABLE, "tests.scoring.killing", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert len(told) == 15
    assert all(each["whole"] and each["same"] and not each["rest"] for each in told)
    assert sum(each["killed"] for each in told) >= 8
