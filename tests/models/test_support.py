from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.support import Support, fit_support, open_support
from tests.knobs import SMALL

PARAMS = replace(SMALL, max_trees=30, patience=10)


@pytest.fixture(scope="module")
def features() -> pd.DataFrame:
    draw = np.random.default_rng(1)
    return pd.DataFrame({"leverage": draw.random(4000), "staff_count": draw.normal(size=4000)})


@pytest.fixture(scope="module")
def support(features: pd.DataFrame) -> Support:
    """The old policy turned away enterprises with a leverage above 0.7."""
    return fit_support(features, (features["leverage"] < 0.7).astype(float).to_numpy(), 0.5, PARAMS)


def test_the_boundary_of_the_old_policy_is_found(support: Support) -> None:
    applicants = pd.DataFrame({"leverage": [0.1, 0.65, 0.75, 0.95], "staff_count": 0.0})
    assert support.inside(applicants).tolist() == [True, True, False, False]


def test_without_rejected_applications_everybody_is_inside(features: pd.DataFrame) -> None:
    found = fit_support(features, np.ones(len(features)), 0.5, PARAMS)
    assert found.booster is None
    assert found.inside(features).all()


def test_unknown_decisions_are_left_out(features: pd.DataFrame) -> None:
    accepted = np.where(features["leverage"] < 0.7, 1.0, 0.0)
    accepted[:1000] = np.nan
    assert fit_support(features, accepted, 0.5, PARAMS).applications == 3000


def test_a_saved_support_opens_the_same(support: Support, features: pd.DataFrame, tmp_path: Path) -> None:
    support.save(tmp_path)
    assert (open_support(tmp_path).propensity(features) == support.propensity(features)).all()
