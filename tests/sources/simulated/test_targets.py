"""Generated moments beside the published figures."""

import pandas as pd
import pytest

from policy.loader import FLAGS
from sources.simulated.portfolio import SimulatedParams, tables
from sources.simulated.targets import TARGETS, comparison


@pytest.fixture(scope="module")
def compared() -> pd.DataFrame:
    return comparison(tables(SimulatedParams(applications=20_000, seed=20240105, rho=0.02))).set_index("name")


@pytest.mark.parametrize("name", [target.name for target in TARGETS])
def test_each_moment_is_within_the_tolerance_of_its_target(compared, name):
    row = compared.loc[name]
    assert abs(row["generated"] - row["target"]) <= row["tolerance"], row.to_dict()
    assert row["within"]


def test_every_target_has_a_flag_a_source_and_both_languages(compared):
    assert set(compared["flag"]) <= set(FLAGS)
    assert (compared["source"].str.len() > 0).all()
    assert (compared["label_zh"].str.len() > 0).all()
    assert list(compared.index) == [target.name for target in TARGETS]


def test_figures_nobody_publishes_are_marked_as_assumptions(compared):
    assert (compared.loc[["default_startup", "default_growth", "default_mature", "accepted"], "flag"] == "A").all()
