"""`techcredit alarm` on a small run: state, page and exit code; a suspension reaches what decides."""

import json
import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from decisions.alarm import AlarmError
from decisions.alarm_state import links
from pipelines.commands import alarm
from pipelines.commands.alarm import AlarmStandsError, renew_alarm, show_alarm, update_alarm
from policy.version import version
from scoring import bundle
from scoring.alarm_file import open_state, state_path
from tests.scoring.test_alarm import CERTIFICATE, MODELS, bad, scores, table

UNTIL = pd.Timestamp(2025, 4, 30)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The parts of a finished run that the alarm reads: 300 loans tested, 40 decided out-of-time."""
    for folder in ("evaluation", "thresholds"):
        (tmp_path / folder).mkdir()
    tested = pd.DataFrame({"application_id": [f"t{i}" for i in range(300)], "part": "certification"})
    tested = tested.assign(size_class="small", stage="growth", pd=0.02, exposure=[1.0, 2.0, 3.0] * 100, weight=1.0)
    tested.to_parquet(tmp_path / "evaluation" / "scores.parquet")
    able = tested[["application_id"]].assign(decidable=True)
    able.to_parquet(tmp_path / "thresholds" / "decidable.parquet")
    scores().to_parquet(tmp_path / "thresholds" / "decisions.parquet")
    certificates = {"certificates": {"small": CERTIFICATE, "large": {**CERTIFICATE, "cut_off": None}}}
    (tmp_path / "thresholds" / "thresholds.json").write_text(json.dumps(certificates), encoding="utf8")
    opened = SimpleNamespace(models=MODELS, procedure=SimpleNamespace(policy_on=date(2025, 12, 31)))
    monkeypatch.setattr(alarm, "open_bundle", lambda folder: opened)
    return tmp_path


def written(outcomes: pd.DataFrame, run: Path) -> Path:
    outcomes.to_csv(run / "outcomes.csv", index=False)
    return run / "outcomes.csv"


def test_outcomes_are_fed_and_shown_and_nothing_new_changes_nothing(run: Path, capsys: pytest.CaptureFixture[str]):
    update_alarm(run, written(table(), run), [], UNTIL)
    said = capsys.readouterr().out
    assert (
        "rows in 40 = watched 40 + not approved by the decision 0 + approved in a class without certificate 0" in said
    )
    assert "small: 4 new periods until 2025-04-30" in said
    before = state_path(run).read_bytes()
    update_alarm(run, run / "outcomes.csv", [run / "thresholds" / "decisions.parquet"], pd.Timestamp(2025, 5, 2))
    assert "small: no new period has ended until 2025-05-02" in capsys.readouterr().out
    assert state_path(run).read_bytes() == before


def test_show_prints_the_digest_to_hold_in_both_languages(run: Path, capsys: pytest.CaptureFixture[str]):
    update_alarm(run, written(table(), run), [], UNTIL)
    (watch,) = open_state(run).watches
    for language, words in (
        ("en", "small: digest of what was fed, for the minutes:"),
        ("zh", "摘要值（供记入会议纪要）："),
    ):
        capsys.readouterr()
        show_alarm(run, language)
        assert f"{words} {links(watch)[-1]}\n" in capsys.readouterr().out


def test_an_alarm_ends_with_code_4_until_it_is_renewed(run: Path):
    outcomes = written(bad("2025-03-10", 30), run)
    with pytest.raises(AlarmStandsError, match="certificate of small is suspended since 2025-03-31") as stands:
        update_alarm(run, outcomes, [], UNTIL)
    assert stands.value.exit_code == 4
    with pytest.raises(AlarmStandsError):
        show_alarm(run, "zh")
    page = (run / "alarm" / "alarm.html").read_text(encoding="utf8")
    assert "the alarm fired on 2025-03-31" in page
    assert "2025-03-31触发预警" in page
    assert "<script" not in page
    assert re.findall(r"\b(?:nan|NaN|None|inf)\b", re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.S)) == []
    assert re.findall(r"""(?:src|href)=["'](?!#)[^"']*""", page) == []
    renew_alarm(run, "small", pd.Timestamp(2025, 5, 15), "Committee", "minute 9")
    show_alarm(run, "en")
    page = (run / "alarm" / "alarm.html").read_text(encoding="utf8")
    assert "alarm on 2025-03-31; renewed from 2025-05-15 by Committee: minute 9" in page
    assert "No alarm stands." in page


def test_what_cannot_be_read_is_refused_and_nothing_is_written(run: Path):
    with pytest.raises(AlarmError, match=r"nothing has been. First: techcredit alarm update"):
        show_alarm(run, "en")
    with pytest.raises(AlarmError, match=r"wanted a table that ends in .csv or .parquet; got outcomes.xlsx"):
        update_alarm(run, run / "outcomes.xlsx", [], UNTIL)
    twice = [run / "thresholds" / "decisions.parquet"] * 2
    with pytest.raises(AlarmError, match="wanted one score per application; a00 has several"):
        update_alarm(run, written(table(), run), twice, UNTIL)
    with pytest.raises(AlarmError, match="wanted the columns application_id"):
        update_alarm(run, run / "outcomes.csv", [run / "evaluation" / "scores.parquet"], UNTIL)
    assert not state_path(run).exists()


def test_the_bundle_of_a_run_carries_its_suspensions(run: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(AlarmStandsError):
        update_alarm(run, written(bad("2025-03-10", 30), run), [], UNTIL)
    parts = {
        "thresholds.json": {
            "policy_version": version(),
            "assumed": [],
            "procedure": {"measure": "twelve_months", "policy_on": "2025-12-31", "not_checked": [], "issued": []},
        },
        "features.json": {
            "params": {"memory": "1GB", "stage_scheme": "a", "size_scheme": "b", "policy_on": "2025-12-31"}
        },
    }
    monkeypatch.setattr(bundle, "require_unchanged", lambda folder: None)
    monkeypatch.setattr(bundle, "open_models", lambda folder: MODELS)
    monkeypatch.setattr(bundle, "open_acceptance", lambda folder: None)
    monkeypatch.setattr(bundle, "_there", lambda path: None)
    monkeypatch.setattr(bundle, "_part", lambda path: parts[path.name])
    monkeypatch.setattr(pd, "read_parquet", lambda path: pd.DataFrame())
    monkeypatch.setattr(bundle, "FeatureParams", lambda **params: params)
    held = bundle.open_bundle(run).procedure
    assert held.suspensions == open_state(run).suspensions()
    assert held.suspensions[0].since == date(2025, 3, 31)
    state_path(run).write_text("{", encoding="utf8")
    with pytest.raises(AlarmError, match=r"state\.json"):
        bundle.open_bundle(run)


def test_no_step_of_the_pipeline_owns_the_folder_of_the_alarm():
    steps = (Path(__file__).parents[3] / "dvc.yaml").read_text(encoding="utf8")
    assert "/alarm" not in re.sub(r"\w+/alarm_?\w*\.py|policy/alarm\.yaml", "", steps)
