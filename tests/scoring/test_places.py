"""What a path is called never changes what is read, or which target it is; what others left there stays as it is."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pandas as pd
import pytest

from features.engine import engine, parquet
from policy.folders import HeldError, held
from scoring.batch import score_folder, work_folder
from scoring.bundle import Bundle
from scoring.output import postgresql
from scoring.output.target import OutputError, target
from tests.scoring.batches import Listening, Stopped
from tests.scoring.small_bank import DAY, unchecked

NAMES = ("as_of=2030-06-30", "product=rd_loan", "amount=5", "row=3", "batch[1]", "q?", "x*y", "it's", "a b")


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_read_by_its_content_alone(tmp_path: Path, name: str) -> None:
    for folder, value in ((tmp_path / name, 1), (tmp_path / "batch1", 2), (tmp_path / "qq", 3), (tmp_path / "xxy", 4)):
        folder.mkdir()
        pd.DataFrame({"id": [value]}).to_parquet(folder / "t.parquet")
    with engine("200MB") as base:
        assert base.frame(f"SELECT * FROM {parquet(tmp_path / name / 't.parquet')}").to_dict("list") == {"id": [1]}


@pytest.fixture
def spelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Four spellings of the folder `real`, which is there."""
    (tmp_path / "real").mkdir()
    (tmp_path / "linked").symlink_to("real")
    monkeypatch.chdir(tmp_path)
    return "real", f"{tmp_path}/real", "linked", "linked/../real"


@pytest.mark.parametrize("name", ["x.parquet", "x/"])
def test_a_run_of_the_same_target_is_refused_however_its_path_is_typed(
    score: Callable[..., Listening], spelled: tuple[str, ...], name: str
) -> None:
    first, *others = (f"{each}/{name}" for each in spelled)
    with held(work_folder(target(first)), "x"):
        for other in others:
            with pytest.raises(HeldError, match=f"wanted to write scores to {other.rstrip('/')}; another run"):
                score(other)


@pytest.mark.parametrize("name", ["x.parquet", "x/"])
def test_a_run_that_ended_early_goes_on_however_its_path_is_typed(
    score: Callable[..., Listening], spelled: tuple[str, ...], tmp_path: Path, name: str
) -> None:
    for number, (first, other) in enumerate(zip(spelled, (*spelled[1:], spelled[0]), strict=True)):
        with pytest.raises(Stopped):
            score(f"{first}/{number}{name}", most=3)
        again = score(f"{other}/{number}{name}")
        assert (again.parts, again.notes) == (2, [])
    assert not list(tmp_path.rglob(".techcredit-*"))
    told = [path for path in (tmp_path / "real").rglob("*manifest.json")]
    assert [json.loads(path.read_text(encoding="utf8"))["target"] for path in sorted(told)] == [
        f"{each}/{number}{name}".rstrip("/") for number, each in enumerate((*spelled[1:], spelled[0]))
    ]


@pytest.mark.parametrize("name", ["x.parquet", "x/"])
def test_a_batch_replaces_an_earlier_one_of_its_target_and_one_of_nothing_scored(
    score: Callable[..., Listening], tables: Path, tmp_path: Path, name: str
) -> None:
    broken = unchecked(Path(shutil.copytree(tables, tmp_path / "broken")))
    asked_for = pd.read_parquet(broken / "applications.parquet")
    asked_for.assign(amount=9.999e16).to_parquet(broken / "applications.parquet", index=False)
    found = []
    for given in (tables, broken, tables, tables):
        score(f"{tmp_path}/out/{name}", given=given)
        found.append(sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*")))
    assert found[0] == found[2] == found[3]
    assert len(found[1]) < len(found[0])


@pytest.mark.parametrize(
    ("output", "name"), [("x.parquet", "x.parquet.rejects/letter.txt"), ("x/", "x/manifest.json"), ("x/", "x/letter")]
)
def test_what_comes_to_lie_at_the_target_during_a_batch_stays_and_the_batch_can_go_on(
    score: Callable[..., Listening], tmp_path: Path, output: str, name: str
) -> None:
    class Meddling(Listening):
        def advance(self, applications: int) -> None:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text("{}", encoding="utf8")

    with pytest.raises(OutputError, match=Path(name).name):
        score(f"{tmp_path}/{output}", progress=Meddling())
    assert (tmp_path / name).read_text(encoding="utf8") == "{}"
    (tmp_path / name).unlink()
    assert score(f"{tmp_path}/{output}").parts == 0


def test_tables_beside_the_scores_and_files_of_others_are_as_they_were(
    score: Callable[..., Listening], tables: Path, tmp_path: Path
) -> None:
    beside = Path(shutil.copytree(tables, tmp_path / "x.parquet.rejects"))
    before = {path: path.read_bytes() for path in beside.rglob("*") if path.is_file()}
    for given, told in ((beside, "outside the tables that are scored"), (tables, "is something else")):
        with pytest.raises(OutputError, match=told):
            score(f"{tmp_path}/x.parquet", given=given)
    assert {path: path.read_bytes() for path in beside.rglob("*") if path.is_file()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.parquet.rejects"]


def test_a_database_leaves_files_of_others_in_the_folder_of_rejects(
    bundle: Bundle, tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def opened(*_: object) -> Iterator[Any]:
        yield Mock()

    monkeypatch.setattr(postgresql, "opened", opened)
    for name in ("contracts", "beside"):
        (tmp_path / name).mkdir()
    (tmp_path / "contracts" / "signed.pdf").touch()
    where = target("postgresql://u:s3cret@h/d", None, "scores", tmp_path / "contracts")
    with pytest.raises(OutputError, match=r"contracts holds something else, signed\.pdf"):
        score_folder(bundle, tables, where, DAY)
    assert [path.name for path in (tmp_path / "contracts").iterdir()] == ["signed.pdf"]
    for _ in range(2):
        score_folder(bundle, tables, replace(where, path=tmp_path / "beside"), DAY)
    assert (tmp_path / "beside" / "manifest.json").is_file()
