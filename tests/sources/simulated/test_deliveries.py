"""What enterprises do not deliver is hidden from the tables, and the truth knows it."""

import numpy as np
import pytest

from sources.simulated.deliveries import NEEDS, NOT_DELIVERED, Deliveries, deliveries, known_terms
from sources.simulated.drivers import Drivers
from sources.simulated.portfolio import Portfolio, SimulatedParams, simulate


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    return simulate(SimulatedParams(applications=20_000, seed=11, rho=0.0))


def delivered(rows: int, **absent: slice) -> Deliveries:
    """All deliver everything, but for the rows given by table."""
    given = Deliveries(*(np.ones(rows, dtype=bool) for _ in Deliveries._fields))
    for name, rows_without in absent.items():
        getattr(given, name)[rows_without] = False
    return given


def terms(rows: int) -> dict[str, np.ndarray]:
    """Terms of three drivers: leverage tells four tenths of the current ratio, the rest is chance."""
    rng = np.random.default_rng(1)
    leverage = rng.standard_normal(rows)
    ratio = 2.0 + 0.4 * leverage + 0.3 * rng.standard_normal(rows)
    return {"leverage": leverage, "current_ratio": ratio, "province": rng.standard_normal(rows)}


def test_every_driver_that_needs_a_table_is_a_driver_and_every_table_can_be_missing():
    assert set(NEEDS) <= set(Drivers._fields)
    assert {table for tables in NEEDS.values() for table in tables} == set(NOT_DELIVERED)


def test_who_delivers_everything_hides_nothing():
    found = known_terms(terms(50), np.zeros(50), delivered(50))
    assert (found.unseen == 0).all()
    assert (found.deviation == 0).all()
    assert all((found.terms[name] == values).all() for name, values in terms(50).items())


def test_a_hidden_term_is_parted_into_what_others_tell_and_what_nothing_tells():
    rows, hidden = 20_000, slice(0, 8_000)
    every = terms(rows)
    found = known_terms(every, np.zeros(rows), delivered(rows, details=hidden))
    seen = np.sum(list(found.terms.values()), axis=0)
    assert seen + found.unseen == pytest.approx(np.sum(list(every.values()), axis=0))
    expected = 2.0 + 1.4 * every["leverage"] + every["province"]
    assert seen[hidden] == pytest.approx(expected[hidden], abs=0.05)
    assert found.deviation[hidden] == pytest.approx(0.3, abs=0.01)
    assert (found.unseen[8_000:] == 0).all()
    assert np.corrcoef(found.unseen[hidden], every["leverage"][hidden])[0, 1] == pytest.approx(0.0, abs=0.03)


def test_an_interaction_is_hidden_with_either_of_its_drivers():
    every = {"leverage*contract_turnover_share": np.arange(10.0), "province": np.zeros(10)}
    found = known_terms(every, np.zeros(10), delivered(10, statements=slice(0, 5)))
    assert found.terms["leverage*contract_turnover_share"][:5] == pytest.approx(np.full(5, 4.5))
    assert found.terms["leverage*contract_turnover_share"][5:] == pytest.approx(np.arange(5.0, 10.0))


def test_enterprises_go_without_tables_at_the_stated_shares():
    given = deliveries(5, 50_000)
    for name, share in NOT_DELIVERED.items():
        assert 1 - getattr(given, name).mean() == pytest.approx(share, abs=0.005)


def test_what_an_enterprise_does_not_deliver_is_missing_in_all_its_years(portfolio):
    statements = portfolio.tables["statements"]
    spent = statements.groupby("enterprise_id")[["rd_expensed", "rd_deduction_tax"]].count()
    assert (spent["rd_expensed"] == 0).mean() == pytest.approx(NOT_DELIVERED["research"], abs=0.015)
    assert (spent.loc[spent["rd_expensed"] == 0, "rd_deduction_tax"] == 0).all()
    without = ~portfolio.tables["enterprises"]["enterprise_id"].isin(statements["enterprise_id"])
    assert without.mean() == pytest.approx(NOT_DELIVERED["statements"], abs=0.01)


@pytest.mark.parametrize("table", ["statements", "headcount"])
def test_the_attainable_pd_of_enterprises_without_a_table_is_their_mean_true_pd(portfolio, table):
    rows = portfolio.truth.merge(portfolio.tables["applications"], on="application_id")
    without = rows[~rows["enterprise_id"].isin(portfolio.tables[table]["enterprise_id"])]
    assert len(without) > 500
    error = without["pd_true"].std() / np.sqrt(len(without))
    assert abs(without["pd_attainable"].mean() - without["pd_true"].mean()) < 4 * error


def test_less_is_attainable_where_statements_are_not_delivered(portfolio):
    rows = portfolio.truth.merge(portfolio.tables["applications"], on="application_id")
    has = rows["enterprise_id"].isin(portfolio.tables["statements"]["enterprise_id"])
    spread = rows.groupby(has)["linear_visible"].std()
    assert spread[False] < 0.8 * spread[True]
