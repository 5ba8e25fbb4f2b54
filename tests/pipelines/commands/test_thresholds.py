"""`techcredit thresholds` with --explain, --json, --page: in words, as figures, as a page, and its refusals."""

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from decisions.alarm import Fed, Terms, fed
from decisions.alarm_state import State, Watch
from decisions.ledger.values import LedgerError
from models.errors import ModelError
from pipelines.cli import app
from pipelines.commands.ledger import record_grant
from pipelines.commands.thresholds import ThresholdsError, balance_of, explain_thresholds
from pipelines.files import write_json
from policy.errors import MendableError
from reports.inputs import Inputs
from scoring.alarm_file import write_state
from scoring.manifest import MANIFEST, digests
from tests.reports.conftest import _inputs, with_fallback


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    return _inputs()


@pytest.fixture
def run(tmp_path: Path, inputs: Inputs) -> Path:
    """The tiny run of the report's tests, as far as the step `threshold` writes it."""
    folder = tmp_path / "run" / "thresholds"
    write_json(inputs.thresholds, folder / "thresholds.json")
    inputs.path.to_parquet(folder / "path.parquet")
    inputs.cross_class.to_parquet(folder / "cross_class.parquet")
    for stage, model in inputs.models.items():
        write_json(model, tmp_path / "run" / "models" / stage / "model.json")
    return sealed(folder.parent)


def sealed(run: Path) -> Path:
    """The run, its manifest made of what lies there now."""
    write_json({"files": digests(run, ("thresholds", "models"))}, run / MANIFEST)
    return run


def told(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["thresholds", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("For micro enterprises: tested on 50 loans", "the policy takes 0.230", "[pp]", "under policy p0")),
        ("zh", ("微型企业：以50笔贷款检验", "政策取0.230", "ρ：同年贷款相关系数", "依据政策p0")),
    ],
)
def test_the_explanation_has_sentences_steps_inputs_and_looks(run: Path, language: str, said: tuple[str, ...]) -> None:
    output = told("--model", str(run), "--explain", "--language", language)
    for part in said:
        assert part in output


def test_a_stage_with_a_fallback_is_told_where_the_models_of_the_run_say_so(run: Path, inputs: Inputs) -> None:
    for stage, model in with_fallback(inputs, "startup").models.items():
        write_json(model, run / "models" / stage / "model.json")
    sealed(run)
    assert "the PDs are a fallback, upper bounds and not estimates" in " ".join(
        told("--model", str(run), "--explain", "--language", "en").split()
    )
    assert list(json.loads(told("--model", str(run), "--json"))["fallback"]) == ["startup"]


@pytest.mark.parametrize("asked", ["--explain", "--json"])
def test_a_model_that_was_changed_after_the_run_is_refused(run: Path, inputs: Inputs, asked: str) -> None:
    for stage, model in with_fallback(inputs, "startup").models.items():
        write_json(model, run / "models" / stage / "model.json")
    done = CliRunner().invoke(app, ["thresholds", "--model", str(run), asked])
    assert done.exit_code == 1
    assert "was changed after the run" in str(done.exception)


def test_the_figures_behind_it_are_given_as_json(run: Path) -> None:
    figures = json.loads(told("--model", str(run), "--json"))
    micro = figures["certificates"][0]
    assert micro["classes"] == ["micro"]
    assert micro["binds"]["en"].startswith("What binds is the tolerance")
    assert micro["steps"][-1] == {"step": "observed", "from": 0.0, "to": 0.05}
    assert micro["certificate"]["upper_bound"] == 0.09
    assert figures["tested_on"] == ["2005-01-03", "2005-12-30"]
    assert figures["ledger"] is None


def test_the_page_is_written_with_the_balance_of_a_ledger(run: Path, tmp_path: Path) -> None:
    ledger, page = str(tmp_path / "ledger.sqlite"), tmp_path / "new" / "page.html"
    days = (date(2026, 1, 1), date(2026, 12, 31), date(2026, 1, 1))
    record_grant(ledger, "micro", 0.04, days, ("minute 2026-7", "own ratio"), None, None)
    assert told("--model", str(run), "--page", str(page), "--ledger", ledger, "--on", "2026-01-31") == ""
    html = page.read_text(encoding="utf8")
    assert "Balance on 2026-01-31" in html
    assert "minute 2026-7" in html
    figures = json.loads(told("--model", str(run), "--json", "--ledger", ledger, "--on", "2026-01-31"))
    assert figures["ledger"]["size_classes"]["micro"]["granted"] == 0.04


def test_a_balance_without_its_day_and_a_ledger_that_is_none_are_refused(run: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["thresholds", "--model", str(run), "--ledger", "x.sqlite"])
    assert done.exit_code == 2
    assert "--on" in done.output
    with pytest.raises(LedgerError, match=r"wanted a ledger at .*none.sqlite; there is none"):
        balance_of(str(tmp_path / "none.sqlite"), date(2026, 1, 31))


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(ThresholdsError, match=r"wanted a finished run in .*thresholds.json is not there"):
        explain_thresholds(tmp_path, "en")


def test_a_file_that_is_no_json_is_told(run: Path) -> None:
    (run / "thresholds" / "thresholds.json").write_text('{"policy_on": "20', encoding="utf8")
    with pytest.raises(MendableError, match=r"wanted JSON in .*thresholds.json"):
        explain_thresholds(sealed(run), "en")


@pytest.mark.parametrize("content", [{}, [], {"certificates": 3}, {"certificates": {"micro": {"classes": []}}}])
def test_a_file_without_the_figures_is_told(run: Path, content: object) -> None:
    write_json(content, run / "thresholds" / "thresholds.json")
    with pytest.raises(ThresholdsError, match="a figure is missing or no figure"):
        explain_thresholds(sealed(run), "en")


def test_a_table_that_cannot_be_read_is_told(run: Path) -> None:
    (run / "thresholds" / "path.parquet").write_bytes(b"no table")
    with pytest.raises(ThresholdsError, match="one cannot be read"):
        explain_thresholds(sealed(run), "en")


def test_a_file_changed_after_the_run_is_refused(run: Path) -> None:
    path = run / "thresholds" / "thresholds.json"
    path.write_text(path.read_text(encoding="utf8").replace("0.09", "0.01"), encoding="utf8")
    with pytest.raises(ModelError, match=r"thresholds.json was changed after the run"):
        explain_thresholds(run, "en")


def test_a_suspension_is_told_with_the_explanation_the_figures_and_the_page(run: Path, tmp_path: Path) -> None:
    terms = Terms("c", 0.05, 1.5, 10.0, 1.0, 12)
    rows = pd.DataFrame({"application_id": list("abcd"), "exposure": 2.0, "hazard": 0.01, "defaulted": True})
    periods: tuple[Fed, ...] = ()
    for month in (1, 2, 3):
        start = pd.Timestamp(2025, month, 1)
        periods = (*periods, fed(terms, periods, start.date(), (start + pd.offsets.MonthEnd()).date(), rows))
    watch = Watch("micro", date(2025, 1, 1), terms, periods)
    write_state(State((watch,)), run)
    suspension = f"the certificate of micro is suspended since {watch.fired_on}"
    assert suspension in told("--model", str(run), "--explain")
    assert json.loads(told("--model", str(run), "--json"))["suspended"][0].startswith(suspension)
    assert f"not on the page: {suspension}" in told("--model", str(run), "--page", str(tmp_path / "page.html"))
