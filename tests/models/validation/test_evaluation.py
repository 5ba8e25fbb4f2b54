import numpy as np
import pandas as pd
import pytest

from models.validation.evaluation import calibration_tables, conservatism, grouped, parts_measured, stability

STAGES = ("startup", "growth", "mature")


@pytest.fixture(scope="module")
def scored(loan_book: pd.DataFrame) -> pd.DataFrame:
    parts = np.array(["development", "calibration", "certification", "out_of_time"])
    quarter = np.minimum(np.arange(len(loan_book)) * 4 // len(loan_book), 3)
    score = np.log(loan_book["pd_true"] / (1 - loan_book["pd_true"]))
    return loan_book.assign(part=parts[quarter], pd=loan_book["pd_true"], score=score + 1)


def test_every_part_is_measured_per_stage_and_in_total(scored: pd.DataFrame) -> None:
    found = parts_measured(scored, STAGES, 5)
    assert set(found["certification"]) == {*STAGES, "total"}
    for part, groups in found.items():
        assert sum(groups[s]["loans"] for s in STAGES) == groups["total"]["loans"] == (scored["part"] == part).sum()


def test_the_same_scores_are_stable_and_shifted_ones_are_not(scored: pd.DataFrame) -> None:
    assert stability(scored, STAGES, 10)["total"] < 0.1
    moved = scored.assign(pd=scored["pd"].where(scored["part"] != "out_of_time", scored["pd"] ** 0.5))
    assert stability(moved, STAGES, 10)["total"] > 0.25


def test_calibration_before_is_the_raw_score_and_after_the_pd(scored: pd.DataFrame) -> None:
    tables = calibration_tables(scored, STAGES, 5).set_index(["stage", "step"])
    gap = (tables["mean_pd"] - tables["default_rate"]).abs().groupby(level=["stage", "step"]).mean()
    assert gap["total", "before"] > 2 * gap["total", "after"]


def test_the_long_run_rate_is_the_mean_of_years_and_shift_and_margin_are_apart(scored: pd.DataFrame) -> None:
    found = conservatism(scored, STAGES)["growth"]
    rows = grouped(scored[scored["part"].isin(["development", "calibration"])], STAGES)["growth"]
    years = rows.groupby(rows["as_of"].dt.year)["defaulted"].agg(["mean", "size"])
    assert found["long_run"] == pytest.approx(years.loc[years["size"] >= 50, "mean"].mean())
    assert (found["shift"] > 0) == (found["long_run"] > found["mean_pd"])
