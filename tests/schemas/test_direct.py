"""The rules looked at directly reject the same rows, for the same rules, as Great Expectations does."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.check import Validated, validated
from schemas.conform import conform
from schemas.declarations import PANDAS_DTYPES, Column, Table
from schemas.rules import KINDS, rules
from schemas.tables import TABLES

DAY = pd.Timestamp("2024-06-30")
IDS = ["e1", "e2", "e3", None]
DAYS = ["1850-01-01", "2019-12-31", "2023-01-01", "2023-06-30", "2024-06-30", "2024-07-01", None]
CODES = ["91350100M000100Y43", "91350100M000100Y44", "bad\n", "510", "6510", "", None]


def value(column: Column) -> st.SearchStrategy[Any]:
    """Values of a column that are plausible, at a bound, out of it, or missing."""
    if column.dtype == "date":
        return st.sampled_from(DAYS)
    if column.dtype == "boolean":
        return st.sampled_from([True, False, None])
    if column.dtype in ("number", "integer"):
        bounds = [bound for bound in (column.low, column.high) if bound is not None]
        near = [b + step for b in bounds for step in (-1, 0, 1)]
        return st.sampled_from([None, 0, 1, 2, 2020, -1, *map(int, near)])
    if column.values is not None:
        return st.sampled_from([*column.values[:2], "no such code", None])
    return st.sampled_from(IDS if column.name.endswith("_id") else CODES)


def rows(table: Table) -> st.SearchStrategy[pd.DataFrame]:
    row = st.fixed_dictionaries({column.name: value(column) for column in table.columns})
    dtypes = {column.name: PANDAS_DTYPES[column.dtype] for column in table.columns}
    return st.lists(row, min_size=1, max_size=4).map(
        lambda listed: pd.DataFrame(listed, columns=list(dtypes)).astype(dtypes)
    )


def same(tables: dict[str, pd.DataFrame]) -> Validated:
    """The tables checked both ways; what was found."""
    wanted, found = validated(tables, DAY), validated(tables, DAY, direct=True)
    assert found.quality == wanted.quality
    for name in tables:
        pd.testing.assert_frame_equal(found.tables[name], wanted.tables[name])
        pd.testing.assert_frame_equal(found.rejects[name], wanted.rejects[name])
    return found


@pytest.mark.parametrize("name", TABLES)
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_reject_the_same_rows_for_the_same_rules(name: str, data: st.DataObject) -> None:
    named = {parent: TABLES[parent] for parent in TABLES[name].parents.values()} | {name: TABLES[name]}
    if "applications" in named:
        named = {"enterprises": TABLES["enterprises"]} | named
    found = same({table: data.draw(rows(declared)) for table, declared in named.items()})
    assert all(q.rows == q.kept + q.rejected + q.duplicates for q in found.quality)


def test_a_portfolio_with_faults_is_rejected_alike_and_every_kind_of_rule_is_broken() -> None:
    draw = np.random.default_rng(3)
    tables = {}
    for name, table in TABLES.items():
        listed = [{column.name: _drawn(column, number, draw) for column in table.columns} for number in range(60)]
        dtypes = {column.name: PANDAS_DTYPES[column.dtype] for column in table.columns}
        tables[name] = conform(pd.DataFrame(listed, columns=list(dtypes)).astype(dtypes), table)
    found = same(tables)
    kinds = {
        rule.kind for q in found.quality for rule in rules(TABLES[q.table]) if {**q.broken, **q.warned}.get(rule.name)
    }
    assert kinds == set(KINDS)


def _drawn(column: Column, number: int, draw: np.random.Generator) -> Any:
    """A value of a row of which most are right, so that parents stay."""
    if column.name.endswith("_id") and draw.random() < 0.9:
        return f"e{number % 40}"
    if column.dtype == "date":
        return DAYS[draw.choice(len(DAYS), p=[0.01, 0.3, 0.3, 0.3, 0.04, 0.02, 0.03])]
    if column.dtype == "boolean":
        return bool(draw.random() < 0.5)
    if column.dtype in ("number", "integer"):
        low, high = column.low or 0, column.high
        inner = low + 1 if high is None else (low + high) / 2
        return int(inner) if draw.random() < 0.95 else int(low) - 1
    if column.values is not None:
        return column.values[0] if draw.random() < 0.95 else "no such code"
    return CODES[draw.choice(len(CODES))] if draw.random() < 0.2 else None
