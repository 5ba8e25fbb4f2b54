"""Ingest: what a source leaves out is told, and comes with the tables as far as the quality report."""

import json
from pathlib import Path

import pandas as pd
import pytest

from pipelines import ingest
from pipelines.files import left_out_by_source
from pipelines.validate import check
from schemas.checks import checks
from sources.registry import Source

DAY = pd.Timestamp("2024-06-30")


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Source:
    """Two applications, and three that the source left out."""
    ids = pd.Series(["E1", "E2"], dtype="str")
    applications = pd.DataFrame(
        {"application_id": ["A1", "A2"], "enterprise_id": ids, "as_of": DAY, "amount": 1e6, "exposure": 1e6}
    )
    found = Source({"enterprises": ids.to_frame("enterprise_id"), "applications": applications}, {}, {"other": 3})
    monkeypatch.setattr(ingest, "source_data", lambda *_: found)
    return found


def test_what_the_source_left_out_is_told_and_counted(source: Source, tmp_path: Path, capsys: pytest.CaptureFixture):
    ingest.main("sba", Path("none"), tmp_path / "tables", tmp_path / "truth")
    assert capsys.readouterr().out == ("sba: applications in 5 = given on 2 + left out by the source 3 (other: 3)\n")
    check(tmp_path / "tables", tmp_path / "valid", DAY, checks())
    quality = json.loads((tmp_path / "valid" / "quality.json").read_text(encoding="utf8"))
    assert quality["left_out_by_source"] == {"other": 3}


def test_tables_of_a_source_that_leaves_nothing_out_say_nothing(tmp_path: Path):
    assert left_out_by_source(tmp_path) == {}
