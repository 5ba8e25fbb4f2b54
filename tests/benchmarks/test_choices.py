import json
from pathlib import Path

import pandas as pd
import pytest

from benchmarks import choices
from features.catalogue import CATALOGUE
from tests.parameters import SMALL


@pytest.fixture
def small(loan_book: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    table = loan_book.reindex(columns=[*loan_book.columns, *(f.name for f in CATALOGUE if f.name not in loan_book)])
    monkeypatch.setattr(choices, "part_table", lambda *_: table)
    monkeypatch.setattr(choices, "blanked_rows", lambda _, rows: rows)
    monkeypatch.setattr(choices, "section", lambda *_: SMALL)
    monkeypatch.setattr(choices, "_truth", lambda source, later: later["pd_true"].to_numpy())


def test_every_way_is_tested_on_the_loans_after_the_day_alone(small: None, loan_book: pd.DataFrame) -> None:
    found = choices.measured("sba", "2018-06-01", 1)
    assert found["way"].nunique() == len(choices.WAYS)
    later = loan_book[(loan_book["as_of"] >= "2018-06-01") & (loan_book["as_of"] < "2019-06-01")]
    defaults = later.groupby("stage")["defaulted"].sum()
    for stage, rows in found.groupby("stage"):
        assert (rows["defaults"] == defaults[stage]).all()
    # two features make the truth, and every way finds them
    assert found["auc_true"].between(0.7, 0.9).all()
    assert found.groupby("stage")["auc"].nunique().min() > 1


def test_means_stand_beside_the_shipped_way() -> None:
    rows = [("a", "x", choices.SHIPPED, 0.70, 0.20), ("a", "x", "other", 0.80, 0.21)]
    rows += [("a", "y", choices.SHIPPED, 0.60, 0.10), ("a", "y", "other", 0.60, 0.12)]
    table = pd.DataFrame(rows, columns=["source", "stage", "way", "auc", "log_loss"]).assign(day="d", auc_true=None)
    means = choices.summary(table).set_index(["source", "way"])
    # 5 % and 20 % more log-loss
    assert means.loc[("a", "other"), "log_loss_beside"] == pytest.approx(0.125)
    assert means.loc[("all", choices.SHIPPED), "log_loss_beside"] == 0.0
    assert means.loc[("a", "other"), "auc"] == pytest.approx(0.7)
    assert "+12.50%" in choices.text(means.reset_index())


def test_the_table_ends_with_a_line_of_its_figures(
    small: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "data" / "sba" / "split").mkdir(parents=True)
    (tmp_path / "data" / "sba" / "split" / "split.parquet").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(choices, "DAYS", {"sba": (("2018-06-01", 1),), "us_firms": ()})
    assert choices.main(["--source", "sba"]) == 0
    *shown, last = capsys.readouterr().out.splitlines()
    assert {row["way"] for row in json.loads(last)["means"]} == set(choices.WAYS)
    assert any("as shipped" in line and "+0.00%" in line for line in shown)
    assert choices.main(["--source", "us_firms"]) == 1
    assert "wanted the step split of us_firms" in capsys.readouterr().err
