"""Rows of an enterprise are placed once for all its applications: the same as sorting anew what each of them knows."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.as_of import quantities
from features.queries import QUERIES
from schemas.conform import conform
from schemas.tables import TABLES

ENTERPRISES, APPLICATIONS, ROWS = 6, 40, 300
MONTHS = pd.date_range("2018-03-31", periods=16, freq="QE").astype("datetime64[us]")


def tied(name: str, figures: list[str], day: str, draw: np.random.Generator) -> pd.DataFrame:
    """Rows with many equal days and figures, a third of the figures missing."""
    happened = MONTHS[draw.integers(0, len(MONTHS), ROWS)]
    rows = {column: draw.choice([1.0, 2.0, np.nan], ROWS) for column in figures}
    known_on = happened + pd.to_timedelta(draw.choice([30, 60, 400], ROWS), unit="D")
    owner = draw.integers(0, ENTERPRISES, ROWS).astype(str)
    frame = pd.DataFrame({"enterprise_id": owner, day: happened, "known_on": known_on, **rows})
    if name == "statements":
        frame["period"] = draw.choice(["annual", "quarterly"], ROWS, p=[0.7, 0.3])
    if name == "borrowings":
        frame["lender_id"] = draw.choice(["a", "b", "c"], ROWS)
    return conform(frame, TABLES[name])


@pytest.fixture(params=[1, 2, 3])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    draw = np.random.default_rng(request.param)
    days = pd.Timestamp("2018-06-01") + pd.to_timedelta(draw.integers(0, 1500, APPLICATIONS), unit="D")
    asked = {"application_id": [f"{n:03d}" for n in range(APPLICATIONS)], "as_of": days, "amount": 1.0, "exposure": 1.0}
    owner = draw.integers(0, ENTERPRISES, APPLICATIONS).astype(str)
    tables = {
        "applications": conform(pd.DataFrame(asked | {"enterprise_id": owner}), TABLES["applications"]),
        "headcount": tied("headcount", ["staff", "rd_staff", "core_leaves"], "period_end", draw),
        "statements": tied("statements", ["revenue", "profit", "liabilities"], "period_end", draw),
        "borrowings": tied("borrowings", ["balance", "line"], "reported_on", draw),
    }
    for name, frame in tables.items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
    return tmp_path


def known(folder: Path, name: str, application: pd.Series, day: str) -> pd.DataFrame:
    """What an application knows of a table, the last first, by each query's own order."""
    rows = pd.read_parquet(folder / f"{name}.parquet")
    rows = rows[rows["enterprise_id"] == application["enterprise_id"]]
    return rows[(rows["known_on"] <= application["as_of"]) & (rows[day] <= application["as_of"])]


def ordered(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    return rows.sort_values(by, ascending=False, na_position="last", kind="stable")


def found(folder: Path) -> pd.DataFrame:
    return pd.concat(quantities(folder, QUERIES, bucket=15), ignore_index=True)


def same(value: float, expected: float) -> bool:
    return bool(value == expected or (pd.isna(value) and pd.isna(expected)))


def test_the_last_count_of_staff_and_the_one_a_year_before(folder: Path) -> None:
    figures = ["staff", "rd_staff", "core_leaves"]
    for _, row in found(folder).iterrows():
        rows = ordered(known(folder, "headcount", row, "period_end").dropna(subset=figures, how="all"),
                       ["period_end", "known_on", *figures])  # fmt: skip
        assert row["headcount_rows"] == len(rows)
        if rows.empty:
            assert pd.isna(row["headcount_on"])
            continue
        last = rows.iloc[0]
        assert row["headcount_on"] == last["period_end"]
        assert all(same(row[name], last[name]) for name in figures)
        before = rows[(last["period_end"] - rows["period_end"]).dt.days.between(335, 396)]
        assert same(row["staff_prior"], before["staff"].iloc[0] if len(before) else np.nan)


def test_the_last_statements_in_a_row_and_the_last_quarter(folder: Path) -> None:
    for _, row in found(folder).iterrows():
        rows = known(folder, "statements", row, "period_end").dropna(
            subset=["revenue", "profit", "liabilities"], how="all"
        )
        assert row["statement_rows"] == len(rows)
        annual = ordered(
            rows[rows["period"] == "annual"], ["period_end", "known_on", "revenue", "profit", "liabilities"]
        )
        years = annual.drop_duplicates("period_end")
        assert pd.isna(row["statement_on"]) == years.empty
        if len(years):
            assert same(row["profit"], years["profit"].iloc[0])
            ends = years["period_end"].tolist()
            year = [335 <= (a - b).days <= 396 for a, b in pairwise(ends)][:2]
            assert row["statement_years"] == 1 + (year[0] + (year[0] and len(year) > 1 and year[1]) if year else 0)
            assert same(row["profit_prior"], years["profit"].iloc[1] if year and year[0] else np.nan)
        quarterly = rows[rows["period"] == "quarterly"].dropna(subset=["revenue", "liabilities"], how="all")
        quarters = ordered(quarterly, ["period_end", "known_on", "revenue", "liabilities"])
        assert same(row["quarter_liabilities"], quarters["liabilities"].iloc[0] if len(quarters) else np.nan)


def test_the_last_report_of_every_lender(folder: Path) -> None:
    for _, row in found(folder).iterrows():
        rows = ordered(known(folder, "borrowings", row, "reported_on"), ["reported_on", "known_on", "balance", "line"])
        recent = rows[rows["reported_on"] > row["as_of"] - pd.DateOffset(months=6)].drop_duplicates("lender_id")
        lends = recent["balance"].isna() | (recent["balance"] > 0) | (recent["line"] > 0)
        assert row["lenders"] == lends.sum()
        assert same(row["borrowed"], recent["balance"].sum(skipna=False) if len(recent) else 0.0)
        assert row["credit_lines"] == recent["line"].sum()
        assert same(row["registry_on"], rows["reported_on"].max() if len(rows) else np.nan)
        since = rows["reported_on"].max() - pd.DateOffset(months=6)
        of_lender = rows.drop_duplicates("lender_id")
        of_lender = of_lender[of_lender["reported_on"] > since]
        assert row["open_balances"] == (of_lender["balance"].isna() | (of_lender["balance"] > 0)).sum()
