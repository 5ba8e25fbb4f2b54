"""The SQL of a stage model is run in two engines and gives the PDs and log-odds of the model, bit for bit."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from features.engine import engine
from models.errors import ModelError
from models.exchange.plain import Leaf, PlainModel, plain
from models.exchange.probe import probe
from models.exchange.sql import literal, number, sql
from models.fitting.blend import alone
from models.fitting.booster import Rows, Shape, fit_booster
from models.fitting.calibration import Curve
from models.fitting.stage_model import StageModel
from pipelines.commands.exchange_engines import run_sql
from tests.parameters import SMALL
from tests.postgres import server

COLUMNS = ["application_id", "stage", "logit", "pd", "refused", "out_of_range"]


@pytest.fixture(scope="module")
def found(told: PlainModel, rows: pd.DataFrame) -> pd.DataFrame:
    return run_sql(sql(told), rows)


def test_duckdb_gives_the_numbers_of_the_model(found: pd.DataFrame, model: StageModel, rows: pd.DataFrame) -> None:
    assert (found["logit"].to_numpy() == model.logit(rows)).all()
    assert (found["pd"].to_numpy() == model.probability(rows)).all()
    assert set(found["refused"]) == {""}


def test_the_rows_tried_hold_what_could_go_wrong(rows: pd.DataFrame, model: StageModel) -> None:
    names = list(model.features)
    assert rows[names].iloc[0].isna().all()
    assert rows[names].isna().any(axis=1).sum() > 100
    assert (rows[names].abs() == 1e300).any(axis=1).sum() > 3
    assert {"C39", "39", "I", "Z65"} < set(rows["industry"])
    assert {"A", "O'B", "nowhere"} < set(rows["province"])
    assert rows[["province", "industry"]].isna().any().all()
    for effect in model.group_effects:
        assert set(np.unique(effect.of(rows))) == {0.0, *effect.intercepts.values()}


@pytest.mark.parametrize("seed", range(4))
def test_drawn_boosters_of_any_depth_give_their_numbers(seed: int, loan_book: pd.DataFrame) -> None:
    draw = np.random.default_rng(seed)
    features = loan_book[["loan_amount", "staff_count"]].round(seed % 3)  # many zeros and ties
    features = features.mask(draw.random(features.shape) < 0.3 * (seed % 2))
    shape = {"num_leaves": int(draw.integers(2, 60)), "max_depth": -1, "min_data_in_leaf": 3, "lambda_l2": 0.0}
    rows = Rows(features, None, loan_book["defaulted"].to_numpy(), draw.uniform(0.1, 5, len(features)))
    booster = fit_booster(rows, Shape({}), replace(SMALL, **shape), 15)
    model = StageModel("growth", alone("own", booster), 0.0, Curve((0.0, 1.0), (-0.5, 0.75)), (), {"catalogue": "c"})
    asked = probe(plain(model), 800, seed)
    found = run_sql(sql(plain(model)), asked)
    assert (found["logit"].to_numpy() == model.logit(asked)).all()
    assert (found["pd"].to_numpy() == model.probability(asked)).all()


def test_more_trees_than_an_engine_can_add_are_refused(told: PlainModel) -> None:
    first, *rest = told.members
    many = replace(first, trees=(Leaf(0.0),) * 801)  # type: ignore[call-arg]  # a member of trees
    with pytest.raises(ModelError, match=r"SQL adds at most 800 trees .*; stage growth has 801"):
        sql(replace(told, members=(many, *rest)))
    most = replace(first, trees=(Leaf(0.0),) * 800)  # type: ignore[call-arg]
    asked = probe(told, 5)
    assert len(run_sql(sql(replace(told, members=(most, *rest))), asked)) == 5


@pytest.mark.postgres
def test_postgresql_gives_the_numbers_of_the_model(told: PlainModel, model: StageModel, rows: pd.DataFrame) -> None:
    with server() as url:
        base = sa.create_engine(url)
        rows.to_sql("features", base, index=False)
        with base.connect() as connection:
            answer = connection.exec_driver_sql(sql(told).replace("%", "%%")).fetchall()
        base.dispose()
    found = pd.DataFrame(answer, columns=COLUMNS).set_index("application_id").loc[rows["application_id"]]
    assert (found["logit"].to_numpy("float64") == model.logit(rows)).all()
    assert (found["pd"].to_numpy("float64") == model.probability(rows)).all()


def test_a_row_of_another_stage_or_with_an_infinite_value_has_no_pd_and_says_why(
    told: PlainModel, rows: pd.DataFrame
) -> None:
    four = rows.iloc[1:5].assign(stage=["mature", "growth", None, ""], loan_amount=[1.0, np.inf, 1.0, 1.0])
    found = run_sql(sql(told), four)
    assert found["refused"].tolist() == [
        "another stage: this model is that of growth",
        "loan_amount is not finite",
        "no stage: this model is that of growth",
        "no stage: this model is that of growth",
    ]
    assert found[["pd", "logit"]].isna().all(axis=None)


def test_nan_is_not_taken_for_a_missing_value(told: PlainModel, tmp_path: Path) -> None:
    known = "'growth' AS stage, NULL AS province, NULL AS industry, 1.0 AS staff_count"
    with engine("1GB", spill=tmp_path) as base:
        base.run(
            f"""CREATE VIEW features AS
            SELECT 'a' AS application_id, {known}, CAST('NaN' AS DOUBLE) AS loan_amount
            UNION ALL SELECT 'b', {known}, NULL"""
        )
        found = base.frame(sql(told)).set_index("application_id").sort_index()
    assert found["refused"].tolist() == ["loan_amount is not finite", ""]
    assert found["pd"].isna().tolist() == [True, False]


def test_a_value_out_of_the_catalogue_s_range_is_named(told: PlainModel, rows: pd.DataFrame) -> None:
    three = rows.iloc[1:4].assign(loan_amount=[1.0, -1.0, np.nan], staff_count=[2e6, 2e6, 5.0])
    found = run_sql(sql(told), three)["out_of_range"].tolist()
    assert found == ["staff_count", "loan_amount,staff_count", ""]


def test_the_head_names_the_model_and_every_column_with_its_unit(told: PlainModel) -> None:
    head = [line for line in sql(told).splitlines() if line.startswith("--")]
    assert f"-- model: {told.version}" in head
    assert "-- catalogue: c" in head
    assert "--   loan_amount [money] Amount applied for" in head


def test_a_fallback_is_told_to_be_upper_bounds(told: PlainModel) -> None:
    bounds = replace(told, fallback={"method": "upper_bounds", "confidence": 0.75})
    assert "PDs are upper confidence bounds (upper_bounds, confidence 0.75), not best estimates" in sql(bounds)


def test_a_name_that_sql_would_read_otherwise_is_refused(told: PlainModel) -> None:
    with pytest.raises(ModelError, match=r"SQL wants names of small letters, digits and _; got 'a;b'"):
        sql(told, "a;b")


@pytest.mark.parametrize(("value", "text"), [(0.1, "0.1E0"), (-2.0, "-2.0E0"), (1e-7, "1E-07"), (1.5e300, "1.5E+300")])
def test_a_literal_is_a_double_that_is_read_back_as_the_same_number(value: float, text: str) -> None:
    assert number(value) == text
    assert float(number(value)) == value


def test_a_quote_in_a_text_is_doubled() -> None:
    assert literal("O'B") == "'O''B'"
