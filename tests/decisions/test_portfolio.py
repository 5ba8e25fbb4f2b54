from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from decisions.certificate import Certificate
from decisions.objectives import read_economics
from decisions.portfolio import Plan, certify_classes, evidence, groups, steps
from decisions.sensitivity import line_sensitivity
from decisions.stock_flow import read_stock_flow
from decisions.tolerance import Tolerance, tolerances
from policy.segments import STAGES

DAY = date(2025, 12, 31)
LIMITS: Mapping[str, Tolerance] = tolerances(0.015, DAY)
PLAN = Plan(
    delta=0.1,
    design="inclusion",
    grid=60,
    start_stress=0.0,
    objective="volume",
    together=(("micro", "small"),),
    stock_flow=read_stock_flow("simulated_bank", DAY),
    economics=read_economics("twelve_months", DAY),
    years=1,
)


@pytest.fixture(scope="module")
def scored() -> pd.DataFrame:
    """Certification loans of four classes; defaults as the PDs say."""
    random, loans = np.random.default_rng(11), 4000
    pd_ = np.round(1 / (1 + np.exp(-random.normal(-3.3, 1.0, loans))), 8)
    return pd.DataFrame(
        {
            "part": "certification",
            "stage": random.choice(np.array(STAGES), loans),
            "size_class": random.choice(np.array(["micro", "small", "medium", "large"]), loans, p=[0.1, 0.6, 0.2, 0.1]),
            "pd": pd_,
            "exposure": np.round(np.exp(random.normal(14, 1, loans))),
            "weight": 1.0,
            "defaulted": (random.random(loans) < pd_).astype(float),
            "decidable": True,
        }
    )


def certified(scored: pd.DataFrame, **changes: object) -> dict[str, Certificate]:
    return certify_classes(scored, LIMITS, replace(PLAN, **changes)).by_class  # type: ignore[arg-type]


def test_classes_of_equal_tolerance_have_one_certificate(scored: pd.DataFrame) -> None:
    found = certified(scored)
    micro, small = found["micro"], found["small"]
    assert micro.classes == small.classes == ("micro", "small")
    assert replace(micro, size_class="small") == small
    alone = certified(scored, together=())
    assert alone["micro"].classes == ("micro",)
    assert alone["micro"].loans < micro.loans


def test_classes_of_different_tolerance_are_certified_apart() -> None:
    apart = {**LIMITS, "micro": replace(LIMITS["micro"], value=0.044)}
    assert groups(apart, (("micro", "small"),)) == [("micro",), ("small",), ("medium",), ("large",)]
    assert groups(LIMITS, (("small", "micro"),)) == [("micro", "small"), ("medium",), ("large",)]


def test_what_is_tested_is_the_flow_less_the_margin(scored: pd.DataFrame) -> None:
    small = certified(scored)["small"]
    level = steps(LIMITS, PLAN)["small"]
    assert (small.tolerance, small.flow, small.tested) == (level.npl, level.flow, level.tested)
    assert small.certified
    assert small.upper_bound is not None
    assert small.tested is not None
    assert small.upper_bound <= small.tested
    without = certified(scored, stock_flow=replace(PLAN.stock_flow, rho=0.0))["small"]
    assert without.lines == small.lines_without_margin
    assert small.without_margin().cut_off == without.cut_off
    assert without.cut_off is not None
    assert small.cut_off is not None
    assert without.cut_off > small.cut_off


def test_volume_has_one_line_and_profit_one_a_stage_within_break_even(scored: pd.DataFrame) -> None:
    volume, profit = certified(scored)["small"], certified(scored, objective="profit")["small"]
    assert set(volume.lines.values()) == {volume.cut_off}
    assert len(set(profit.lines.values())) == 3
    for stage in STAGES:
        assert profit.lines[stage] <= PLAN.economics.break_even(stage)
    assert profit.cut_off == max(profit.lines.values())


def test_the_evidence_by_stage_adds_up_to_the_certificate(scored: pd.DataFrame) -> None:
    for objective in ("volume", "profit"):
        found = certified(scored, objective=objective)
        rows = pd.DataFrame(evidence(scored, found, PLAN.economics))
        mine = rows[rows["size_class"].isin(("micro", "small"))]
        assert mine["loans"].sum() == found["small"].loans
        assert mine["defaults"].sum() == found["small"].defaults
        ratio = (mine["observed_ratio"] * mine["approved_amount"]).sum() / mine["approved_amount"].sum()
        assert ratio == pytest.approx(found["small"].observed_ratio, rel=1e-6)


def test_shares_are_those_of_all_that_could_be_approved(scored: pd.DataFrame) -> None:
    for objective in ("volume", "profit"):
        small = certified(scored, objective=objective)["small"]
        known = scored[scored["size_class"].isin(("micro", "small"))]
        kept = known["pd"] <= known["stage"].map(dict(small.lines))
        share = known.loc[kept, "exposure"].sum() / known["exposure"].sum()
        assert small.approved_share_exposure == pytest.approx(share, rel=1e-6)
        assert small.approved_share_loans == pytest.approx(kept.mean(), rel=1e-6)


def test_profit_earns_more_and_approves_less(scored: pd.DataFrame) -> None:
    totals = {}
    for objective in ("volume", "profit"):
        rows = pd.DataFrame(evidence(scored, certified(scored, objective=objective), PLAN.economics))
        totals[objective] = (rows["approved_amount"].sum(), (rows["approved_amount"] * rows["expected_profit"]).sum())
    assert totals["profit"][0] < totals["volume"][0]
    assert totals["profit"][1] > totals["volume"][1]


def test_the_line_falls_with_the_correlation_and_with_the_stay(scored: pd.DataFrame) -> None:
    found = pd.DataFrame(line_sensitivity(scored, LIMITS, PLAN))
    small = found[found["size_class"] == "small"]
    assert len(small) == 25  # rho and stay of the policy are among those tried
    for _, rows in small.groupby("resolution_years"):
        assert rows.sort_values("rho")["cut_off"].fillna(0).is_monotonic_decreasing
    for _, rows in small.groupby("rho"):
        assert rows.sort_values("resolution_years")["tested"].is_monotonic_decreasing
    mine = small[
        (small["rho"] == PLAN.stock_flow.rho) & (small["resolution_years"] == PLAN.stock_flow.resolution_years)
    ]
    assert mine["cut_off"].tolist() == [certified(scored)["small"].cut_off]


def test_a_class_without_a_certificate_says_how_many_loans_it_would_take(scored: pd.DataFrame) -> None:
    few = scored[(scored["size_class"] != "large") | (scored.groupby("size_class").cumcount() < 20)]
    large = certified(few)["large"]
    assert large.reason == "too_few_loans"
    tested = steps(LIMITS, PLAN)["large"].tested
    assert large.wanted_loans == int(np.ceil(np.log(0.1) / np.log1p(-tested)))
    assert certified(scored)["small"].wanted_loans is None
    bad = scored.assign(defaulted=(np.arange(len(scored)) % 3 == 0).astype(float))
    assert certified(bad)["small"].wanted_loans is None


def test_a_smaller_share_of_delta_never_certifies_more(scored: pd.DataFrame) -> None:
    one, three = certified(scored)["small"], certified(scored, delta=0.1 / 3)["small"]
    assert (three.cut_off or 0) <= (one.cut_off or 0)
