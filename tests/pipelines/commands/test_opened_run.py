"""A run opened for a batch: the account names the state of the alarm that the decisions obey."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from decisions.alarm import AlarmError
from decisions.alarm_state import State
from pipelines.commands import opened_run
from scoring.alarm_file import digest, write_state
from tests.pipelines.commands.test_sign import WATCHED


@pytest.fixture(autouse=True)
def no_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened_run, "of_model", lambda folder: None)


def opens(monkeypatch: pytest.MonkeyPatch, meanwhile: Any) -> None:
    def bundle(folder: Path) -> SimpleNamespace:
        meanwhile(folder)
        return SimpleNamespace(assumed=())

    monkeypatch.setattr(opened_run, "open_bundle", bundle)


def test_the_account_names_the_state_that_was_opened_and_no_later_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens(monkeypatch, lambda folder: None)
    assert opened_run.opened_run(tmp_path, False, None).told["alarm_state"] is None
    write_state(WATCHED, tmp_path)
    told = opened_run.opened_run(tmp_path, False, None).told
    before = digest(tmp_path)
    write_state(State(), tmp_path)
    assert told["alarm_state"] == before != digest(tmp_path)


def test_a_state_that_changes_while_the_run_is_opened_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens(monkeypatch, lambda folder: write_state(WATCHED, folder))
    with pytest.raises(AlarmError, match=r"state\.json was changed while it was read; start again"):
        opened_run.opened_run(tmp_path, False, None)
