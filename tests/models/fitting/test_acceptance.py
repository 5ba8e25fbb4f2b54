from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.fitting.acceptance import AcceptanceModel, fit_acceptance, open_acceptance
from tests.parameters import SMALL

PARAMS = replace(SMALL, num_iterations=30, early_stopping_rounds=10)


@pytest.fixture(scope="module")
def features() -> pd.DataFrame:
    draw = np.random.default_rng(1)
    return pd.DataFrame({"leverage": draw.random(4000), "staff_count": draw.normal(size=4000)})


@pytest.fixture(scope="module")
def acceptance(features: pd.DataFrame) -> AcceptanceModel:
    """The old policy turned away enterprises with a leverage above 0.7."""
    return fit_acceptance(features, (features["leverage"] < 0.7).astype(float).to_numpy(), 0.5, PARAMS)


def test_the_boundary_of_the_old_policy_is_found(acceptance: AcceptanceModel) -> None:
    applicants = pd.DataFrame({"leverage": [0.1, 0.65, 0.75, 0.95], "staff_count": 0.0})
    assert acceptance.in_accepted_region(applicants).tolist() == [True, True, False, False]


def test_without_rejected_applications_everybody_is_in_the_region(features: pd.DataFrame) -> None:
    found = fit_acceptance(features, np.ones(len(features)), 0.5, PARAMS)
    assert found.booster is None
    assert found.in_accepted_region(features).all()


def test_unknown_decisions_are_left_out(features: pd.DataFrame) -> None:
    accepted = np.where(features["leverage"] < 0.7, 1.0, 0.0)
    accepted[:1000] = np.nan
    assert fit_acceptance(features, accepted, 0.5, PARAMS).applications == 3000


def test_a_saved_acceptance_model_opens_the_same(
    acceptance: AcceptanceModel, features: pd.DataFrame, tmp_path: Path
) -> None:
    acceptance.save(tmp_path)
    assert (open_acceptance(tmp_path).propensity(features) == acceptance.propensity(features)).all()
