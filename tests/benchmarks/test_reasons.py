"""Counts of what may not happen to reasons: by hand on a small run, and over all applications of finished runs."""

import json
from pathlib import Path

import pandas as pd
import pytest

from benchmarks.reasons import FORBIDDEN, counts, main
from tests.conftest import ROOT


@pytest.fixture
def flawed(tmp_path: Path) -> Path:
    """A run whose one application has each fault once."""
    folder = tmp_path / "explanations"
    folder.mkdir()
    rows = [
        ("a", "for", "leverage", "leverage", None, -0.1),
        ("a", "against", "leverage", "leverage", 0.8, 0.1),
        ("a", "for", "sales_trend", "sales_growth", -0.2, -0.3),
        ("a", "for", "profitability", "net_margin", -0.2, -0.3),
        ("a", "against", "rd_confirmed", "rd_confirmed_by_tax", 1.0, 0.2),
        ("a", "unexpected", "rd_spend", "rd_intensity", 0.2, 0.2),
        ("a", "other", None, None, None, 0.5),
    ]
    columns = ["application_id", "side", "family", "feature", "value", "contribution"]
    pd.DataFrame(rows, columns=columns).to_parquet(folder / "reasons.parquet")
    parts = pd.DataFrame({"application_id": ["a"], "base": [-3.0], "logit": [-2.0]})
    parts.to_parquet(folder / "contributions.parquet")
    return tmp_path


def test_each_fault_is_counted_once_and_the_line_of_json_says_so(
    flawed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = counts(flawed)
    assert {name: found[name] for name in FORBIDDEN} == dict.fromkeys(FORBIDDEN, 1)
    assert (found["applications"], found["reasons"], found["unexpected"], found["fewest"]) == (1, 5.0, 1.0, 5)
    main(["--data", str(flawed)])
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["runs"][flawed.name] == found


@pytest.mark.parametrize("run", ["sba_run", "simulated_run"])
def test_none_happens_to_any_application_of_a_run(run: str, request: pytest.FixtureRequest) -> None:
    found = counts(request.getfixturevalue(run) / "data" / run.removesuffix("_run"))
    assert found["applications"] > 1000
    assert {name: found[name] for name in FORBIDDEN} == dict.fromkeys(FORBIDDEN, 0)


def test_none_happens_to_any_application_of_the_us_firms_where_they_have_been_run() -> None:
    folder = ROOT / "data" / "us_firms"
    if not (folder / "explanations" / "reasons.parquet").exists():
        pytest.skip("make run SOURCE=us_firms has not been run here")
    assert {name: counts(folder)[name] for name in FORBIDDEN} == dict.fromkeys(FORBIDDEN, 0)
