"""Where scores may go: a file, a folder, a table of a database; everything else is refused with a sentence."""

from pathlib import Path

import pytest

from scoring.output.places import refuse_places
from scoring.output.target import OutputError, Target, TargetError, target

ADDRESS = "postgresql://clerk:s3cret@host/db"


def test_files_and_folders_are_told_by_their_names(tmp_path: Path) -> None:
    assert target("x/scores.csv") == Target("file", Path("x/scores.csv"), "csv")
    assert target("x/scores/") == Target("folder", Path("x/scores"), "parquet")
    assert target("x/scores/", "xlsx") == Target("folder", Path("x/scores"), "xlsx")
    assert target(str(tmp_path)) == Target("folder", tmp_path, "parquet")
    assert target("x/scores.parquet", "parquet").rejects == Path("x/scores.parquet.rejects.parquet")
    assert target("x/scores/").rejects == Path("x/scores/rejects/applications.parquet")


def test_an_address_never_shows_its_secret() -> None:
    found = target(ADDRESS, None, "risk.scores", Path("beside"))
    assert (found.kind, found.path) == ("database", Path("beside"))
    assert found.shown == "table risk.scores of postgresql://clerk:***@host/db"
    assert found.summary == Path("beside/summary.json")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("scores",), r"ends in \.parquet, \.csv, \.xlsx, a folder that ends in /, or the address .*; got scores"),
        (("scores.csv", "parquet"), r"--format parquet is written as a file that ends in \.parquet; got scores\.csv"),
        (("h.csv/",), r"a folder for parts whose name does not end like a file \(\.csv\), or a file; got h\.csv/"),
        (("H.XLSX/", "xlsx"), r"does not end like a file \(\.xlsx\), or a file; got H\.XLSX/"),
        (("scores/", "xls"), r"--format must be one of parquet, csv, xlsx; got 'xls'"),
        (("scores/", None, "t"), "--table and --rejects are about a database"),
        ((ADDRESS,), "wanted --table NAME and --rejects FOLDER"),
        ((ADDRESS, "csv", "t", Path("x")), "--format is about files"),
        ((ADDRESS, None, "a.b.c", Path("x")), "--table must be a name or schema.name"),
        ((ADDRESS, None, "t" * 64, Path("x")), "each of at most 63 bytes"),
    ],
)
def test_what_contradicts_itself_is_refused(asked: tuple[str], told: str) -> None:
    with pytest.raises(TargetError, match=told) as refused:
        target(*asked)
    assert refused.value.exit_code == 2


def test_places_that_would_destroy_something_are_refused(tmp_path: Path) -> None:
    tables, model = tmp_path / "bank" / "tables", tmp_path / "run"
    for folder in (tables, model, tmp_path / "others", tmp_path / "folder.parquet", tmp_path / "out"):
        folder.mkdir(parents=True)
    (tmp_path / "others" / "letter.txt").touch()
    (tmp_path / "file").touch()
    refused = {
        f"{tables}/": "outside the tables that are scored; .* lies among them",
        f"{tables}/deep/scores.csv": "outside the tables that are scored; .* lies among them",
        f"{model}/scores.parquet": "outside the run of the models; .* lies among them",
        f"{tmp_path}/bank/": "outside the tables that are scored; .* holds them",
        f"{tmp_path}/others/": "holds scores of an earlier batch; .*others holds something else",
        f"{tmp_path}/folder.parquet": r"wanted a file for the scores; .*folder\.parquet is a folder",
        f"{tmp_path}/file/": "wanted a folder; .*file is a file",
    }
    (tmp_path / "link").symlink_to(tables)
    refused[f"{tmp_path}/link/scores.csv"] = "outside the tables that are scored"
    for place, told in refused.items():
        with pytest.raises(OutputError, match=told):
            refuse_places(target(place), tables, model)
    refuse_places(target(f"{tmp_path}/out/"), tables, model)
    refuse_places(target(f"{tmp_path}/bank/scores.parquet"), tables, model)
