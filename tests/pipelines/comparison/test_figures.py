"""Figures of two models on the same loans, against sklearn, hand-worked counts and themselves."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from pipelines.comparison.decisions import approved, changed, reasons_overlap
from pipelines.comparison.figures import level_p, measured, moved


@pytest.fixture(scope="module")
def loans() -> pd.DataFrame:
    """2,000 loans with true PDs and their outcomes."""
    draw = np.random.default_rng(3)
    true = 1 / (1 + np.exp(3 - 1.5 * draw.normal(size=2000)))
    return pd.DataFrame(
        {
            "stage": draw.choice(["growth", "startup"], 2000),
            "defaulted": (draw.random(2000) < true).astype(float),
            "weight": 1.0,
            "exposure": draw.integers(1, 10, 2000) * 1e6,
            "true": true,
        }
    )


def test_differences_are_second_less_first(loans: pd.DataFrame) -> None:
    noise = np.exp(np.random.default_rng(4).normal(size=len(loans)))
    worse = pd.Series(np.clip(loans["true"] * noise, 1e-4, 0.9), index=loans.index)
    found = measured(loans, loans["true"], worse, 0.02)
    assert list(found) == ["startup", "growth", "total"]
    total = found["total"]
    y = loans["defaulted"]
    assert total["auc_change"] == pytest.approx(roc_auc_score(y, worse) - roc_auc_score(y, loans["true"]))
    assert total["log_loss_change"] == pytest.approx(log_loss(y, worse) - log_loss(y, loans["true"]))
    assert total["auc_change_high"] < 0 < total["log_loss_change_low"]
    assert total["second"]["cox_slope"] < total["first"]["cox_slope"]
    stages = loans["stage"].value_counts()
    assert {name: found[name]["loans"] for name in ("growth", "startup")} == stages.to_dict()


def test_a_model_beside_itself_differs_in_nothing(loans: pd.DataFrame) -> None:
    found = measured(loans, loans["true"], loans["true"], 0.02)
    for figures in found.values():
        assert figures["first"] == figures["second"]
        assert figures["auc_change"] == figures["log_loss_change"] == figures["auc_change_error"] == 0
    same = pd.DataFrame({"pd": loans["true"], "grade": "G1"})
    for each in moved(loans["stage"], same, same).values():
        assert (each["median_change"], each["other_grade"]) == (0, 0)
        assert each["rank_correlation"] == pytest.approx(1)


def test_a_level_is_tested_on_both_sides_and_a_common_factor_forgives_more() -> None:
    bad = np.repeat([1.0, 0.0], [44, 956])
    for mean in (0.068, 0.028):
        alone, together = (level_p(bad, mean, np.ones(1000), rho) for rho in (0.0, 0.05))
        assert alone < 0.01 < together
    assert level_p(bad, 0.044, np.ones(1000), 0.0) == 1.0
    assert level_p(np.zeros(10), 0.01, np.ones(10), 0.0) == 1.0
    assert level_p(np.ones(10), 0.01, np.ones(10), 0.0) < 1e-15


def test_the_two_sided_level_is_that_of_the_binomial_where_defaults_are_independent() -> None:
    # 1 default of 10 at a PD of 0.5: twice (1 + 10) / 1024.
    assert level_p(np.repeat([1.0, 0.0], [1, 9]), 0.5, np.ones(10), 0.0) == pytest.approx(22 / 1024)


def test_decisions_and_amounts_add_up(loans: pd.DataFrame) -> None:
    names = pd.Series(np.where(loans["true"] < 0.05, "approve", "refer"), index=loans.index)
    others = pd.Series(np.where(loans["true"] < 0.03, "approve", "decline"), index=loans.index)
    cells = changed(loans, names, others)
    assert sum(cell["loans"] for cell in cells) == len(loans)
    assert sum(cell["amount"] for cell in cells) == pytest.approx(loans["exposure"].sum())
    assert sum(cell["defaults"] for cell in cells) == loans["defaulted"].sum()
    by_pair = {(cell["first"], cell["second"]): cell["loans"] for cell in cells}
    assert by_pair["approve", "approve"] + by_pair["approve", "decline"] == (names == "approve").sum()
    mine = approved(loans, names)
    kept = loans[names == "approve"]
    assert mine["amount"] == kept["exposure"].sum()
    assert mine["default_ratio"] == pytest.approx(kept.loc[kept["defaulted"] == 1, "exposure"].sum() / mine["amount"])
    nothing = approved(loans, others.replace("approve", "refer"))
    assert (nothing["loans"], nothing["amount"], nothing["default_ratio"]) == (0, 0.0, None)


def test_reasons_overlap_by_families_told_by_both() -> None:
    columns = [f"{side}_{rank}" for side in ("for", "against") for rank in range(1, 5)]
    first = pd.DataFrame([["a", "b", None, None, "x", None, None, None], [None] * 8], columns=columns)
    second = pd.DataFrame([["b", "a", "c", None, "x", "y", None, None], [None] * 8], columns=columns)
    found = reasons_overlap(first, second)
    assert found["for"] == {"applications": 1, "mean_overlap": pytest.approx(2 / 3), "same_first": 0.0}
    assert found["against"] == {"applications": 1, "mean_overlap": 0.5, "same_first": 1.0}
    none = reasons_overlap(first[1:], second[1:])
    assert none["for"] == {"applications": 0, "mean_overlap": None, "same_first": None}
