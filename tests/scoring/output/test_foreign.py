"""Nothing is replaced but what a batch left: whatever else lies at the target or beside it is refused by its name."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from scoring.output.places import refuse_foreign, refuse_places
from scoring.output.target import OutputError, Target, target

ADDRESS = "postgresql://clerk:s3cret@host/db"
MANIFEST = {
    "target": "x",
    "format": "parquet",
    "applications": {},
    "tables": {},
    "files": {"part-00000.parquet": {}},
    "versions": {},
}
"""The fields that the manifest of a batch has had since there is one."""
SUMMARY = {"extracted_on": "2024-06-30", "applications": {}, "tables": {}}
TARGETS: dict[str, Callable[[Path], Target]] = {
    "folder": lambda folder: target(f"{folder}/out/"),
    "database": lambda folder: target(ADDRESS, None, "scores", folder / "out"),
}


def rejected(path: Path, column: str = "rules") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame({"application_id": ["a"], column: ["x"]}).to_parquet(path)


def left_by_a_batch(folder: Path) -> None:
    rejected(folder / "rejects" / "applications.parquet")
    rejected(folder / "rejects" / "statements.parquet")
    (folder / "part-00000.parquet").touch()
    (folder / "manifest.json").write_text(json.dumps(MANIFEST), encoding="utf8")
    (folder / "summary.json").write_text(json.dumps(SUMMARY), encoding="utf8")


def may_be_replaced(where: Target) -> bool:
    try:
        refuse_foreign(where)
    except OutputError:
        return False
    return True


@pytest.mark.parametrize("kind", TARGETS)
def test_a_folder_that_a_batch_left_may_be_replaced(tmp_path: Path, kind: str) -> None:
    assert may_be_replaced(TARGETS[kind](tmp_path))
    left_by_a_batch(tmp_path / "out")
    assert may_be_replaced(TARGETS[kind](tmp_path))


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize(
    "name", ["thesis.txt", ".hidden", "part-00001.parquet", "rejects/letter.txt", "rejects/others.parquet", "sub/x"]
)
def test_a_folder_of_a_batch_with_something_else_in_it_is_refused(tmp_path: Path, kind: str, name: str) -> None:
    left_by_a_batch(tmp_path / "out")
    rejected(tmp_path / "out" / name)
    with pytest.raises(OutputError, match=rf"out holds something else, {name.removesuffix('/x')}\. Move it away"):
        refuse_foreign(TARGETS[kind](tmp_path))


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize(
    "content", ['{"name": "web app"}', "[1]", "{", "[" * 100_000, json.dumps({**MANIFEST, "files": ["part-00000"]})]
)
def test_a_folder_whose_manifest_is_of_something_else_is_refused(tmp_path: Path, kind: str, content: str) -> None:
    left_by_a_batch(tmp_path / "out")
    (tmp_path / "out" / "manifest.json").write_text(content, encoding="utf8")
    with pytest.raises(OutputError, match=r"out holds something else, manifest\.json"):
        refuse_foreign(TARGETS[kind](tmp_path))


def test_a_folder_or_a_link_under_the_name_of_a_file_of_a_batch_is_refused(tmp_path: Path) -> None:
    left_by_a_batch(tmp_path / "out")
    part = tmp_path / "out" / "part-00000.parquet"
    part.rename(tmp_path / "elsewhere")
    part.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match=r"out holds something else, part-00000\.parquet"):
        refuse_foreign(target(f"{tmp_path}/out/"))
    part.unlink()
    part.mkdir()
    with pytest.raises(OutputError, match=r"out holds something else, part-00000\.parquet"):
        refuse_foreign(target(f"{tmp_path}/out/"))


def beside_a_file(folder: Path) -> None:
    (folder / "x.parquet").touch()
    rejected(folder / "x.parquet.rejects.parquet")
    rejected(folder / "x.parquet.rejects" / "statements.parquet")
    (folder / "x.parquet.manifest.json").write_text(json.dumps(MANIFEST), encoding="utf8")
    (folder / "x.parquet.summary.json").write_text('{"of": "a caller"}', encoding="utf8")


def test_what_a_batch_left_beside_a_file_may_be_replaced(tmp_path: Path) -> None:
    where = target(f"{tmp_path}/x.parquet")
    assert may_be_replaced(where)
    beside_a_file(tmp_path)
    assert may_be_replaced(where)
    where.manifest.unlink()  # earlier versions left none, and one that was killed while it published has none yet
    where.summary.write_text(json.dumps(SUMMARY), encoding="utf8")
    assert may_be_replaced(where)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("rejects.parquet", r"x\.parquet\.rejects\.parquet"),
        ("rejects/statements.parquet", r"x\.parquet\.rejects/statements\.parquet"),
        ("rejects/letter.parquet", r"x\.parquet\.rejects/letter\.parquet"),
        ("manifest.json", r"x\.parquet\.manifest\.json"),
        ("summary.json", r"x\.parquet\.summary\.json"),
    ],
)
def test_something_else_beside_a_file_is_refused(tmp_path: Path, name: str, told: str) -> None:
    if name == "rejects/letter.parquet":
        rejected(tmp_path / f"x.parquet.{name}")
    else:
        rejected(tmp_path / f"x.parquet.{name}", "amount")
    with pytest.raises(OutputError, match=rf"but what an earlier batch left; .*{told} is something else"):
        refuse_foreign(target(f"{tmp_path}/x.parquet"))


def test_a_folder_where_a_file_lies_beside_scores_and_the_reverse_are_refused(tmp_path: Path) -> None:
    for number, name in enumerate(("rejects.parquet", "manifest.json", "summary.json")):
        (tmp_path / f"{number}.csv.{name}").mkdir()
        with pytest.raises(OutputError, match=rf"{number}\.csv\.{name} is something else"):
            refuse_foreign(target(f"{tmp_path}/{number}.csv"))
    (tmp_path / "x.csv.rejects").touch()
    with pytest.raises(OutputError, match=r"x\.csv\.rejects is something else"):
        refuse_foreign(target(f"{tmp_path}/x.csv"))


@pytest.mark.parametrize("beside", ["rejects", "rejects.parquet", "manifest.json", "summary.json"])
def test_what_is_read_is_not_replaced_by_what_lies_beside_a_file(tmp_path: Path, beside: str) -> None:
    where, read, other = target(f"{tmp_path}/x.parquet"), tmp_path / f"x.parquet.{beside}", tmp_path / "other"
    for tables, model, told in (
        (read, other, f"outside the tables that are scored; .*{beside} lies among them"),
        (read / "deep", other, f"outside the tables that are scored; .*{beside} holds them"),
        (other, read, f"outside the run of the models; .*{beside} lies among them"),
        (other, read / "deep", f"outside the run of the models; .*{beside} holds them"),
    ):
        with pytest.raises(OutputError, match=told):
            refuse_places(where, tables, model)
    with pytest.raises(OutputError, match=f"apart from the ledger; .*{beside} is it, or holds it"):
        refuse_places(where, other, None, {"the ledger": read})
    with pytest.raises(OutputError, match=r"apart from the ledger; .*x\.parquet is it"):
        refuse_places(where, other, None, {"the ledger": where.path})
    refuse_places(where, other, other, {"the ledger": other})


def test_the_place_that_a_table_is_a_link_to_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "statements.parquet").symlink_to(tmp_path / "statements.parquet")
    with pytest.raises(OutputError, match=r"outside the tables that are scored; .*tables/statements\.parquet"):
        refuse_places(target(f"{tmp_path}/statements.parquet"), tmp_path / "tables")


@pytest.mark.parametrize("name", ["", ".rejects", ".rejects.parquet", ".manifest.json", ".summary.json"])
@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_refused_with_the_place_it_leads_to(tmp_path: Path, name: str, there: bool) -> None:
    if there:
        (tmp_path / "far").touch()
    (tmp_path / f"x.csv{name}").symlink_to("far")
    with pytest.raises(OutputError, match=rf"that is no link; .*x\.csv{name} leads to far\. Name the place itself"):
        refuse_places(target(f"{tmp_path}/x.csv"), tmp_path / "tables")


@pytest.mark.parametrize("kind", TARGETS)
def test_a_link_to_a_folder_is_refused_too(tmp_path: Path, kind: str) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "far")
    with pytest.raises(OutputError, match=r"that is no link; .*out leads to .*far\. Name the place itself"):
        refuse_places(TARGETS[kind](tmp_path), tmp_path / "tables")


def test_a_target_is_the_same_however_its_path_is_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "linked").symlink_to("real")
    monkeypatch.chdir(tmp_path)
    for name in ("x.parquet", "x/"):
        spelled = [f"real/{name}", f"{tmp_path}/real/{name}", f"linked/{name}", f"real/../linked/{name}"]
        assert {target(each).place for each in spelled} == {str(tmp_path / "real" / name.rstrip("/"))}
        assert len({target(each).shown for each in spelled}) > 1


def test_the_place_of_a_database_is_its_table_without_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORES_AT", ADDRESS)
    found = {target(at, None, "scores", Path("beside")).place for at in (ADDRESS, "env:SCORES_AT")}
    assert found == {"table scores of postgresql://clerk:***@host/db"}
    assert target(ADDRESS, None, "others", Path("beside")).place not in found
