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
from features.peer_quantiles import peer_quantiles
from features.rule_quantities import names
from features.version import version
from models.fitting.params import TrainParams
from models.fitting.refit import Refit, refit
from models.fitting.stage_model import StageModel
from pipelines import seeds
from pipelines.files import read_json, write_json
from pipelines.loans import blanked_rows, part_table
from pipelines.params import section
from policy.errors import MendableError
from policy.segments import SIZE_CLASSES
from reports.sections.refits import summary_lines
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
    known = small_run / "features" / "features.parquet"
    unknown = dict.fromkeys(names(), np.nan) | {"product": pd.Series(None, index=range(len(split)), dtype="str")}
    pd.read_parquet(known).assign(**unknown).to_parquet(known, index=False)
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
    peers = peer_quantiles(table, ["loan_amount", "staff_count"])
    peers.to_parquet(small_run / "features" / "peer_quantiles.parquet", index=False)
    told = reasons(contributions(table, models), table, peers)
    for stage, model in models.items():
        replace(model, facts={**model.facts, "catalogue": version()}).save(small_run / "models" / stage)
    told.to_parquet(small_run / "explanations" / "reasons.parquet", index=False)
    return small_run, models, table


def measured(run: Path) -> Path:
    told = run / "explanations" / "reasons.parquet"
    seeds.main(
        "sba",
        run / "features",
        run / "split",
        run / "acceptance",
        run / "models",
        told,
        run / "thresholds",
        run / "seeds",
    )
    return run / "seeds"


def test_the_run_beside_its_own_models_has_no_spread(
    finished: tuple[Path, dict[str, StageModel], pd.DataFrame],
) -> None:
    run, models, table = finished
    known = seeds.opened(
        run / "features", run / "acceptance", run / "explanations" / "reasons.parquet", run / "thresholds"
    )
    for figures in seeds.compared(known, table, models).values():
        assert figures["applications"] > 0
        assert figures["pd_change_p95"] == pytest.approx(0, abs=1e-7)
        assert (figures["decisions_changed"], figures["reasons_kept"]) == (0.0, 1.0)


def test_every_refit_has_figures_of_every_stage_and_a_line(
    finished: tuple[Path, dict[str, StageModel], pd.DataFrame],
) -> None:
    run, _, table = finished
    found = read_json(measured(run) / "seeds.json")
    assert [refit["kind"] for refit in found["refits"]] == ["seed", "names", "left_out"]
    for refit_ in found["refits"]:
        groups = refit_["groups"]
        assert groups["total"]["applications"] == len(table)
        assert sum(groups[name]["applications"] for name in groups if name != "total") == len(table)
    seed, _, fewer = (refit_["groups"]["total"] for refit_ in found["refits"])
    assert (seed["pd_change_p95"], seed["reasons_kept"]) == (0.0, 1.0)
    total = fewer
    assert 0 < total["pd_change_median"] < total["pd_change_p95"]
    assert 0 < total["reasons_kept"] <= 1
    for stage, against in found["interventional"].items():
        assert against["applications"] == min(300, (table["stage"] == stage).sum())
        assert against["background"] == 100
        assert 0 < against["reasons_kept"] <= 1
    assert summary_lines(found)[0].startswith("Fitted again, seed 19: change of PD ")


def test_a_refit_that_would_be_the_run_itself_is_refused(small_run: Path) -> None:
    params = section("train", TrainParams, "sba")
    for asked in (
        seeds.SeedsParams([params.seed], [], []),
        seeds.SeedsParams([], [""], []),
        seeds.SeedsParams([], [], []),
    ):
        with pytest.raises(MendableError, match="seeds: wanted at least one seed other than 7"):
            seeds.variants(asked, params)


@pytest.mark.parametrize("share", [0, 1, 1.5])
def test_a_share_left_out_that_is_none_is_refused(share: float, loan_book: pd.DataFrame) -> None:
    with pytest.raises(MendableError, match="seeds: wanted shares left out above 0 and below 1"):
        seeds.without(Refit(loan_book, loan_book), share)


def test_a_share_of_the_enterprises_is_left_out_with_all_their_loans(loan_book: pd.DataFrame) -> None:
    fewer = seeds.without(Refit(loan_book, loan_book, loan_book), 0.2)
    before, after = loan_book["enterprise_id"].nunique(), fewer.development["enterprise_id"].nunique()
    assert after / before == pytest.approx(0.8, abs=0.05)
    gone = set(loan_book["enterprise_id"]) - set(fewer.development["enterprise_id"])
    assert len(fewer.development) == (~loan_book["enterprise_id"].isin(gone)).sum()
    assert fewer.blanked is not None
    assert fewer.blanked["application_id"].tolist() == fewer.development["application_id"].tolist()
    assert len(fewer.calibration) == len(loan_book)
