from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from explanations.contributions import contributions, domain_sums
from models.fitting.blend import Blend, alone, blended
from models.fitting.booster import Shape, fit_booster
from models.fitting.calibration import Curve, line
from models.fitting.group_effects import GroupEffect
from models.fitting.loans import loans
from models.fitting.rows import rows_at_risk
from models.fitting.stage_model import StageModel
from tests.parameters import SMALL

PARAMS = replace(SMALL, num_iterations=30, early_stopping_rounds=10)
NAMES = ["loan_amount", "staff_count"]


@pytest.fixture(scope="module")
def models(loan_book: pd.DataFrame) -> dict[str, StageModel]:
    """A blend for startups, the pooled booster alone for growth; no model for mature."""

    def booster(seed: int) -> Blend:
        data = loans(loan_book, NAMES)
        rows = rows_at_risk(data, PARAMS)
        fitted = fit_booster(rows, Shape({}), replace(PARAMS, seed=seed, num_leaves=3 + seed), 30)
        return alone(f"booster-{seed}", fitted)

    bent = Curve((-4.0, -3.0, -1.0), (-4.2, -3.1, 0.5))
    return {
        "startup": StageModel(
            "startup", blended(booster(1), booster(2), 0.3), 0.3, bent, (GroupEffect("province", {"A": 0.4}, 0.01),), {}
        ),
        "growth": StageModel("growth", booster(2), 0.0, line(-0.1, 1.1), (), {}),
    }


def test_what_a_missing_value_does_stands_outside_its_domain(
    models: dict[str, StageModel], loan_book: pd.DataFrame
) -> None:
    blind = loan_book.head(40).assign(loan_amount=np.nan)
    found = contributions(blind, models)
    sums = domain_sums(found, blind)
    assert (sums["financing"] == 0).all()
    assert (sums["not_known"] == found["loan_amount"]).all()
    assert np.abs(sums.drop(columns="application_id").sum(axis=1) + found["base"] - found["logit"]).max() < 1e-6


def test_base_and_contributions_sum_to_the_logit_to_six_digits(
    models: dict[str, StageModel], loan_book: pd.DataFrame
) -> None:
    found = contributions(loan_book, models)
    assert len(found) == loan_book["stage"].isin(["startup", "growth"]).sum()
    assert np.abs(found[[*NAMES, "province_effect", "base"]].sum(axis=1) - found["logit"]).max() < 1e-6
    startups = loan_book[loan_book["stage"] == "startup"].set_index("application_id")
    logits = found.set_index("application_id")["logit"][startups.index]
    assert np.abs(logits - models["startup"].logit(startups)).max() < 1e-6


def test_contributions_equal_those_of_shap(models: dict[str, StageModel], loan_book: pd.DataFrame) -> None:
    shap = pytest.importorskip("shap")
    rows = loan_book[loan_book["stage"] == "growth"].head(50)
    model = models["growth"]
    with pytest.warns(UserWarning, match="shap values output has changed"):
        reference = shap.TreeExplainer(model.blend.members[0].booster._model).shap_values(rows[NAMES].to_numpy())
    ours = contributions(rows, {"growth": model})[NAMES].to_numpy()
    assert np.abs(ours - 1.1 * reference).max() < 1e-7


def test_domains_are_the_sums_of_their_features(models: dict[str, StageModel], loan_book: pd.DataFrame) -> None:
    found = contributions(loan_book, models)
    sums = domain_sums(found, loan_book)
    assert (sums["financing"] == found["loan_amount"]).all()
    assert (sums["firm"] == found["staff_count"]).all()
