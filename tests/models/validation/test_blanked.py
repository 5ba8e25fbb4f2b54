"""Loans with a table blanked, beside the same loans complete."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from models.validation.blanked import COMPLETE, blanked_figures, limit_of, remaining

LIMITS = {"default": {"default": [0.7, 1.4], "statements": [0.6, 1.5]}, "startup": {"statements": [0.35, 1.5]}}


def loans(size: int, between: float = 0.0) -> tuple[pd.DataFrame, np.ndarray]:
    """Loans of two stages in twenty provinces, whose log-odds differ by `between`, and the log-odds without that."""
    draw = np.random.default_rng(3)
    known = draw.normal(-2, 1, size)
    province = draw.integers(0, 20, size)
    bad = draw.random(size) < expit(known + between * draw.normal(size=20)[province])
    table = pd.DataFrame(
        {
            "application_id": [f"a{i}" for i in range(size)],
            "stage": np.where(np.arange(size) % 2, "growth", "startup"),
            "defaulted": bad.astype(float),
            "weight": 1.0,
            "exposure": 1.0,
            "province": [f"p{i}" for i in province],
            "industry": "3911",
        }
    )
    return table, known


def of(table: pd.DataFrame, pds: np.ndarray) -> pd.Series:
    return pd.Series(pds, index=table["application_id"])


@pytest.mark.parametrize(
    ("stage", "table", "wanted"),
    [
        ("startup", "statements", (0.35, 1.5)),
        ("startup", "patents", (0.7, 1.4)),
        ("growth", "statements", (0.6, 1.5)),
        ("scaling", "patents", (0.7, 1.4)),
    ],
)
def test_the_limit_is_that_of_stage_and_table_then_of_the_table_then_of_the_others(
    stage: str, table: str, wanted: tuple[float, float]
) -> None:
    assert limit_of(LIMITS, stage, table) == wanted


def test_the_limit_of_the_other_tables_of_a_stage_goes_before_that_of_all_stages() -> None:
    assert limit_of({**LIMITS, "growth": {"default": [0.9, 1.1]}}, "growth", "patents") == (0.9, 1.1)


def test_a_table_that_says_nothing_leaves_every_figure_as_it_is() -> None:
    table, known = loans(4000)
    rows = blanked_figures(table, {COMPLETE: of(table, expit(known)), "patents": of(table, expit(known))}, LIMITS, 0.15)
    assert [(row["stage"], row["table"]) for row in rows[:2]] == [("growth", COMPLETE), ("growth", "patents")]
    complete, without = rows[:2]
    for name in ("loans", "level", "auc", "log_loss", "beside", "riskiest", "offsets"):
        assert without[name] == complete[name]
    assert (without["beside"], without["riskiest"]) == (pytest.approx(1), pytest.approx(1))
    assert without["level_low"] < without["level"] < without["level_high"]
    assert without["level_low"] < 1 < without["level_high"]
    assert (without["met"], without["offsets_met"]) == (True, True)
    assert (complete["met"], complete["low"]) == (None, None)


def test_half_the_pd_exceeds_the_limit_of_most_tables_and_not_that_of_statements_of_startups() -> None:
    table, known = loans(4000)
    half = of(table, expit(known) / 2)
    rows = blanked_figures(
        table, {COMPLETE: of(table, expit(known)), "patents": half, "statements": half}, LIMITS, 0.15
    )
    found = {(row["stage"], row["table"]): row for row in rows}
    assert found["startup", "patents"]["beside"] == pytest.approx(0.5)
    assert {key: row["met"] for key, row in found.items() if key[1] != COMPLETE} == {
        ("growth", "patents"): False,
        ("growth", "statements"): False,
        ("startup", "patents"): False,
        ("startup", "statements"): True,
    }


def test_what_regions_would_still_add_is_found_and_the_level_is_no_part_of_it() -> None:
    for between in (0.0, 0.6):
        table, known = loans(20_000, between)
        for shift in (0.0, -0.7):
            found = remaining(table.assign(pd=expit(known + shift)), "province")
            assert found == pytest.approx(between, abs=0.12), (between, shift)
    assert remaining(table.assign(pd=expit(known)), "industry") == 0.0


def test_group_effects_that_do_not_hold_without_a_table_exceed_their_limit() -> None:
    table, known = loans(20_000)
    wrong = table["province"].map({f"p{i}": (-1) ** i * 0.6 for i in range(20)}).to_numpy()
    pds = {COMPLETE: of(table, expit(known)), "patents": of(table, expit(known + wrong))}
    rows = blanked_figures(table, pds, LIMITS, 0.15)
    assert [row["offsets_met"] for row in rows] == [None, False] * 2


def test_a_stage_whose_loans_all_have_the_same_outcome_has_no_row() -> None:
    table, known = loans(400)
    paid = table.assign(defaulted=table["defaulted"].where(table["stage"] == "growth", 0.0))
    rows = blanked_figures(paid, {COMPLETE: of(paid, expit(known))}, LIMITS, 0.15)
    assert {row["stage"] for row in rows} == {"growth"}
