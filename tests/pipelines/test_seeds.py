from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from decisions.certificate import Certificate
from decisions.decide import decide
from decisions.procedure import Issued, procedure
from decisions.rules import read_rules
from explanations.contributions import contributions
from explanations.reasons import reasons
from models.fitting.params import TrainParams
from models.fitting.refit import Refit, refit
from models.fitting.stage_model import StageModel
from pipelines import seeds, study
from pipelines.files import read_json, write_json
from pipelines.loans import blanked_rows, part_table
from pipelines.params import section
from policy.errors import MendableError
from policy.segments import SIZE_CLASSES
from scoring.score import scores

CUT_OFF = 0.08
CERTIFICATES = {name: Certificate(name, True, CUT_OFF, 0.1, 0.1, "certified") for name in SIZE_CLASSES}
DAY = date(2024, 12, 31)
NOT_CHECKED = tuple(rule.code for rule in read_rules(DAY) if rule.code != "out_of_accepted_region")
"""The small book has no quantity of a rule but the accepted region."""
PROCEDURE = replace(procedure("life_of_loan", DAY, NOT_CHECKED), issued=(Issued(date(1901, 1, 1), CERTIFICATES),))


@pytest.fixture
def finished(small_run: Path) -> tuple[Path, dict[str, StageModel], pd.DataFrame]:
    """The run with its last loans out-of-time, decided and explained by models that the step can fit again."""
    path = small_run / "split" / "split.parquet"
    split = pd.read_parquet(path)
    later = np.arange(len(split)) >= 1700
    split.assign(part=split["part"].mask(later, "out_of_time")).to_parquet(path, index=False)
    params = section("train", TrainParams, "sba")
    folders = small_run / "features", small_run / "split"
    parts = {part: part_table(*folders, part) for part in ("development", "calibration", "out_of_time")}
    tables = Refit(parts["development"], parts["calibration"], blanked_rows(folders[0], parts["development"]))
    models, table = refit(tables, params), parts["out_of_time"]
    pds = scores(table, models)["pd"]
    decided = decide(table.assign(pd=pds, in_accepted_region=1.0), PROCEDURE).rows
    rows = pd.concat([table[["application_id", "stage", "size_class"]], decided], axis=1).assign(pd=pds, data_gap="")
    for name in ("acceptance", "explanations", "thresholds"):
        (small_run / name).mkdir()
    rows.iloc[::-1].to_parquet(small_run / "thresholds" / "decisions.parquet", index=False)
    write_json({"procedure": PROCEDURE.facts()}, small_run / "thresholds" / "thresholds.json")
    region = table[["application_id"]].assign(propensity=0.9, in_accepted_region=True)
    region.to_parquet(small_run / "acceptance" / "propensity.parquet", index=False)
    told = reasons(contributions(table, models), table, 4)
    told.to_parquet(small_run / "explanations" / "reasons.parquet", index=False)
    return small_run, models, table


def measured(run: Path) -> Path:
    told = run / "explanations" / "reasons.parquet"
    seeds.main("sba", run / "features", run / "split", run / "acceptance", told, run / "thresholds", run / "seeds")
    return run / "seeds"


def test_the_run_beside_its_own_models_has_no_spread(
    finished: tuple[Path, dict[str, StageModel], pd.DataFrame],
) -> None:
    run, models, table = finished
    known = seeds.opened(run / "acceptance", run / "explanations" / "reasons.parquet", run / "thresholds")
    for figures in seeds.compared(known, table, models).values():
        assert figures["applications"] > 0
        assert figures["pd_change_p95"] == pytest.approx(0, abs=1e-7)
        assert (figures["decisions_changed"], figures["reasons_kept"]) == (0.0, 1.0)


def test_every_refit_has_figures_of_every_stage_and_a_page_and_lines(
    finished: tuple[Path, dict[str, StageModel], pd.DataFrame],
) -> None:
    run, _, table = finished
    found = read_json(measured(run) / "seeds.json")
    assert [refit["kind"] for refit in found["refits"]] == ["seed", "names"]
    for refit_ in found["refits"]:
        groups = refit_["groups"]
        assert groups["total"]["applications"] == len(table)
        assert sum(groups[name]["applications"] for name in groups if name != "total") == len(table)
    total = found["refits"][0]["groups"]["total"]
    assert 0 < total["pd_change_median"] < total["pd_change_p95"]
    assert 0 < total["reasons_kept"] <= 1
    study.main("sba", run / "seeds", run / "study")
    page = (run / "study" / "index.html").read_text(encoding="utf8")
    assert "other folds" in page
    assert "其他分折" in page
    lines = read_json(run / "study" / "summary.json")["refits"]
    assert lines[0].startswith("Fitted again, seed 19: change of PD ")


def test_a_refit_that_would_be_the_run_itself_is_refused(small_run: Path) -> None:
    params = section("train", TrainParams, "sba")
    for asked in (seeds.SeedsParams([params.seed], []), seeds.SeedsParams([], [""]), seeds.SeedsParams([], [])):
        with pytest.raises(MendableError, match="seeds: wanted at least one seed other than 7"):
            seeds.variants(asked, params)


def test_the_averaged_boosters_of_a_refit_share_no_seed_with_those_of_the_run(small_run: Path) -> None:
    params = replace(section("train", TrainParams, "sba"), seeds=2)
    with pytest.raises(MendableError, match="1007 is one that it averages"):
        seeds.variants(seeds.SeedsParams([1007], []), params)
