"""`techcredit findings`: listed in both languages, set by a person, kept by the next run."""

import json
import multiprocessing
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from models.back_tests.findings import STATUSES, Finding, FindingError, findings_of
from models.back_tests.limits import SEVERITIES, days_to_mend, limits
from models.back_tests.records import Record, with_verdicts
from pipelines import findings
from pipelines.cli import app
from pipelines.commands import findings as commands
from pipelines.commands.findings import SEVERITY_TEXTS, STATUS_TEXTS, change_finding
from pipelines.findings import REGISTER, brought_up_to_date
from policy.errors import MendableError

DAY = date(2026, 12, 31)
FORK = multiprocessing.get_context("fork")
RECORDS = [
    Record("level", "stage", "startup", 1.4387, 0.0001, p_correlated=0.3, loans=1816, defaults=82),
    Record("psi_score", "total", "total", 0.12, 0.0, loans=9000),
]


def validation(records: list[Record] = RECORDS) -> dict[str, Any]:
    tests = with_verdicts(records, limits(DAY))
    found = findings_of(tests, DAY, days_to_mend(DAY))
    return {
        "source": "simulated",
        "built_on": "2026-12-31",
        "policy_on": "2026-12-31",
        "tests": [e.plain() for e in tests],
        "findings": [e.plain() for e in found],
    }


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "model_validation").mkdir()
    (tmp_path / "model_validation" / "validation.json").write_text(json.dumps(validation()), encoding="utf8")
    return tmp_path


@pytest.fixture
def call(run: Path) -> Callable[..., str]:
    def made(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, ["findings", words[0], "--model", str(run), *words[1:]], env={"COLUMNS": "200"})
        if isinstance(done.exception, MendableError):
            raise done.exception
        assert done.exit_code == code, done.output
        return done.output

    return made


def test_findings_are_listed_in_both_languages(call: Callable[..., str]) -> None:
    english, chinese = call("show"), call("show", "--language", "zh")
    for shown in (english, chinese):
        assert "level/stage/startup" in shown
        assert "1.4387, p 0.0001" in shown
        assert "p ≥ 0.05" in shown
        assert "≤ 0.1 " in shown
    assert "medium" in english
    assert "中" in chinese
    assert "未了结" in chinese


def test_what_a_person_sets_is_kept_when_the_run_is_made_again(call: Callable[..., str], run: Path) -> None:
    said = call("set", "--finding", "level/stage/startup", "--owner", "Li", "--due", "2027-06-30")
    assert said == "level/stage/startup: open, owner Li, due 2027-06-30\n"
    call("set", "--finding", "level/stage/startup", "--status", "accepted", "--note", "PDs kept high on purpose")
    again = brought_up_to_date(run)
    assert (again[0].owner, again[0].status, again[0].note) == ("Li", "accepted", "PDs kept high on purpose")
    assert [each["owner"] for each in json.loads(call("show", "--json"))] == ["Li", ""]


def test_what_is_gone_is_counted_and_shown_when_asked_for(call: Callable[..., str], run: Path) -> None:
    call("show")
    path = run / "model_validation" / "validation.json"
    path.write_text(json.dumps(validation([RECORDS[0], replace(RECORDS[1], value=0.05)])), encoding="utf8")
    assert "1 more are gone" in call("show")
    assert "psi_score/total/total" in call("show", "--gone")


def test_what_was_due_before_the_day_of_the_look_is_overdue(call: Callable[..., str]) -> None:
    due = date(2026, 12, 31) + timedelta(days=90)
    late, early = (call("show", "--on", (due + timedelta(days=days)).isoformat()) for days in (1, 0))
    assert "overdue" in late
    assert f"1 open findings were due before {due + timedelta(days=1)}." in late
    assert "overdue" not in early
    assert "已逾期" in call("show", "--language", "zh", "--on", "2030-01-01")


def test_a_step_that_has_not_run_leaves_what_it_found_before(call: Callable[..., str], run: Path) -> None:
    other = findings_of(
        with_verdicts([Record("grades_moved", "total", "total", 0.3)], limits(DAY)), DAY, days_to_mend(DAY)
    )
    content = {**validation([]), "findings": [e.plain() for e in other]}
    (run / "sensitivity").mkdir()
    (run / "sensitivity" / "sensitivity.json").write_text(json.dumps(content), encoding="utf8")
    assert "grades_moved/total/total" in call("show")
    (run / "sensitivity" / "sensitivity.json").unlink()
    assert "grades_moved/total/total" in call("show")
    assert {each.status for each in brought_up_to_date(run)} == {"open"}
    assert len(brought_up_to_date(run)) == 3


def test_what_a_study_found_of_other_models_is_no_finding_of_these(run: Path) -> None:
    known = brought_up_to_date(run)
    moved = with_verdicts([Record("grades_moved", "total", "total", 0.3)], limits(DAY))
    met = with_verdicts([Record("psi_score", "total", "total", 0.01)], limits(DAY))
    found = [each.plain() for each in findings_of(moved, DAY, days_to_mend(DAY))]
    content = {**validation([]), "tests": [e.plain() for e in [*moved, *met]], "findings": found}
    (run / "sensitivity").mkdir()
    for models, counted in (({"startup": "old"}, False), (None, True)):
        of = content if models is None else {**content, "models": models}
        (run / "sensitivity" / "sensitivity.json").write_text(json.dumps(of), encoding="utf8")
        after = {each.id: each.status for each in brought_up_to_date(run)}
        assert ("grades_moved/total/total" in after) == counted
        assert (after == {each.id: each.status for each in known}) == (not counted)


def test_a_run_without_findings_says_so(call: Callable[..., str], run: Path) -> None:
    path = run / "model_validation" / "validation.json"
    path.write_text(json.dumps(validation([])), encoding="utf8")
    assert "No finding: no limit is exceeded." in call("show")


def test_what_cannot_be_done_is_refused(call: Callable[..., str], run: Path) -> None:
    call("set", "--finding", "level/stage/startup", code=2)
    with pytest.raises(FindingError, match="wanted a note that says why"):
        call("set", "--finding", "level/stage/startup", "--status", "accepted")
    with pytest.raises(FindingError, match="finding must be one of"):
        call("set", "--finding", "no such", "--owner", "Li")
    (run / REGISTER).write_text("{}", encoding="utf8")
    with pytest.raises(FindingError, match=r"findings.json: wanted the JSON register of findings"):
        call("show")
    (run / REGISTER).write_text("{", encoding="utf8")
    with pytest.raises(MendableError, match="wanted JSON in"):
        call("show")
    (run / "model_validation" / "validation.json").unlink()
    with pytest.raises(FindingError, match=r"First: techcredit run"):
        call("show")


def test_every_severity_and_status_has_its_words() -> None:
    assert set(SEVERITY_TEXTS) == set(SEVERITIES)
    assert set(STATUS_TEXTS) == set(STATUSES)


@pytest.mark.parametrize("hidden", ["  ", "\u200b", "\u3164", "\u2800", "two\nlines", "a\u202eb", "\u00a0\u3000"])
@pytest.mark.parametrize("option", ["--owner", "--note"])
def test_an_owner_or_a_note_that_shows_no_words_is_refused(
    call: Callable[..., str], run: Path, option: str, hidden: str
) -> None:
    with pytest.raises(FindingError, match="wanted one line with words that can be seen; got"):
        call("set", "--finding", "level/stage/startup", option, hidden)
    assert not (run / REGISTER).exists()


def _set(run: Path, number: int) -> None:
    change_finding(
        run, "level/stage/startup" if number % 2 else "psi_score/total/total", f"Li {number}", None, None, None
    )


def test_changes_at_the_same_time_are_all_kept(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = findings.register

    def register(folder: Path, found: list[Finding]) -> None:
        time.sleep(0.2)  # longer than the other process needs to read
        slow(folder, found)

    monkeypatch.setattr(commands, "register", register)
    processes = [FORK.Process(target=_set, args=(run, number)) for number in (1, 2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert {each.owner for each in brought_up_to_date(run)} == {"Li 1", "Li 2"}
    assert not list(run.glob("*.new"))


def test_who_waits_too_long_for_the_register_is_told(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "SECONDS", 0.1)
    with (
        findings.changing(run),
        pytest.raises(FindingError, match=r"wanted to change .*findings.json; another process is at it since 0 s"),
    ):
        _set(run, 1)
