"""The scores by rule as a catalogue calls them: on whole columns, in float64, within their bounds."""

import numpy as np
import pandas as pd
import pytest

from features.declarations import Feature
from features.rules.hitech_enterprise import hitech_thresholds_met, hitech_thresholds_passed
from features.rules.innovation_points import innovation_points_2_0, innovation_points_2024
from features.rules.quality_sme import (
    innovative_sme_part_met,
    innovative_sme_points,
    little_giant_part_met,
    little_giant_share_met,
    specialised_sme_part_met,
    specialised_sme_share_met,
)
from features.rules.technology_sme import technology_sme_passes, technology_sme_score
from policy.segments import STAGES
from schemas.declarations import Text

HIGHEST = {
    innovation_points_2024: 100,
    innovation_points_2_0: 130,
    technology_sme_score: 100,
    technology_sme_passes: 1,
    hitech_thresholds_met: 5,
    hitech_thresholds_passed: 1,
    innovative_sme_points: 65,
    innovative_sme_part_met: 1,
    specialised_sme_share_met: 1,
    specialised_sme_part_met: 1,
    little_giant_share_met: 1,
    little_giant_part_met: 1,
}
RULES = tuple(
    Feature(
        f, domain="points", family="innovation_points", label=Text("", ""), unit="points", source="", low=0, high=high
    )
    for f, high in HIGHEST.items()
)

ROWS = 2_000
QUANTITIES = sorted({quantity for feature in RULES for quantity in feature.inputs})


def drawn() -> pd.DataFrame:
    random = np.random.default_rng(7)
    columns = {}
    for name in QUANTITIES:
        if name == "stage":
            columns[name] = pd.Series(random.choice(STAGES, ROWS), dtype="str")
            continue
        values = np.exp(random.uniform(-3, 20, ROWS)) * random.choice([0, 1], ROWS, p=[0.2, 0.8])
        columns[name] = pd.Series(np.where(random.random(ROWS) < 0.1, np.nan, values))
    return pd.DataFrame(columns).set_index(np.arange(ROWS) * 3)


def computed(rule: Feature, quantities: pd.DataFrame) -> pd.Series:
    return rule.values(quantities)


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)
def test_every_score_stays_within_its_bounds_and_keeps_index_and_dtype(rule: Feature) -> None:
    quantities = drawn()
    scores = computed(rule, quantities)
    assert scores.index.equals(quantities.index)
    assert scores.dtype == "float64"
    assert scores.notna().any()
    assert scores.dropna().between(0, HIGHEST[rule.function] + 1e-9).all()


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)
def test_with_nothing_known_every_score_is_missing(rule: Feature) -> None:
    empty = pd.DataFrame({name: pd.Series([np.nan], dtype="float64") for name in QUANTITIES})
    empty["stage"] = pd.Series([None], dtype="str")
    assert computed(rule, empty).isna().all()


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)
def test_an_enterprise_scores_the_same_alone_as_among_others(rule: Feature) -> None:
    quantities = drawn()
    together, alone = computed(rule, quantities), computed(rule, quantities.iloc[[17]])
    pd.testing.assert_series_equal(together.iloc[[17]], alone)


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)
def test_every_definition_names_its_unit_in_one_line(rule: Feature) -> None:
    assert "[" in rule.definition
    assert "]" in rule.definition


@pytest.mark.parametrize("rule", RULES[:2], ids=lambda r: r.name)
def test_the_definition_of_innovation_points_says_that_the_weights_are_assumed(rule: Feature) -> None:
    assert "assumption of this project" in rule.definition
