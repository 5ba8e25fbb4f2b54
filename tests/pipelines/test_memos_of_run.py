"""Memos and the list of applications of finished runs: all there, counts equal, a batch gives the memos of the run."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pandas as pd
import pytest

from tests.reports.applications.filters import config, linked, matching, rows

pytestmark = pytest.mark.pipeline
Command = Callable[..., CompletedProcess[str]]


def report(run: Path, source: str) -> dict[str, str]:
    """The pages and the files of data of the report, by name."""
    folder = run / "data" / source / "report"
    files = [*folder.glob("*.html"), *folder.glob("applications/*.js")]
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf8") for path in files}


def holds_together(run: Path, source: str) -> int:
    """Numbers that lead to the list, after every one of them and every row has been compared."""
    made, decisions = report(run, source), run / "data" / source / "thresholds" / "decisions.parquet"
    listed, verdicts = rows(made), pd.read_parquet(decisions).set_index("application_id")
    assert sorted(row["id"] for row in listed) == sorted(verdicts.index)
    assert {row["id"]: (row["decision"], row["rule"]) for row in listed} == {
        str(name): (row["decision"], row["rule"]) for name, row in verdicts.iterrows()
    }
    found = [(name, *pair) for name in ("index.html", "thresholds.html") for pair in linked(made[name])]
    assert [(name, at, number) for name, at, number in found if len(matching(listed, at)) != number] == []
    return len(found)


def test_the_list_of_real_loans_holds_every_application_and_every_link_its_count(sba_run: Path) -> None:
    assert holds_together(sba_run, "sba") > 20


def test_the_list_of_the_portfolio_holds_every_application_and_every_link_its_count(simulated_run: Path) -> None:
    assert holds_together(simulated_run, "simulated") > 100


def test_all_memos_of_a_run_are_written_and_belong_to_its_list(simulated_run: Path, techcredit: Command) -> None:
    folder = simulated_run / "data" / "simulated"
    done = techcredit(simulated_run, "memo", "--model", "data/simulated", "--all")
    assert done.returncode == 0, done.stderr
    (told,) = re.findall(r"memos\((.*)\)", (folder / "memos" / "written.js").read_text(encoding="utf8"))
    here = config(report(simulated_run, "simulated")["applications.html"])
    assert (json.loads(told)["run"], json.loads(told)["count"]) == (here["run"], here["all"])
    assert len(list((folder / "memos" / "chunks").glob("*.js"))) == json.loads(told)["chunks"]


def test_the_memo_of_a_batch_is_that_of_the_run(simulated_run: Path, techcredit: Command, tmp_path: Path) -> None:
    decisions = pd.read_parquet(simulated_run / "data" / "simulated" / "thresholds" / "decisions.parquet")
    listed = decisions.groupby(["decision", "stage"])["application_id"].first()
    (tmp_path / "ids.txt").write_text("\n".join(listed), encoding="utf8")
    tables, scores = "data/simulated/tables", str(tmp_path / "scores.parquet")
    same = ("memo", "--model", "data/simulated", "--list", str(tmp_path / "ids.txt"), "--out")
    for arguments in (
        ("score", "--model", "data/simulated", "--input", tables, "--output", scores),
        (*same, str(tmp_path / "run")),
        (*same, str(tmp_path / "batch"), "--input", tables, "--scores", scores),
    ):
        done = techcredit(simulated_run, *arguments)
        assert done.returncode == 0, done.stderr
    written = {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()}
    assert len(written) == 2 * len(listed)
    assert {path.name: path.read_bytes() for path in (tmp_path / "batch").iterdir()} == written
