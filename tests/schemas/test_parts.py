"""A part is not above its whole: rejected where that is true by definition, counted where accounts may differ."""

import pandas as pd
import pytest

from schemas.check import validated
from schemas.conform import conform
from schemas.rules import rules
from schemas.tables import TABLES

DAY = pd.Timestamp("2024-06-30")
ROW = {"enterprise_id": "e", "period_end": "2022-12-31", "period": "annual", "known_on": "2023-04-30"}


def checked(table: str, **values: float):
    frames = {"enterprises": pd.DataFrame({"enterprise_id": ["e"]}), table: pd.DataFrame([{**ROW, **values}])}
    result = validated({name: conform(frame, TABLES[name]) for name, frame in frames.items()}, DAY)
    return next(q for q in result.quality if q.table == table)


@pytest.mark.parametrize(
    ("table", "part", "whole"),
    [
        ("headcount", "rd_staff", "staff"),
        ("headcount", "postgraduates", "staff"),
        ("statements", "current_assets", "assets"),
        ("statements", "current_liabilities", "liabilities"),
        ("statements", "interest_bearing_debt", "liabilities"),
    ],
)
def test_a_part_above_its_whole_rejects_the_row(table: str, part: str, whole: str) -> None:
    assert checked(table, **{part: 2.0, whole: 1.0}).broken[f"{part}_within_{whole}"] == 1
    assert checked(table, **{part: 1.0, whole: 1.0}).rejected == 0
    assert checked(table, **{part: 2.0}).rejected == 0


@pytest.mark.parametrize(
    ("table", "part", "whole"),
    [("headcount", "core_team", "staff"), ("statements", "hitech_revenue", "revenue")],
)
def test_a_part_that_may_differ_in_good_faith_is_counted_and_stays(table: str, part: str, whole: str) -> None:
    found = checked(table, **{part: 2.0, whole: 1.0})
    assert (found.kept, found.rejected, found.warned[f"{part}_within_{whole}"]) == (1, 0, 1)


def test_an_exposure_above_the_amount_is_counted_and_stays() -> None:
    frames = {
        "enterprises": pd.DataFrame({"enterprise_id": ["e"]}),
        "applications": pd.DataFrame(
            [{"application_id": "1", "enterprise_id": "e", "as_of": "2023-04-30", "amount": 1.0, "exposure": 2.0}]
        ),
    }
    result = validated({name: conform(frame, TABLES[name]) for name, frame in frames.items()}, DAY)
    found = next(q for q in result.quality if q.table == "applications")
    assert (found.kept, found.warned["exposure_within_amount"]) == (1, 1)


def test_every_number_has_bounds_that_fit_the_decimals_it_is_added_up_in() -> None:
    for table in TABLES.values():
        for column in table.columns:
            if column.dtype == "number":
                assert column.low is not None, (table.name, column.name)
                assert column.high is not None, (table.name, column.name)
                assert max(-column.low, column.high) <= 1e13


def test_every_day_has_a_first_plausible_one() -> None:
    for table in TABLES.values():
        named = {r.name for r in rules(table)}
        assert named >= {f"{c.name}_plausible" for c in table.columns if c.dtype == "date"}
