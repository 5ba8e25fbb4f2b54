import numpy as np
import pandas as pd
import pytest

from features.catalogue import COMPUTED
from features.families import FAMILIES
from features.peer_quantiles import LEVELS, peer_centres, peer_quantiles, peer_values

NAMES = ["staff_count", "is_hitech"]


def applications(year: int, industry: str, staff: list[float], hitech: float = 0.0) -> pd.DataFrame:
    """One application per headcount, decided in the middle of the year."""
    return pd.DataFrame(
        {
            "as_of": pd.Timestamp(f"{year}-06-30"),
            "stage": "startup",
            "industry": industry,
            "staff_count": staff,
            "is_hitech": [hitech] * (len(staff) - 10) + [1.0] * 10,
        }
    )


@pytest.fixture(scope="module")
def quantiles() -> pd.DataFrame:
    """2020: 60 of division 39 with staff 1 to 60, and 60 of 65 with 101 to 160, of which 20 are not known."""
    software = [*map(float, range(101, 141)), *[np.nan] * 20]
    book = pd.concat(
        [
            applications(2020, "3911", list(map(float, range(1, 61)))),
            applications(2020, "6510", software),
            applications(2022, "3911", [1000.0] * 60, 1.0),
        ],
        ignore_index=True,
    )
    return peer_quantiles(book, NAMES)


def one(year: int, industry: str | None, stage: str = "startup") -> pd.DataFrame:
    return pd.DataFrame({"as_of": [pd.Timestamp(f"{year}-01-01")], "stage": [stage], "industry": [industry]})


def test_quantiles_are_those_of_the_known_values_of_a_division(quantiles: pd.DataFrame) -> None:
    found = quantiles.set_index(["year", "division", "feature"]).loc[(2020, "39", "staff_count")]
    assert found["n"] == 60
    assert found["mean"] == 30.5
    expected = np.quantile(np.arange(1, 61), list(LEVELS.values()))
    assert found[list(LEVELS)].to_numpy(dtype=float) == pytest.approx(expected)


def test_a_division_with_fewer_than_fifty_known_values_falls_back_to_its_stage(quantiles: pd.DataFrame) -> None:
    known = quantiles[(quantiles["year"] == 2020) & (quantiles["feature"] == "staff_count")]
    assert known["division"].tolist() == ["39", "all"]
    found = peer_values(one(2021, "6510"), quantiles, NAMES, "q50")
    assert found.values[0].tolist() == [np.median([*range(1, 61), *range(101, 141)]), 0.0]
    assert found.of_division[0].tolist() == [False, True]


def test_an_application_is_compared_with_the_latest_year_before_its_own(quantiles: pd.DataFrame) -> None:
    years = [peer_values(one(year, "3911"), quantiles, NAMES, "q50").year[0] for year in (2019, 2020, 2021, 2022, 2023)]
    assert years == [0, 0, 2020, 2020, 2022]
    assert np.isnan(peer_values(one(2020, "3911"), quantiles, NAMES, "q50").values).all()


def test_no_application_of_its_own_year_or_later_changes_what_one_is_compared_with(quantiles: pd.DataFrame) -> None:
    later = pd.concat(
        [applications(2021, "3911", [9e9] * 60), applications(2020, "3911", list(map(float, range(1, 61))))]
    )
    found = peer_values(one(2021, "3911"), peer_quantiles(later, NAMES), NAMES, "q50")
    assert found.values[0, 0] == 30.5


def test_the_centre_of_a_flag_is_the_share_of_peers_that_have_it(quantiles: pd.DataFrame) -> None:
    found = peer_centres(one(2021, "3911"), quantiles, NAMES)
    assert found.values[0].tolist() == [30.5, pytest.approx(10 / 60)]


def test_a_stage_or_an_industry_without_peers_has_none(quantiles: pd.DataFrame) -> None:
    assert np.isnan(peer_values(one(2021, "3911", "mature"), quantiles, NAMES, "q50").values).all()
    assert not peer_values(one(2021, None), quantiles, NAMES, "q50").of_division.any()


def test_every_feature_belongs_to_a_family_and_every_family_has_features() -> None:
    assert {feature.family for feature in COMPUTED} == set(FAMILIES)


def test_the_features_of_a_lever_are_of_its_family_and_have_one_unit_and_direction() -> None:
    by_name = {feature.name: feature for feature in COMPUTED}
    for code, family in FAMILIES.items():
        members = [by_name[name] for name in family.lever]
        assert all(member.family == code for member in members)
        assert len({(member.unit, member.risk) for member in members}) <= 1
