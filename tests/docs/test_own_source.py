"""A bank has only the guide: its blocks are written down, its commands run, and a report with decisions comes out."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
import yaml

from tests.docs.pages import DOCS, FENCE, ROOT, apply, blocks, changes, merge_yaml, project_copy
from tests.docs.small_bank import APPLICATIONS, small_bank, write_database, write_files
from tests.postgres import server as new_server

GUIDE = "bring_your_own_data.md"
QUICK = """
train:
  mybank: {num_leaves: 7, max_depth: 3, learning_rate: 0.1, num_iterations: 40, early_stopping_rounds: 10,
    min_data_in_leaf: 20, lambda_l2: 1.0, folds: 2, spline_defaults: 20, minimum_defaults: 10}
ablate: {mybank: {folds: 2, resamples: 20}}
challenge: {mybank: {challengers: [plain LightGBM], resamples: 20}}
"""
RUN = """
import importlib, inspect, sys
from pathlib import Path
import yaml
from policy.segments import STAGES

def filled(text, source, folder, stage):
    names = {"${item.source}": source, "${key}": source, "${item}": folder, "${item.stage}": stage}
    for name, value in names.items():
        text = text.replace(name, value)
    return text

source, *only = sys.argv[1:]
folder = yaml.safe_load(Path("params.yaml").read_text(encoding="utf8"))["sources"][source]
steps = yaml.safe_load(Path("dvc.yaml").read_text(encoding="utf8"))["stages"]
waiting = [name for name in steps if not only or name in only]
while waiting:
    ready = [
        name for name in waiting
        if all(Path(filled(d, source, folder, "")).exists() for d in steps[name].get("do", steps[name])["deps"]
               if d.startswith(("data/", "${item")))
    ]
    for name in ready:
        for stage in STAGES if "stage" in steps[name].get("matrix", {}) else ("",):
            command = filled(steps[name].get("do", steps[name])["cmd"], source, folder, stage).split()
            main = importlib.import_module(command[2]).main
            kinds = [p.annotation for p in inspect.signature(main).parameters.values()]
            main(*(kind(word) for kind, word in zip(kinds, command[3:], strict=True)))
    if not ready:
        raise SystemExit(f"nothing is ready of {waiting}")
    waiting = [name for name in waiting if name not in ready]
"""
"""The commands of dvc.yaml for one source, in the order of their dependencies, in one process."""


def commands() -> list[list[str]]:
    """Commands of section 11, in order, as words."""
    training = (DOCS / GUIDE).read_text(encoding="utf8").partition("## 11.")[2]
    listed = [m["text"] for m in FENCE.finditer(training) if m["kind"] == "sh"]
    return [line.replace('"', "").split() for text in listed for line in text.strip().splitlines()]


def environment(folder: Path, url: str | None) -> dict[str, str]:
    found = {**os.environ, "PYTHONPATH": str(folder), "PYTHONWARNINGS": "ignore", "COLUMNS": "200"}
    found |= {"PYTHONIOENCODING": "utf8", "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    return found | ({} if url is None else {"MYBANK_DATABASE": url})


def python(folder: Path, url: str | None, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment(folder, url),
        capture_output=True,
        text=True,
        check=False,
    )


def techcredit(folder: Path, url: str, words: list[str], output: Path) -> subprocess.CompletedProcess[str]:
    """A command of the guide, with its own folder for FOLDER and SCORES."""
    known = {"$MYBANK_DATABASE": url, "FOLDER": str(output / "new"), "SCORES": str(output / "scores.parquet")}
    asked = [known.get(word, word) for word in words[1:]]
    return python(folder, url, "-c", "import sys; from pipelines.cli import main; sys.exit(main())", *asked)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """URL of a new PostgreSQL server."""
    with new_server() as address:
        yield address


def prepared(folder: Path) -> Path:
    """A copy of the project in which the guide's blocks, and small parameters, have been written down."""
    project_copy(folder)
    shutil.copy(ROOT / "dvc.yaml", folder / "dvc.yaml")
    (folder / "data" / "expectations").mkdir(parents=True)
    apply(GUIDE, folder)
    merge_yaml(folder / "params.yaml", QUICK)
    return folder


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory, url: str) -> Path:
    """The copy with the bank's files in its folder and its tables in PostgreSQL."""
    folder = prepared(tmp_path_factory.mktemp("bank") / "techcredit")
    made = small_bank()
    write_files(folder / "data" / "sources" / "mybank" / "export", made)
    write_database(url, made)
    return folder


@pytest.fixture(scope="module")
def trained(bank: Path, url: str) -> tuple[Path, str]:
    """The folder after all steps, and what they printed."""
    done = python(bank, url, "-c", RUN, "mybank")
    assert done.returncode == 0, done.stderr + done.stdout
    return bank, done.stdout


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf8"))


def test_both_languages_show_the_same_blocks() -> None:
    titled = [[b for b in blocks(DOCS / page) if b.title or b.kind == "sh"] for page in (GUIDE, GUIDE[:-2] + "zh.md")]
    assert titled[0] == titled[1]


def test_the_guide_edits_parameters_policy_and_mappings_and_no_code() -> None:
    files = {block.file for block in changes(GUIDE)}
    mappings = {f"data/sources/mybank/{name}.yaml" for name in ("files", "database")}
    assert files == {"params.yaml", "policy/tolerance.yaml", "policy/stock_flow.yaml"} | mappings


@pytest.mark.postgres
def test_the_dry_runs_of_the_guide_find_the_bad_record_and_nothing_else(bank: Path, url: str, tmp_path: Path) -> None:
    dry = [words for words in commands() if "--dry-run" in words]
    found = [techcredit(bank, url, words, tmp_path) for words in dry]
    assert [done.returncode for done in found] == [1, 0], [done.stderr for done in found]
    assert "column happened_on: 不良记录.csv, column 发生日" in found[0].stdout
    assert "s3cret" not in "".join(done.stdout + done.stderr for done in found)


@pytest.mark.postgres
def test_a_report_with_decisions_comes_out_and_every_row_is_accounted_for(trained: tuple[Path, str]) -> None:
    folder, said = trained
    data = folder / "data" / "mybank"
    account = read(data / "tables" / "summary.json")["tables"]
    assert all(t["rows"] == t["kept"] + t["rejected"] + t["duplicates"] for t in account.values())
    assert account["enterprises"]["duplicates"] == 1
    assert account["conduct"]["broken"] == {"happened_on_unreadable": 1}
    assert account["applications"]["kept"] == APPLICATIONS
    assert "bad value: table conduct, column happened_on" in said
    gaps = pd.read_parquet(data / "valid" / "gaps.parquet")
    assert "E-none" in set(gaps.loc[gaps["rules"] == "happened_on_unreadable", "enterprise_id"])
    valid = read(data / "valid" / "summary.json")["tables"]
    assert all(valid[name]["rows"] == t["kept"] for name, t in account.items())
    decisions = pd.read_parquet(data / "thresholds" / "decisions.parquet")
    assert len(decisions) > 100
    assert set(decisions["decision"]) <= {"approve", "refer", "decline"}
    page = unescape((data / "report" / "index.html").read_text(encoding="utf8"))
    assert "These are the bank's own tables." in page
    assert "CNY" in page
    assert list((data / "report" / "memos").glob("*.en.html"))
    thresholds = read(data / "thresholds" / "thresholds.json")["overall_npl"]
    assert (thresholds["value"], thresholds["flag"]) == (0.0150, "B")
    assert read(data / "tables" / "left_out.json") == {}


@pytest.mark.postgres
def test_no_password_is_left_in_the_folder(trained: tuple[Path, str]) -> None:
    folder, said = trained
    assert "s3cret" not in said
    for path in (p for p in folder.rglob("*") if p.suffix in (".json", ".yaml", ".html", ".db")):
        assert b"s3cret-of-the-test" not in path.read_bytes(), path


@pytest.mark.postgres
def test_the_tables_of_the_bank_are_those_of_the_portfolio(trained: tuple[Path, str]) -> None:
    made, folder = small_bank(), trained[0] / "data" / "mybank" / "tables"
    for name, columns in (("applications", ["amount", "as_of"]), ("outcomes", ["defaulted", "known_on"])):
        ours = pd.read_parquet(folder / f"{name}.parquet").set_index("application_id").sort_index()[columns]
        wanted = made[name].set_index("application_id").sort_index()[columns]
        pd.testing.assert_frame_equal(ours, wanted, check_exact=False, rtol=1e-9)


@pytest.mark.postgres
def test_new_applications_are_scored_with_the_model_as_the_guide_says(
    trained: tuple[Path, str], url: str, tmp_path: Path
) -> None:
    later = commands()[-3:]
    assert [words[1] for words in later] == ["import", "import", "score"]
    for words in later:
        done = techcredit(trained[0], url, words, tmp_path)
        assert done.returncode == 0, done.stderr + done.stdout
    found = pd.read_parquet(tmp_path / "scores.parquet")
    assert len(found) > 0.95 * APPLICATIONS
    assert found["decision"].isin(["approve", "refer", "decline"]).all()


@pytest.mark.postgres
def test_the_bank_example_is_imported_validated_and_scored_by_the_model_of_another_bank(
    trained: tuple[Path, str], url: str, tmp_path: Path
) -> None:
    example = ROOT / "data" / "samples" / "bank_example"
    reading = ["techcredit", "import", "--mapping", str(example / "mapping.yaml"), "--input", str(example)]
    day = ["--extracted-on", "2024-06-30"]
    score = ["techcredit", "score", "--model", "data/mybank", "--input", "FOLDER", "--output", "SCORES", *day]
    for words in ([*reading, "--output", "FOLDER"], score):
        done = techcredit(trained[0], url, words, tmp_path)
        assert done.returncode == 0, done.stderr + done.stdout
    found = pd.read_parquet(tmp_path / "scores.parquet")
    assert len(found) == 56
    assert found["pd"].between(0, 1).all()
    assert found["decision"].isin(["approve", "refer", "decline"]).all()


@pytest.mark.postgres
def test_without_the_environment_variable_the_source_is_refused_by_its_name(bank: Path) -> None:
    done = python(bank, None, "-m", "pipelines.ingest", "mybank", "data/sources/mybank", "t", "u")
    assert done.returncode == 1
    assert "the environment variable MYBANK_DATABASE" in done.stderr
    assert "it is not set" in done.stderr


def test_the_bank_example_goes_as_far_as_split_and_the_training_says_how_many_defaults_it_wants(tmp_path: Path) -> None:
    folder = prepared(tmp_path / "techcredit")
    place = folder / "data" / "sources" / "example"
    shutil.copytree(ROOT / "data" / "samples" / "bank_example", place)
    merge_yaml(
        folder / "params.yaml",
        """
sources: {example: data/sources/example}
ingest: {example: {mappings: [{mapping: mapping.yaml, folder: .}]}}
validate: {example: {extracted_on: "2024-06-30"}}
split:
  example:
    built_on: "2024-06-30"
    development: ["2022-06-01", "2022-09-30"]
    calibration: ["2022-10-01", "2022-12-31"]
    certification: ["2023-01-01", "2023-02-14"]
    out_of_time: ["2023-02-15", "2023-03-31"]
""",
    )
    done = python(folder, None, "-c", RUN, "example", "ingest", "validate", "featurize", "split")
    assert done.returncode == 0, done.stderr + done.stdout
    data = folder / "data" / "example"
    assert len(pd.read_parquet(data / "features" / "features.parquet")) == 56
    assert sum(part["loans"] for part in read(data / "split" / "split.json")["parts"].values()) == 45
    done = python(folder, None, "-m", "pipelines.pool", "example", "data/example/features", "data/example/split", "p")
    assert done.returncode == 1
    assert "source example: wanted at least 30 defaults among the development loans" in done.stderr
    assert "got 1 of 19 and 0 of 13" in done.stderr


@pytest.mark.pipeline
def test_dvc_runs_the_step_again_when_a_table_of_the_folder_changes(checkout: Callable[[str], Path]) -> None:
    folder = checkout("own_source")
    place = folder / "data" / "sources" / "mybank"
    place.mkdir(parents=True)
    names = pd.DataFrame({"enterprise_id": ["E1", "E2"]})
    asked = pd.DataFrame(
        {"application_id": ["A1"], "enterprise_id": ["E1"], "as_of": ["2024-01-31"], "amount": [1.0], "exposure": [1.0]}
    )
    names.to_parquet(place / "enterprises.parquet")
    asked.to_parquet(place / "applications.parquet")
    merge_yaml(folder / "params.yaml", "sources: {mybank: data/sources/mybank}\ningest: {mybank: {}}\n")

    def dvc(*words: str) -> str:
        done = python(folder, None, "-m", "dvc", *words)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    listed = dvc("stage", "list", "--name-only").split()
    steps = yaml.safe_load((folder / "dvc.yaml").read_text(encoding="utf8"))["stages"]
    assert all(f"{name}@mybank" in listed for name in steps if name != "train")
    dvc("repro", "ingest@mybank")
    assert len(pd.read_parquet(folder / "data" / "mybank" / "tables" / "enterprises.parquet")) == 2
    assert "didn't change" in dvc("repro", "ingest@mybank")
    names.iloc[:1].to_parquet(place / "enterprises.parquet")
    assert "Running stage 'ingest@mybank'" in dvc("repro", "ingest@mybank")
    assert len(pd.read_parquet(folder / "data" / "mybank" / "tables" / "enterprises.parquet")) == 1
