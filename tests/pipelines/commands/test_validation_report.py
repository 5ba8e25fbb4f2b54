"""`techcredit validation-report` on a finished run: what it writes, keeps and refuses."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.commands.validation_report import write_report
from pipelines.files import read_json, write_json
from pipelines.findings import current
from pipelines.validated_run import ReportError, validated
from reports.validation.facts import mark
from reports.validation.written import WrittenError

pytestmark = pytest.mark.pipeline
PARTS = (
    *("model_validation", "manifest", "models", "features", "acceptance", "thresholds", "evaluation"),
    *("valid", "split", "pool", "tracking", "ground_truth", "explanations", "figures"),
)


@pytest.fixture(scope="module")
def copied(sba_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the parameters and the run of SBA, without its study."""
    folder = tmp_path_factory.mktemp("validated")
    shutil.copy(sba_run / "params.yaml", folder)
    for part in PARTS:
        shutil.copytree(sba_run / "data" / "sba" / part, folder / "data" / "sba" / part)
    return folder


@pytest.fixture
def run(copied: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The run in the working folder; what a test leaves beside its parts goes."""
    monkeypatch.chdir(copied)
    folder = Path("data") / "sba"
    yield folder
    for path in [each for each in folder.iterdir() if each.name not in PARTS]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def test_report_and_card_are_written_offline_and_tell_that_the_level_is_wrong(run: Path, capsys):
    write_report("sba", None, ("en", "zh"), ("html",), None)
    out = run / "validation_report"
    html = (out / "validation_report.html").read_text(encoding="utf8")
    assert "so the PDs are too low" in html
    assert "违约概率偏低" in html
    assert "applications.html" not in html
    found = read_json(out / "model_card.json")
    assert found["metrics"]["total"] == {
        name: value
        for name, value in read_json(run / "evaluation" / "metrics.json")["parts"]["out_of_time"]["total"].items()
        if name in found["metrics"]["total"]
    }
    assert capsys.readouterr().out.splitlines()[0] == str(out / "validation_report.html")


def test_what_people_wrote_is_read_and_never_changed(run: Path):
    chapters = run / "validation_chapters.yaml"
    named = mark(validated("sba", run, None).run)
    chapters.write_text(f"written_for: {named}\nchapters: {{conclusion: Fit}}\n", encoding="utf8")
    before = chapters.read_bytes()
    write_report("sba", None, ("en",), ("html",), None)
    write_report("sba", None, ("en",), ("html",), None)
    assert chapters.read_bytes() == before
    html = (run / "validation_report" / "validation_report.html").read_text(encoding="utf8")
    assert "<p>Fit</p>" in html
    assert "not a statement on these models" not in html


def test_owner_and_status_of_the_register_are_shown(run: Path):
    findings = read_json(run / "model_validation" / "validation.json")["findings"]
    write_json([{**findings[0], "owner": "R. Officer", "status": "accepted", "note": "known"}], run / "findings.json")
    found = {f["id"]: f for f in validated("sba", run, None).findings}
    assert found[findings[0]["id"]]["owner"] == "R. Officer"
    assert len(found) == len(findings)


def test_findings_are_those_of_the_steps_where_there_is_no_register_and_none_is_made(run: Path):
    found = read_json(run / "model_validation" / "validation.json")["findings"]
    assert [each.id for each in current(run)] == [each["id"] for each in found]
    assert not (run / "findings.json").exists()


def test_a_study_of_other_models_is_not_shown(run: Path):
    total = read_json(run / "evaluation" / "metrics.json")["parts"]["out_of_time"]["total"]
    ours = {"stage": "total", "model": "ours", "auc": total["auc"]}
    write_json({"rows": [ours], "verdicts": []}, run / "challengers" / "challengers.json")
    write_json({"rows": []}, run / "blanked" / "blanked.json")
    write_json({"interventional": {}, "refits": []}, run / "seeds" / "seeds.json")
    write_json({}, run / "ablation" / "ablation.json")
    assert not validated("sba", run, None).stale_study
    write_json({"rows": [{**ours, "auc": 0.7}], "verdicts": []}, run / "challengers" / "challengers.json")
    found = validated("sba", run, None)
    assert found.stale_study
    assert found.run.study is None
    (run / "seeds" / "seeds.json").unlink()  # not run to its end, and still of other models
    assert validated("sba", run, None).stale_study


@pytest.mark.usefixtures("run")
def test_a_run_that_was_not_validated_is_refused():
    with pytest.raises(ReportError, match=r"wanted a validated run in data.elsewhere; .* is not there\. `techcredit"):
        validated("elsewhere", Path("data") / "elsewhere", None)


def test_a_validation_of_other_scores_is_refused(run: Path):
    path = run / "model_validation" / "validation.json"
    content = path.read_text(encoding="utf8")
    found = json.loads(content)
    found["samples"]["out_of_time"]["mean_pd"] = 0.5
    path.write_text(json.dumps(found), encoding="utf8")
    try:
        with pytest.raises(ReportError, match="was made of other scores than those of the run"):
            validated("sba", run, None)
    finally:
        path.write_text(content, encoding="utf8")


@pytest.mark.parametrize("inside", ["models", "validation_report/deeper", ""])
def test_a_folder_of_the_run_is_refused(run: Path, inside: str):
    with pytest.raises(ReportError, match=r"wanted a folder outside the run in .*sba, or data.sba.validation_report"):
        write_report("sba", run / inside, ("en",), ("html",), None)


def test_chapters_that_were_named_must_be_there_and_be_chapters(run: Path, tmp_path: Path):
    with pytest.raises(ReportError, match=r"wanted a file of chapters in .*absent\.yaml; it is not there"):
        validated("sba", run, tmp_path / "absent.yaml")
    (tmp_path / "wrong.yaml").write_text("x: 1\n", encoding="utf8")
    with pytest.raises(WrittenError, match="wanted the keys chapters and written_for; got x"):
        validated("sba", run, tmp_path / "wrong.yaml")


def test_no_earlier_report_lies_beside_a_new_one_and_none_of_the_bank_is_removed(run: Path, tmp_path: Path, capsys):
    for out in (run / "validation_report", tmp_path):
        out.mkdir(exist_ok=True)
        (out / "validation_report.zh.pdf").write_bytes(b"of last year")
    write_report("sba", None, ("en",), ("html",), None)
    assert not (run / "validation_report" / "validation_report.zh.pdf").exists()
    write_report("sba", tmp_path, ("en",), ("html",), None)
    assert (tmp_path / "validation_report.zh.pdf").read_bytes() == b"of last year"
    assert f"left as it was, of an earlier report: {tmp_path / 'validation_report.zh.pdf'}" in capsys.readouterr().err


@pytest.mark.usefixtures("run")
def test_the_command_writes_where_it_is_told_in_the_language_it_is_told(tmp_path: Path):
    options = ["--source", "sba", "--output", str(tmp_path / "out"), "--language", "zh"]
    done = CliRunner().invoke(app, ["validation-report", *options])
    assert done.exit_code == 0, done.output
    html = (tmp_path / "out" / "validation_report.html").read_text(encoding="utf8")
    assert html.startswith('<!DOCTYPE html>\n<html lang="zh-Hans">')
    assert "Model-validation report" not in html
