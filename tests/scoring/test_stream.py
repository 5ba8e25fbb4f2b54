"""A batch in parts: the same decisions however it is cut or killed, and a sentence for each fault."""

import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
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
from scoring.journal import sha256
from scoring.options import Options
from scoring.output import postgresql
from scoring.output.postgresql import DatabaseError
from scoring.output.target import OutputError, target
from scoring.prepared import NO_STAGE
from scoring.progress import Silent
from tests.postgres import server
from tests.scoring.small_bank import DAY, asked, firms, small_bundle, staff, write_bank

NUMBER, PART = 40, 8
ROOT = Path(__file__).parents[2]


class Stopped(Exception):
    """Ends a batch after some parts, as a fault of the machine would."""


class Listening(Silent):
    """Remembers what it is told, and stops the batch after `most` parts."""

    def __init__(self, most: int = 10**9) -> None:
        self.most, self.parts, self.notes, self.totals = most, 0, list[str](), list[tuple[int, int]]()

    def total(self, applications: int, finished: int) -> None:
        self.totals.append((applications, finished))

    def advance(self, applications: int) -> None:
        self.parts += 1
        if self.parts == self.most:
            raise Stopped

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty applications; one of them twice, one broken, one enterprise without an age."""
    known = firms(NUMBER)
    known[7] = {**known[7], "founded_on": None}
    wanted = asked(NUMBER)
    wanted[3] = {**wanted[3], "amount": 9.999e16}
    folder = tmp_path_factory.mktemp("bank") / "tables"
    wrong = [{**staff(1)[0], "rd_staff": 99}, *staff(NUMBER)[1:]]
    return write_bank(folder, enterprises=known, headcount=wrong, applications=[*wanted, wanted[0]])


@pytest.fixture(scope="module")
def bundle(loan_book: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder = tmp_path_factory.mktemp("peers") / "tables"
    good = write_bank(folder, enterprises=firms(NUMBER), headcount=staff(NUMBER), applications=asked(NUMBER))
    return small_bundle(loan_book, good)


@pytest.fixture
def score(bundle: Bundle, tables: Path) -> Callable[..., Listening]:
    def run(
        output: str, most: int = 10**9, format_: str | None = None, given: Path = tables, **options: Any
    ) -> Listening:
        told = Listening(most)
        asked_for = Options(**{"part": PART, "progress": told, **options})
        score_folder(bundle, given, target(output, format_), DAY, options=asked_for)
        return told

    return run


@pytest.fixture(scope="module")
def undisturbed(bundle: Bundle, tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with scores.parquet, and the folder scores/, of runs that nothing disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    for output in (f"{folder}/file/scores.parquet", f"{folder}/folder/scores/"):
        score_folder(bundle, tables, target(output), DAY, options=Options(part=PART))
    return folder


def scores_of(folder: Path) -> pd.DataFrame:
    files = sorted(folder.glob("part-*.parquet"))
    return pd.concat([pd.read_parquet(file) for file in files], ignore_index=True)


def test_the_decisions_are_the_same_however_the_applications_are_cut(
    score: Callable[..., Listening], undisturbed: Path, tmp_path: Path
) -> None:
    score(f"{tmp_path}/whole.parquet", part=1000)
    whole = pd.read_parquet(tmp_path / "whole.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(undisturbed / "file" / "scores.parquet"), whole)
    pd.testing.assert_frame_equal(scores_of(undisturbed / "folder" / "scores"), whole)
    assert len(list((undisturbed / "folder" / "scores").glob("part-*.parquet"))) == NUMBER // PART
    assert sorted(whole["application_id"]) == sorted(f"a{i}" for i in range(NUMBER) if i not in (3, 7))


def test_the_manifest_accounts_for_every_row_and_every_file(undisturbed: Path, tables: Path) -> None:
    scores = undisturbed / "folder" / "scores"
    told = json.loads((scores / "manifest.json").read_text(encoding="utf8"))
    assert told["applications"] == {"rows": 41, "scored": 38, "rejected": 2, "duplicates": 1}
    assert told["tables"]["headcount"] == {"rows": 40, "kept": 39, "rejected": 1, "duplicates": 0}
    assert sum(file["rows"] for file in told["files"].values()) == 38
    for name, file in told["files"].items():
        assert sha256(scores / name) == file["sha256"]
    assert told["inputs"]["headcount.parquet"]["sha256"] == sha256(tables / "headcount.parquet")
    assert set(told["versions"]) >= {"product", "catalogue", "policy", "models"}
    rejects = pd.read_parquet(scores / "rejects" / "applications.parquet")
    assert [(row.application_id, list(row.rules)) for row in rejects.itertuples()] == [
        ("a3", ["amount_range"]),
        ("a7", [NO_STAGE]),
    ]
    assert len(pd.read_parquet(scores / "rejects" / "headcount.parquet")) == 1


@pytest.mark.parametrize("output", ["scores.csv", "scores.xlsx", "scores/"])
def test_files_are_closed_to_others_and_nothing_else_stays(
    score: Callable[..., Listening], tmp_path: Path, output: str
) -> None:
    score(f"{tmp_path}/made/on/the/way/{output}")
    made = tmp_path / "made" / "on" / "the" / "way"
    files = [path for path in made.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o640}
    assert not [path for path in made.iterdir() if "techcredit" in path.name]


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_a_folder_of_another_format_says_the_same(
    score: Callable[..., Listening], undisturbed: Path, tmp_path: Path, format_: str
) -> None:
    whole = pd.read_parquet(undisturbed / "file" / "scores.parquet")
    score(f"{tmp_path}/{format_}/", format_=format_)
    read = pd.read_csv if format_ == "csv" else partial(pd.read_excel, engine="calamine")
    rows = pd.concat([read(file) for file in sorted((tmp_path / format_).glob(f"part-*.{format_}"))])
    assert rows["application_id"].tolist() == whole["application_id"].tolist()
    assert rows["pd"].tolist() == whole["pd"].tolist()


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
    copy = Path(shutil.copytree(tables, tmp_path / "copy"))
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


def test_a_table_as_a_folder_of_files_is_not_passed_over(
    score: Callable[..., Listening], tables: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(tables, tmp_path / "copy"))
    (copy / "conduct").mkdir()
    shutil.copy(copy / "headcount.parquet", copy / "conduct" / "part-0.parquet")
    with pytest.raises(BadTableError, match=r"wanted table conduct as one file, conduct\.parquet; .* is a folder"):
        score(f"{tmp_path}/scores.parquet", given=copy)


def test_a_table_that_was_cut_short_is_refused(score: Callable[..., Listening], tables: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(tables, tmp_path / "copy"))
    whole = (copy / "headcount.parquet").read_bytes()
    (copy / "headcount.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadTableError, match=r"headcount\.parquet"):
        score(f"{tmp_path}/scores.parquet", given=copy)


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
    monkeypatch.setattr(stream, "decide_part", ended)
    with pytest.raises(Terminated):
        score(f"{tmp_path}/scores.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_required_table_that_is_not_there_is_refused_before_anything_is_scored(
    score: Callable[..., Listening], tmp_path: Path
) -> None:
    message = "wanted the required tables headcount, conduct in .*; conduct is not there"
    with pytest.raises(BadTableError, match=message):
        score(f"{tmp_path}/scores.parquet", required=("headcount", "conduct"))
    assert list(tmp_path.iterdir()) == []
    score(f"{tmp_path}/scores.parquet", required=("headcount",))


def test_a_table_the_models_were_taught_with_that_is_not_there_is_counted(
    bundle: Bundle, tables: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(tables, tmp_path / "copy"))
    (copy / "headcount.parquet").unlink()
    counts = score_folder(bundle, copy, tmp_path / "scores.parquet", DAY)
    assert counts.not_delivered == ("headcount",)
    assert score_folder(bundle, tables, tmp_path / "scores.parquet", DAY).not_delivered == ()


def test_an_earlier_batch_in_the_folder_is_replaced_whole(score: Callable[..., Listening], tmp_path: Path) -> None:
    score(f"{tmp_path}/scores/", part=10)
    score(f"{tmp_path}/scores/", part=20)
    assert sorted(path.name for path in (tmp_path / "scores").glob("part-*")) == [
        "part-00000.parquet",
        "part-00001.parquet",
    ]


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
        subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=1m", "none", str(closed)], check=True)
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
    command = [sys.executable, "-m", "tests.scoring.killing", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert len(told) == 10
    assert all(each["whole"] and each["same"] and not each["rest"] for each in told)
    assert sum(each["killed"] for each in told) >= 5
