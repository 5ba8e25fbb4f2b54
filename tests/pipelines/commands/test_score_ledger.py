"""`techcredit score --ledger`: the file of the ledger is no place for scores."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines.commands import opened_run, score
from schemas.checks import Checks
from scoring.output.target import OutputError


@pytest.mark.parametrize("name", ["scores.csv", "scores.csv.summary.json"])
def test_a_ledger_is_not_replaced_by_scores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (tmp_path / name).write_text("entries", encoding="utf8")
    monkeypatch.setattr(opened_run, "open_bundle", lambda folder: SimpleNamespace(assumed=()))
    monkeypatch.setattr(opened_run, "of_model", lambda folder: None)
    monkeypatch.setattr(opened_run, "held_back", lambda bundle, ledger: bundle)
    ledger, output = str(tmp_path / name), tmp_path / "scores.csv"
    with pytest.raises(OutputError, match=rf"apart from the ledger; .*{name} is it, or holds it"):
        score.score_tables(tmp_path / "run", tmp_path / "tables", output, None, Checks(), ledger=ledger)
    assert (tmp_path / name).read_text(encoding="utf8") == "entries"
