"""Step `study` on a finished run: the report of the run, completed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from reports.summary import PLAIN

pytestmark = pytest.mark.pipeline


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf8"))


@pytest.fixture(scope="module")
def folder(simulated_study: Path) -> Path:
    return simulated_study / "data" / "simulated"


def test_the_completed_report_has_the_pages_and_memos_of_the_run(folder: Path) -> None:
    names = [
        {path.relative_to(folder / name).as_posix() for path in (folder / name).rglob("*") if path.is_file()}
        for name in ("report", "study")
    ]
    assert names[0] == names[1]
    run, study = ((folder / name / "index.html").read_text(encoding="utf8") for name in ("report", "study"))
    assert "make study" in run
    assert "make study" not in study
    assert len(study) > len(run)
    assert re.findall(r">\s*(?:nan|NaN|None)\s*<", study) == []
    assert re.findall(r"""(?:src|href)=["']https?:""", study) == []


def test_its_summary_is_that_of_the_run_with_what_the_study_measured(folder: Path) -> None:
    run, study = read(folder / "report" / "summary.json"), read(folder / "study" / "summary.json")
    rows = read(folder / "challengers" / "challengers.json")["rows"]
    auc = {row["model"]: row["auc"] for row in rows if row["stage"] == "total"}
    assert (run["plain_auc"], study["plain_auc"]) == (None, auc[PLAIN])
    assert study["ours_auc"] == run["ours_auc"] == auc["ours"]
    assert study["page"] == "data/simulated/study/index.html"
    own = {"study", "excess_log_loss"}
    assert {**study, "page": "", "plain_auc": 0} == {**run, "page": "", "plain_auc": 0, **{k: study[k] for k in own}}


def test_the_screen_tells_refits_blanked_tables_and_the_plain_challenger(simulated_study: Path) -> None:
    said = (simulated_study / "study.txt").read_text(encoding="utf8")
    assert said.startswith("Fitted again, without 3% of the enterprises: change of PD ")
    assert "Without one of the tables: " in said
    assert f", {PLAIN} 0." in said
    assert said.rstrip().endswith("data/simulated/study/index.html")


def test_a_refit_moves_pds_decisions_and_reasons_and_the_run_stays_as_it_is(folder: Path) -> None:
    (refit,) = read(folder / "seeds" / "seeds.json")["refits"]
    total = refit["groups"]["total"]
    assert 0 < total["pd_change_median"] < total["pd_change_p95"]
    assert 0 <= total["decisions_changed"] < 0.3
    assert 0.3 < total["reasons_kept"] <= 1
