"""A batch in parts: the same decisions however it is cut, an account of every row and file, and refusals."""

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from policy.digests import sha256
from schemas.conform import BadTableError
from schemas.tables import TABLES
from scoring.batch import score_folder
from scoring.bundle import Bundle
from scoring.prepared import NO_STAGE
from tests.scoring.batches import NUMBER, PART, Listening
from tests.scoring.small_bank import DAY, unchecked


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


def in_parts(path: Path, count: int) -> None:
    """The table of the file `path` as a folder of that name, with as many parts."""
    table = pq.read_table(path)
    path.unlink()
    path.mkdir()
    size = -(-len(table) // count)
    for number in range(count):
        pq.write_table(table.slice(number * size, size), path / f"part-{number:05d}.parquet")


def test_tables_in_parts_give_the_scores_of_whole_ones(
    score: Callable[..., Listening], undisturbed: Path, tables: Path, tmp_path: Path
) -> None:
    copy = unchecked(Path(shutil.copytree(tables, tmp_path / "copy")))
    for path in sorted(copy.glob("*.parquet")):
        if path.stem in TABLES:
            in_parts(path, 40)
    score(f"{tmp_path}/scores.parquet", given=copy)
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "scores.parquet"), pd.read_parquet(undisturbed / "file" / "scores.parquet")
    )
    told = json.loads((tmp_path / "scores.parquet.manifest.json").read_text(encoding="utf8"))["inputs"]
    assert {f"headcount.parquet/part-{number:05d}.parquet" for number in range(40)} <= set(told)


def test_a_wrong_column_in_part_37_is_refused_and_nothing_is_scored(
    score: Callable[..., Listening], tables: Path, tmp_path: Path
) -> None:
    copy = unchecked(Path(shutil.copytree(tables, tmp_path / "copy")))
    in_parts(copy / "headcount.parquet", 40)
    part = copy / "headcount.parquet" / "part-00037.parquet"
    wrong = pd.read_parquet(part)
    wrong.assign(**{wrong.columns[-1]: "many"}).to_parquet(part, index=False)
    with pytest.raises(BadTableError, match=rf"part-00037\.parquet: wanted column {wrong.columns[-1]} as .*; got"):
        score(f"{tmp_path}/scores.parquet", given=copy)
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


def test_a_table_as_a_folder_of_another_name_is_not_passed_over(
    score: Callable[..., Listening], tables: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(tables, tmp_path / "copy"))
    (copy / "conduct").mkdir()
    shutil.copy(copy / "headcount.parquet", copy / "conduct" / "part-0.parquet")
    with pytest.raises(BadTableError, match=r"wanted table conduct as conduct\.parquet.* Call it conduct\.parquet"):
        score(f"{tmp_path}/scores.parquet", given=copy)


@pytest.mark.parametrize("name", ["conduct.csv", "Conduct.parquet", "conduct.xlsx"])
def test_a_table_as_a_file_that_is_not_read_is_not_passed_over(
    score: Callable[..., Listening], tables: Path, tmp_path: Path, name: str
) -> None:
    copy = Path(shutil.copytree(tables, tmp_path / "copy"))
    assert not (copy / "conduct.parquet").exists()
    (copy / name).write_text("enterprise_id\n", encoding="utf8")
    (copy / "notes.csv").write_text("no table", encoding="utf8")
    (copy / "headcount.csv").write_text("beside the table itself", encoding="utf8")
    with pytest.raises(BadTableError, match=rf"wanted table conduct as conduct\.parquet; .*{name} is another file"):
        score(f"{tmp_path}/scores.parquet", given=copy)
    (copy / name).unlink()
    score(f"{tmp_path}/scores.parquet", given=copy)


def test_a_table_that_was_cut_short_is_refused(score: Callable[..., Listening], tables: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(tables, tmp_path / "copy"))
    whole = (copy / "headcount.parquet").read_bytes()
    (copy / "headcount.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadTableError, match=r"headcount\.parquet"):
        score(f"{tmp_path}/scores.parquet", given=copy)


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
    copy = unchecked(Path(shutil.copytree(tables, tmp_path / "copy")))
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
