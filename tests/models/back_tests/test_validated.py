"""All tests of a run: silent on true PDs, loud on each planted fault, and on nothing else."""

import json
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from models.back_tests.headline import headline_of
from models.back_tests.limits import days_to_mend, fewest, limits, quarter_penalty
from models.back_tests.records import REASONS, TESTS, VERDICTS
from models.back_tests.slices import DIMENSIONS, OWNERSHIP, amount_edges, with_groups
from models.back_tests.validated import Finished, Policy, validated
from tests.models.back_tests.runs import finished

DAY = date(2025, 12, 31)
POLICY = Policy(limits(DAY), fewest(DAY), quarter_penalty(DAY), days_to_mend(DAY))


def validation_of(run: Finished) -> dict[str, Any]:
    return validated(run, POLICY, DAY, 10, 10)


def found(validation: dict[str, Any]) -> dict[str, str]:
    return {each["id"]: each["severity"] for each in validation["findings"]}


@pytest.fixture(scope="module")
def true_run() -> dict[str, Any]:
    return validation_of(finished())


def test_true_pds_give_hardly_a_finding(true_run: dict[str, Any]) -> None:
    """Holm holds each test and dimension to 5 %, so that a true model has a false finding now and then."""
    assert len(true_run["findings"]) <= 2
    assert not {each["id"] for each in true_run["findings"]} & {"level/total/total", "slope/total/total"}


def test_pds_that_are_too_high_are_found_as_those_that_are_too_low() -> None:
    for factor, above in ((1.6, True), (0.6, False)):
        validation = validation_of(finished(factor=factor))
        ids = found(validation)
        assert "level/total/total" in ids
        assert {"level/stage/growth", "level/stage/mature", "level/stage/startup"} <= set(ids)
        assert (validation["groups"]["total"]["total"]["level"] > 1) is above
        # A level that is wrong for all loans is told once, and not of every group.
        assert not [name for name in ids if name.startswith("level_beside/")]


def test_one_stage_that_is_wrong_is_named() -> None:
    ids = found(validation_of(finished(stage_factor=2.0)))
    assert "level/stage/startup" in ids
    assert not {"level/stage/growth", "level/stage/mature"} & set(ids)


def test_a_year_that_would_explain_a_gap_lowers_the_severity_by_one_class() -> None:
    record = next(
        each
        for each in validation_of(finished(stage_factor=1.45))["tests"]
        if (each["test"], each["group"]) == ("level", "startup")
    )
    assert record["verdict"] == "exceeded"
    assert record["p_correlated"] > 0.05
    assert record["severity"] == ("low" if record["p_holm"] >= 0.001 else "medium")


def test_a_slope_that_is_too_steep_is_found() -> None:
    assert "slope/total/total" in found(validation_of(finished(slope=1.5)))


def test_every_test_of_the_catalogue_is_made_and_said_in_full(true_run: dict[str, Any]) -> None:
    made = {record["test"] for record in true_run["tests"]}
    later = {"monotonicity", "grades_moved"}  # the completed report makes these
    assert made == set(TESTS) - later
    for record in true_run["tests"]:
        assert record["verdict"] in VERDICTS
        assert record["why"] is None or record["why"] in REASONS
        assert (record["verdict"] == "no_verdict") == (record["why"] is not None)
        assert record["source"]
        assert record["null"]


def test_p_values_are_adjusted_within_a_test_and_a_dimension(true_run: dict[str, Any]) -> None:
    stages = [record for record in true_run["tests"] if (record["test"], record["dimension"]) == ("level", "stage")]
    assert len(stages) == 3
    smallest = min(stages, key=lambda record: record["p_value"])
    assert smallest["p_holm"] == pytest.approx(min(1.0, 3 * smallest["p_value"]))


def test_every_dimension_has_its_groups_and_they_add_up(true_run: dict[str, Any]) -> None:
    assert tuple(true_run["groups"]) == DIMENSIONS
    later = true_run["samples"]["out_of_time"]
    for dimension in set(DIMENSIONS) - {"year"}:
        groups = true_run["groups"][dimension].values()
        assert sum(group["loans"] for group in groups) == later["loans"]
        assert sum(group["defaults"] for group in groups) == later["defaults"]
    assert set(true_run["groups"]["year"]) == {"2022", "2023", "2024"}
    assert set(true_run["groups"]["first_loan"]) == {"first", "not_first", "unknown"}


def test_the_scale_is_counted_and_ordered(true_run: dict[str, Any]) -> None:
    scale = true_run["grades"]["scale"]
    assert sum(row["loans"] for row in scale) == true_run["samples"]["out_of_time"]["loans"]
    assert sum(row["share"] for row in scale) == pytest.approx(1)
    rates = [row["default_rate"] for row in scale if row["loans"] > 200]
    assert rates == sorted(rates)
    assert true_run["migration"]["pairs"] > 1000
    assert np.array(true_run["migration"]["matrix"]).sum() == true_run["migration"]["pairs"]


def test_grades_that_are_swapped_are_found() -> None:
    run = finished()
    swapped = run.table.assign(grade=run.table["grade"].replace({"G3": "G6", "G6": "G3"}))
    ids = found(validation_of(Finished(**{**vars(run), "table": swapped})))
    assert "grade_order/grade/G4" in ids or "grade_order/grade/G7" in ids
    assert "level/grade/G3" not in ids  # each grade's own PDs are still true


def test_a_group_that_is_never_approved_is_told_and_a_small_one_has_no_verdict() -> None:
    run = finished()
    mine = set(run.table.loc[run.table["region"] == "11", "application_id"].iloc[::2])
    ids = found(validation_of(Finished(**{**vars(run), "approved": run.approved - mine})))
    assert "approved_ratio/region/11" in ids


def test_few_defaults_give_a_reason_and_no_figure() -> None:
    run = finished()
    few = (run.table["part"] != "out_of_time") | (run.table["stage"] != "mature") | (run.table.index % 40 == 0)
    validation = validation_of(Finished(**{**vars(run), "table": run.table[few], "features": run.features[few]}))
    group = validation["groups"]["stage"]["mature"]
    assert (group["auc"], group["cox_slope"], group["absent"]) == (None, None, "few_defaults")
    assert group["default_rate_high"] > group["default_rate"]
    assert "auc_mature" not in " ".join(headline_of(validation))


@pytest.mark.parametrize("loans", [1, 60])
def test_a_run_with_hardly_a_loan_says_so_and_does_not_fail(loans: int) -> None:
    run = finished()
    part = run.table["part"]
    few = (part == "development") | (run.table.groupby("part").cumcount() < loans)
    one = run.table["defaulted"].where((part == "development") | (run.table.index % 31 == 0), 0.0)
    table = run.table.assign(defaulted=one)[few]
    validation = validation_of(Finished(**{**vars(run), "table": table, "features": run.features[few]}))
    later = [record for record in validation["tests"] if record["test"] in ("level", "slope", "auc_least", "binomial")]
    assert {record["verdict"] for record in later} <= {"no_verdict", "met"}
    assert validation["migration"]["matrix"] is None
    assert json.loads(json.dumps(validation))["samples"]["out_of_time"]["loans"] == loans


def test_a_loan_without_an_amount_is_in_no_band() -> None:
    run = finished()
    facts = pd.DataFrame({"application_id": run.table["application_id"], "province": None, "industry": None}).assign(
        is_first_loan=np.nan, is_state_owned=np.nan
    )
    bare = run.table.drop(columns=[*DIMENSIONS, OWNERSHIP], errors="ignore").assign(
        stage=run.table["stage"], size_class=run.table["size_class"]
    )
    bare.loc[bare.index[::2], "exposure"] = np.nan
    cut = with_groups(bare, facts.astype({"province": "str", "industry": "str"}), amount_edges(bare))
    assert (cut["amount_band"] == "unknown").sum() == len(cut.index[::2])
    assert (cut["region"] == "unknown").all()


def test_a_source_without_refused_applicants_and_approvals_says_so() -> None:
    run = finished()
    bare = Finished(**{**vars(run), "refused": run.refused.iloc[:0], "approved": frozenset()})
    validation = validation_of(bare)
    assert validation["representativeness"]["refused"]["absent"] == "one_sample"
    ratios = [record for record in validation["tests"] if record["test"] == "approved_ratio"]
    assert {record["why"] for record in ratios} == {"not_known"}


def test_refused_applicants_stand_beside_the_population_of_the_accepted() -> None:
    run = finished()
    risky = run.table["pd"] > 0.1
    drawn = run.table.assign(weight=np.where(risky, 1.0, 5.0))
    later = drawn[drawn["part"] == "out_of_time"]
    told = validation_of(Finished(**{**vars(run), "table": drawn}))["representativeness"]["refused"]
    assert told["mean_pd_accepted"] == pytest.approx((later["pd"] * later["weight"]).sum() / later["weight"].sum())
    alike = Finished(**{**vars(run), "refused": later.loc[risky, ["pd", "stage", "size_class"]]})
    plain = validation_of(alike)["representativeness"]["refused"]
    weighted = validation_of(Finished(**{**vars(alike), "table": drawn}))["representativeness"]["refused"]
    assert weighted["psi_pd"] < plain["psi_pd"]  # the same refused are a smaller part of a larger population


def test_the_auc_of_every_group_has_its_change_and_a_lost_order_is_found_by_size_class_and_year() -> None:
    run = finished()
    late = run.table["part"] == "out_of_time"
    lost = late & (run.table["size_class"] == "small")
    turned = run.table["pd"].where(~lost, run.table["pd"].sample(frac=1, random_state=3).to_numpy())
    validation = validation_of(Finished(**{**vars(run), "table": run.table.assign(pd=turned)}))
    told = {(e["dimension"], e["group"]): e for e in validation["tests"] if e["test"] == "auc_change"}
    assert {dimension for dimension, _ in told} == set(DIMENSIONS)
    assert told["size_class", "small"]["verdict"] == "exceeded"
    assert told["size_class", "micro"]["verdict"] == "met"
    assert told["region", "11"]["value"] < 0
    assert told["region", "11"]["why"] == "informs"
    year = told["year", "2023"]
    of = run.table["part"] == "calibration"
    assert year["before"] == pytest.approx(roc_auc_score(run.table.loc[of, "defaulted"], run.table.loc[of, "pd"]))
    assert {"auc_least/size_class/small", "auc_change/size_class/small"} <= set(found(validation))


def test_a_feature_that_moved_and_one_that_went_missing_are_found() -> None:
    run = finished()
    later = (run.table["part"] == "out_of_time").to_numpy()
    moved = run.features.assign(
        staff_count=run.features["staff_count"] + 2.0 * later, leverage=np.where(later, np.nan, 0.5)
    )
    ids = found(validation_of(Finished(**{**vars(run), "features": moved})))
    assert ids["psi_feature/feature/staff_count"] == "low"
    assert ids["missing_rate/feature/leverage"] == "medium"


def test_the_headline_is_flat_and_json(true_run: dict[str, Any]) -> None:
    headline = headline_of(json.loads(json.dumps(true_run)))
    assert 10 < len(headline) < 30
    assert all(name.startswith("validation_") and isinstance(value, float) for name, value in headline.items())
    assert headline["validation_auc"] == pytest.approx(true_run["groups"]["total"]["total"]["auc"])
    assert headline["validation_findings_high"] == 0
