"""`--strict-policy` stops before anything is run or written."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines.chosen import chosen_figures
from pipelines.commands import opened_run, run, score
from policy.loader import PolicyError
from schemas.checks import Checks


def test_a_strict_run_stops_before_its_first_step_and_names_the_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    def reproduce(*arguments: object) -> bool:
        message = "a step was run"
        raise AssertionError(message)

    monkeypatch.setattr(run, "_reproduce", reproduce)
    with pytest.raises(PolicyError, match=r"--strict-policy wants .*rules\.serious_breach \(A\).*"):
        run.run_source("simulated", strict=True)


def test_a_strict_score_stops_before_it_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    doubted = ({"name": "zones.twelve_months", "flag": "A", "approved_by": ""},)
    monkeypatch.setattr(opened_run, "open_bundle", lambda folder: SimpleNamespace(assumed=doubted))
    with pytest.raises(PolicyError, match=r"zones\.twelve_months \(A\)"):
        score.score_tables(tmp_path, tmp_path, tmp_path / "scores.parquet", None, Checks(), strict=True)
    assert not list(tmp_path.iterdir())


def test_a_source_chooses_ratio_zones_scale_and_schemes_in_its_parameters() -> None:
    assert chosen_figures("sba") == [
        ("tolerance", "overall_npl_sba"),
        ("zones", "life_of_loan"),
        ("master_scale", "life_of_loan"),
        ("stock_flow", "sba_study"),
        ("stage", "sba_proxy"),
        ("size_class", "employees_only"),
    ]
    assert dict(chosen_figures("simulated"))["zones"] == "twelve_months"
    assert "economics" not in dict(chosen_figures("simulated"))  # they decide nothing where the objective is volume
