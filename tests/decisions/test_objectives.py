from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.objectives import Economics, expected_profit, lines, rank, read_economics
from policy.loader import PolicyError
from policy.segments import STAGES

MARGINS = Economics({"startup": 0.05, "growth": 0.03, "mature": 0.01}, dict.fromkeys(STAGES, 0.45))
"""Break-even at 10, 6.25 and 2.17 %."""
LEVEL = 0.04


def ranks(pd_: list[float], stage: list[str], objective: str = "profit") -> np.ndarray:
    return rank(pd.Series(pd_), pd.Series(stage), objective, LEVEL, MARGINS)


def test_for_volume_the_pd_is_the_order_and_the_line_of_every_stage() -> None:
    assert ranks([0.02, 0.3], ["growth", "mature"], "volume").tolist() == [0.02, 0.3]
    assert lines(0.07, "volume", LEVEL, MARGINS) == dict.fromkeys(STAGES, 0.07)


def test_the_lines_of_profit_go_from_the_level_to_break_even() -> None:
    found = ranks(
        [0.04, 0.10, 0.0625, 0.0625001, 0.02, 0.022], ["startup", "startup", "growth", "growth", "mature", "mature"]
    )
    assert found.tolist() == pytest.approx([0.04, 2.0, 2.0, np.inf, 0.02, np.inf])
    assert lines(2.0, "profit", LEVEL, MARGINS) == pytest.approx(
        {"startup": 0.10, "growth": 0.0625, "mature": 0.01 / 0.46}
    )
    # mu 1: (m + .04) / (m + .45 + 1)
    assert lines(1.5, "profit", LEVEL, MARGINS) == pytest.approx(
        {"startup": 0.09 / 1.5, "growth": 0.07 / 1.48, "mature": 0.01 / 0.46}
    )


@given(st.floats(0.001, 0.0999), st.sampled_from(STAGES))
def test_a_loan_lies_exactly_on_the_line_of_its_own_rank(pd_: float, stage: str) -> None:
    (place,) = ranks([pd_], [stage])
    if np.isfinite(place):
        assert lines(place, "profit", LEVEL, MARGINS)[stage] == pytest.approx(pd_, rel=1e-6)
    else:
        assert pd_ > MARGINS.break_even(stage)


@given(st.floats(0.001, 2.0), st.floats(0.001, 2.0))
def test_books_are_nested(one: float, other: float) -> None:
    low, high = (lines(at, "profit", LEVEL, MARGINS) for at in sorted((one, other)))
    assert all(low[stage] <= high[stage] + 1e-12 for stage in STAGES)


@given(st.integers(0, 10_000))
def test_no_book_without_losing_loans_that_meets_the_level_earns_more_than_the_best_of_the_path(seed: int) -> None:
    random = np.random.default_rng(seed)
    pd_, stage = random.uniform(0.005, 0.12, 9), random.choice(np.array(STAGES), 9)
    weight = np.ones(9)
    gain = np.array([MARGINS.margin[s] * (1 - p) - MARGINS.lgd[s] * p for p, s in zip(pd_, stage, strict=True)])
    kept = gain >= 0
    pd_, stage, gain, weight = pd_[kept], stage[kept], gain[kept], weight[kept]
    books = (np.arange(2 ** kept.sum())[:, None] >> np.arange(kept.sum())) & 1 == 1
    fits = (books * weight * (pd_ - LEVEL)).sum(axis=1) <= 0
    best = (books * gain).sum(axis=1)[fits].max()
    place = ranks(pd_.tolist(), stage.tolist())
    path = [place <= at for at in np.sort(place[np.isfinite(place)])]
    ours = [gain[book].sum() for book in path if (weight[book] * (pd_[book] - LEVEL)).sum() <= 0]
    # A Lagrangian path holds the best book but for the one loan that would only fit in part.
    assert max([0.0, *ours]) >= best - max([0.0, *gain]) - 1e-12


def test_the_expected_profit_by_hand() -> None:
    found = expected_profit(np.array([0.02, 0.10]), np.array([3.0, 1.0]), pd.Series(["growth", "startup"]), MARGINS)
    assert found == pytest.approx((3 * (0.03 * 0.98 - 0.45 * 0.02) + (0.05 * 0.9 - 0.45 * 0.1)) / 4)
    assert expected_profit(np.array([]), np.array([]), pd.Series([], dtype="str"), MARGINS) == 0.0


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("{startup: {margin: 0.02, lgd: 0.4}}", "wanted margin and lgd of the stages startup, growth, mature"),
        (
            "{startup: {margin: 0.0, lgd: 0.4}, growth: {margin: 0.1, lgd: 0.4}, mature: {margin: 0.1, lgd: 0.4}}",
            "startup: wanted a margin below 1 and an lgd of at most 1, both above 0",
        ),
    ],
)
def test_economics_that_are_none_are_refused(tmp_path: Path, value: str, sentence: str) -> None:
    text = f"bank: {{meaning: {{en: e, zh: 经}}, unit: u, source: s, flag: B, values: {{2024-01-01: {value}}}}}"
    (tmp_path / "economics.yaml").write_text(text, encoding="utf8")
    with pytest.raises(PolicyError, match=sentence):
        read_economics("bank", date(2025, 1, 1), tmp_path)
