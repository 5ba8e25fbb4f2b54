"""The notice's four groups beside the peers: median, year and place."""

import pandas as pd
import pytest

from features.peer_quantiles import LEVELS
from reports.memo.facts import groups, points
from reports.memo.groups import places
from reports.memo.money import Money

QUANTILES = pd.DataFrame(
    [
        (2005, "startup", "all", "rd_intensity", 80, 0.1, 0.0, 0.02, 0.05, 0.10, 0.20),
        (2005, "startup", "54", "platform_count", 60, 0.1, 0.0, 0.0, 0.0, 1.0, 2.0),
        (2006, "startup", "all", "rd_intensity", 80, 0.1, 0.5, 0.6, 0.7, 0.8, 0.9),
        (2005, "startup", "all", "innovation_points_2024", 80, 50.0, 30.0, 40.0, 50.0, 60.0, 70.0),
    ],
    columns=["year", "stage", "division", "feature", "n", "mean", *LEVELS],
)


def _features(inputs) -> pd.DataFrame:
    return inputs.features.assign(rd_intensity=0.075, platform_count=0.0, innovation_points_2024=45.0)


def test_peers_are_those_of_the_year_before_and_the_place_follows_from_their_quantiles(inputs):
    table = _features(inputs).query("application_id == 'a'")
    (found,) = places(table, QUANTILES)
    assert (found["rd_intensity"].median, found["rd_intensity"].year) == (0.05, 2005)
    assert found["rd_intensity"].place == pytest.approx(62.5)
    assert found["platform_count"].place == 50.0  # that of the median, which is none too


def test_facts_carry_value_year_peers_and_place(case_of, inputs):
    case = case_of("a", features=_features(inputs), peer_quantiles=QUANTILES)
    by_label = {g.label.en: g.facts for g in groups(case, Money("CNY"))}
    (spend,) = by_label["R&D spend"]
    assert (spend.label.en, spend.value.en, spend.peers, spend.place) == ("R&D intensity", "7.5% (2005)", "5.0%", "62")
    assert by_label["Talent"] == ()
    assert points(case)[0].en == "2024 scheme 45.0 of 100, peers 50.0"


def test_without_peers_a_fact_has_no_place(case_of, inputs):
    (spend,) = groups(case_of("a", features=_features(inputs)), Money("CNY"))[2].facts
    assert (spend.peers.en, spend.place) == ("no peers", "")
