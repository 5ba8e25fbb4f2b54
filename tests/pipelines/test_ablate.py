from pathlib import Path

import pytest

from pipelines import ablate, pool
from pipelines.commands.models import ablate_source
from pipelines.files import read_json


@pytest.fixture
def pooled(small_run: Path) -> Path:
    pool.main("sba", small_run / "features", small_run / "split", small_run / "pool")
    return small_run


def test_the_step_writes_the_effects_of_every_group_with_its_parameters(pooled: Path) -> None:
    ablate.main("sba", pooled / "features", pooled / "split", pooled / "pool", pooled / "ablation")
    found = read_json(pooled / "ablation" / "ablation.json")
    trees = read_json(pooled / "pool" / "pool.json")["members"]["interacting"]["trees"]
    assert found["trees"] == max(1, round(trees * 0.1 / found["learning_rate"]))
    assert found["features"] == {"finance": 2, "financing": 1, "firm": 1}
    assert set(found["groups"]) == {"startup", "growth", "mature", "total"}
    assert found["groups"]["total"]["loans"] == 1500
    assert set(found["groups"]["total"]["added"]) == {"finance", "financing", "firm"}
    assert set(found["tolerances"]) == {"micro", "small", "medium", "large"}


def test_the_command_shows_the_effects_and_writes_them_on_request(
    pooled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ablate_source("sba", 2, tmp_path / "found.json")
    assert read_json(tmp_path / "found.json")["folds"] == 2
    shown = capsys.readouterr().out
    assert "total: 1500 loans" in shown
    assert "finance" in shown


@pytest.mark.pipeline
def test_a_study_tells_what_the_domains_beyond_finance_add(simulated_study: Path) -> None:
    found = read_json(simulated_study / "data" / "simulated" / "ablation" / "ablation.json")
    assert found["groups"]["total"]["added"]["beyond_finance"]["auc"]["low"] > 0
