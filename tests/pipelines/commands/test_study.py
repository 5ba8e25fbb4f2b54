from pathlib import Path

import pytest

from pipelines.commands import run
from pipelines.files import write_json
from pipelines.params import ParamsError
from reports import summary


def test_the_command_brings_the_study_up_to_date_and_prints_its_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[str, ...]] = []
    (tmp_path / "params.yaml").write_text("default_source: sba\nsources: [sba]\n", encoding="utf8")
    write_json({"study": ["one line", "another"]}, tmp_path / "data" / "sba" / "study" / "summary.json")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run, "_reproduce", lambda targets, console: asked.append(targets))
    monkeypatch.setattr(summary, "one_screen", lambda found: f"screen of {len(found['study'])}")
    run.study_source(None)
    steps = ("headline", "model_validation", "report", "manifest", "track", "sensitivity", "study")
    assert asked == [tuple(f"{step}@sba" for step in steps)]
    assert capsys.readouterr().out.splitlines() == ["one line", "another", "screen of 2"]


def test_a_study_of_an_unknown_source_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "params.yaml").write_text("default_source: sba\nsources: [sba]\n", encoding="utf8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ParamsError, match="source must be one of sba; got 'leasing'"):
        run.study_source("leasing")
