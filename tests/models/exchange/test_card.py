"""The scorecard challenger as step functions, and as SQL and PMML with its points."""

import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.challengers.points import card_text, read_card, steps_of
from models.challengers.scorecard import Scorecard, fit_scorecard
from models.errors import ModelError
from models.exchange.card import KIND, card_model, plain_card, points, points_table
from models.exchange.plain import PlainModel
from models.exchange.pmml_card import pmml_card
from models.exchange.probe import probe
from models.exchange.sql import sql
from models.fitting.calibration import Curve
from models.fitting.stage_model import StageModel
from models.fitting.steps import Steps
from pipelines.commands.exchange_engines import run_pmml, run_sql

NAMES = ["loan_amount", "staff_count"]
LINE = Curve((0.0, 1.0), (-0.25, 0.85))


@pytest.fixture(scope="module")
def features(loan_book: pd.DataFrame) -> pd.DataFrame:
    table = loan_book[NAMES].copy()
    table.loc[::5, "loan_amount"] = np.nan
    return table


@pytest.fixture(scope="module")
def card(features: pd.DataFrame, loan_book: pd.DataFrame) -> Scorecard:
    fold = np.arange(len(features)) % 4
    return fit_scorecard(features, loan_book["defaulted"].to_numpy(), np.ones(len(features)), fold, 1)


@pytest.fixture(scope="module")
def steps(card: Scorecard, features: pd.DataFrame) -> Steps:
    return steps_of(card, features)


@pytest.fixture(scope="module")
def scored(steps: Steps) -> StageModel:
    return card_model(steps, LINE, "growth", "c", "0123456789abcdef")


def test_the_steps_are_the_bins_of_the_scorecard(card: Scorecard, steps: Steps, features: pd.DataFrame) -> None:
    edges = np.asarray(card.binning.get_binned_variable("staff_count").splits)
    at_edges = pd.DataFrame({"loan_amount": np.nan, "staff_count": [*edges, *np.nextafter(edges, -np.inf), np.nan]})
    for table in (features, at_edges):
        # Six decimals of each of two values and of the intercept.
        assert np.abs(steps.raw_score(table) - card.score(table)).max() <= 1.5e-6
    assert steps.functions["loan_amount"].missing not in (None, 0.0)


def test_steps_that_are_not_those_of_the_scorecard_are_refused(card: Scorecard, features: pd.DataFrame) -> None:
    class Other(Scorecard):
        def score(self, features: pd.DataFrame) -> np.ndarray:
            return super().score(features) + 0.01

    with pytest.raises(ModelError, match=r"wanted step functions within 0.001 .* they are 0.01 apart"):
        steps_of(Other(card.binning, card.regression), features)


def test_it_is_read_as_it_was_written(steps: Steps) -> None:
    read, curves, catalogue = read_card(card_text(steps, {"growth": LINE}, "c"))
    assert (read, curves, catalogue) == (steps, {"growth": LINE}, "c")


def test_the_sql_gives_its_pds(scored: StageModel) -> None:
    told = plain_card(scored)
    rows = probe(told, 300)
    found = run_sql(sql(told), rows)
    assert (found["pd"].to_numpy() == scored.probability(rows)).all()
    assert f"-- kind: {KIND}" in sql(told)


@pytest.mark.skipif(shutil.which("java") is None, reason="a PMML engine needs Java")
def test_the_scorecard_of_pmml_gives_its_pds_and_points(scored: StageModel) -> None:
    told = plain_card(scored)
    rows = probe(told, 300)
    found = run_pmml(pmml_card(told), told, rows, ("pd", "logit", "points"))
    assert np.abs(found["pd"] - scored.probability(rows)).max() < 1e-12
    assert np.abs(found["points"] - points(scored.logit(rows))).max() < 1e-9
    lost = run_pmml(pmml_card(told), told, rows.head(2).assign(stage=[None, ""]), ("pd", "logit", "points"))
    assert lost.isna().all(axis=None)


def test_points_of_bins_add_up_to_those_of_the_log_odds(scored: StageModel) -> None:
    told = plain_card(scored)
    row = pd.DataFrame({"loan_amount": [np.nan], "staff_count": [1e6]})
    table = pd.DataFrame(points_table(told), columns=["feature", "bin", "points"])
    everybody = table.loc[table["feature"] == "everybody", "points"].iloc[0]
    missing = table.query("feature == 'loan_amount' and bin == 'missing'")["points"].iloc[0]
    highest = table[table["feature"] == "staff_count"]["points"].iloc[-1]
    assert everybody + missing + highest == pytest.approx(points(scored.logit(row))[0], abs=1e-9)


def test_with_a_bent_curve_points_do_not_add_up_and_no_table_is_given(scored: StageModel) -> None:
    bent = replace(scored, curve=Curve((0.0, 1.0, 2.0), (0.0, 1.0, 3.0)))
    assert points_table(plain_card(bent)) == []


def test_a_scorecard_without_bins_and_a_model_that_is_none_are_refused(told: PlainModel) -> None:
    with pytest.raises(ModelError, match=r"wanted a scorecard with bins for stage growth"):
        card_model(Steps(("a",), {}, 0.0), LINE, "growth", "c", "v")
    with pytest.raises(ModelError, match=r"a Scorecard of PMML is a sum of bins; the model of stage growth is none"):
        pmml_card(told)
