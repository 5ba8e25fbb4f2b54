import copy
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.rules.innovation_indicators import INDICATORS
from features.rules.innovation_points import innovation_points, innovation_points_breakdown
from features.rules.logic import latest
from policy.loader import PolicyError
from policy.segments import STAGES

SCHEMES = {name: latest("innovation_points", name) for name in ("edition_2024", "edition_2_0")}
QUANTITIES = sorted({quantity for indicator in INDICATORS for quantity in indicator.inputs})

# Base: half R&D over revenue (none at 0, all at 10 %), half leverage (none at 80 %, all at 30 %). Bonus: awards.
SMALL: dict[str, Any] = {
    "parts": {"base": 100, "bonus": 20},
    "least_known": 0.5,
    "groups": {"input": {"part": "base"}, "result": {"part": "base"}, "extra": {"part": "bonus"}},
    "indicators": {
        "rd_intensity": {"group": "input", "weight": 50, "none_at": 0, "full_at": 0.10},
        "leverage": {"group": "result", "weight": 50, "none_at": 0.8, "full_at": 0.3},
        "awards": {"group": "extra", "weight": 20, "none_at": 0, "full_at": 2},
    },
}


def small(rd: float, liabilities: float, awards: float, stage: str | None = "growth") -> pd.DataFrame:
    known = {
        "rd_expense": rd,
        "revenue": 100,
        "liabilities": liabilities,
        "assets": 100,
        "provincial_awards_2y": awards,
    }
    columns = {name: pd.Series([value], dtype="float64") for name, value in known.items()}
    return innovation_points_breakdown(columns, pd.Series([stage], dtype="str"), SMALL)


@pytest.mark.parametrize(
    ("rd", "liabilities", "awards", "expected"),
    [
        (0, 80, 0, [0, 0, 0]),
        (5, 55, 1, [25, 25, 10]),
        (10, 30, 2, [50, 50, 20]),
        (99, 0, 9, [50, 50, 20]),
        (np.nan, 55, 1, [0, 50, 10]),  # half is known: its 25 points count double, the bonus does not
        (5, 55, np.nan, [25, 25, 0]),
    ],
)
def test_points_by_group(rd: float, liabilities: float, awards: float, expected: list[float]) -> None:
    assert small(rd, liabilities, awards).iloc[0].tolist() == pytest.approx(expected)


def test_where_too_little_is_known_or_the_stage_is_missing_every_group_is_missing() -> None:
    assert small(np.nan, np.nan, 2).isna().all(axis=None)
    assert small(5, 55, 1, stage=None).isna().all(axis=None)


@given(
    st.lists(
        st.one_of(st.floats(-1e9, 1e9), st.just(float("nan"))), min_size=len(QUANTITIES), max_size=len(QUANTITIES)
    ),
    st.sampled_from(STAGES),
    st.sampled_from(sorted(SCHEMES)),
)
def test_points_stay_within_their_parts_and_the_groups_add_up(values: list[float], stage: str, name: str) -> None:
    scheme = SCHEMES[name]
    known = {q: pd.Series([v], dtype="float64") for q, v in zip(QUANTITIES, values, strict=True)}
    stages = pd.Series([stage], dtype="str")
    groups = innovation_points_breakdown(known, stages, scheme)
    total = innovation_points(known, stages, scheme).iloc[0]
    if np.isnan(total):
        assert groups.isna().all(axis=None)
        return
    assert -1e-9 <= total <= sum(scheme["parts"].values()) + 1e-9
    assert total == pytest.approx(groups.sum(axis=1).iloc[0])


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("indicators", "leverage", "weight"), 40, "weights of part base must add up to 100 in every stage; got .*90"),
        (("indicators", "awards", "weight"), 10, "weights of part bonus must add up to 20 in every stage; got .*10"),
        (
            ("indicators", "leverage", "group"),
            "other",
            "leverage: group must be one of input, result, extra; got 'other'",
        ),
        (("indicators", "charm"), {"group": "input"}, "indicator must be one of rd_expense, .*got 'charm'"),
    ],
)
def test_a_scheme_that_cannot_be_read_is_refused(path: tuple[str, ...], value: object, message: str) -> None:
    scheme = copy.deepcopy(SMALL)
    place = scheme
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(PolicyError, match=message):
        innovation_points({}, pd.Series(["growth"], dtype="str"), scheme)


@pytest.mark.parametrize("name", sorted(SCHEMES))
def test_a_stage_that_the_scheme_has_no_numbers_for_gets_no_points(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("features.rules.innovation_points.STAGES", (*STAGES, "scaling"))
    known = {quantity: pd.Series([1.0, 1.0]) for quantity in QUANTITIES}
    found = innovation_points(known, pd.Series(["scaling", "growth"]), SCHEMES[name])
    assert np.isnan(found.iloc[0])
    assert found.iloc[1] >= 0


def test_numbers_of_a_stage_that_does_not_exist_are_refused() -> None:
    scheme = copy.deepcopy(SCHEMES["edition_2024"])
    weight = scheme["indicators"]["revenue"]["weight"]
    weight["growht"] = weight.pop("growth")
    with pytest.raises(PolicyError, match="every number by stage must name the same of the stages startup, growth"):
        innovation_points({}, pd.Series(["growth"]), scheme)
