import json
from pathlib import Path

import pandas as pd
import pytest

from benchmarks import retrain
from features.catalogue import CATALOGUE
from tests.parameters import SMALL


@pytest.fixture
def small(loan_book: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    known = loan_book.assign(leverage=loan_book["loan_amount"])
    table = known.reindex(columns=[*known.columns, *(f.name for f in CATALOGUE if f.name not in known)])
    parts = {"development": table.iloc[:1500], "calibration": table.iloc[1500:].reset_index(drop=True)}
    monkeypatch.setattr(retrain, "_table", lambda source, part: parts[part])
    monkeypatch.setattr(retrain, "blanked_rows", lambda _, rows: rows)
    monkeypatch.setattr(retrain, "section", lambda *_: SMALL)
    (tmp_path / "there").touch()
    monkeypatch.setattr(retrain, "_features", lambda source: tmp_path / ("there" if source == "sba" else "absent"))


def test_a_retrain_is_timed_beside_every_fit_it_contains(small: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert retrain.main(["--source", "sba"]) == 0
    *shown, last = capsys.readouterr().out.splitlines()
    found = json.loads(last)["sources"]["sba"]
    # the pooled model and three stages, at most two kinds of trees each: four folds, all loans
    assert found["boosters"] % (4 + 1) == 0
    assert 4 <= found["boosters"] / (4 + 1) <= 4 * 2
    assert found["retrain_cpu_seconds"] > 0
    assert found["loans"] == 1500
    assert found["ratio"] == pytest.approx(found["retrain_seconds"] / found["plain_seconds"])
    assert "retrain, s" in shown[0]


def test_a_source_without_a_feature_table_is_named(small: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert retrain.main(["--source", "us_firms"]) == 1
    assert "wanted the feature table of a source; there is none at" in capsys.readouterr().err
