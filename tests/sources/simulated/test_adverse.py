"""Adverse records open on the day of an application: as the hazard has them, so the tables show them."""

import numpy as np
import pandas as pd
import pytest

from sources.simulated.adverse import DRIVERS, RATES, flags, spells
from sources.simulated.book import Book, book
from sources.simulated.draws import days
from sources.simulated.firm import enterprise_ids
from sources.simulated.loans import application_ids, conduct


@pytest.fixture(scope="module")
def made() -> Book:
    return book(8_000, 5, 0.0, 0.5)


def open_in_tables(made: Book, kind: str) -> set[str]:
    """Applications of enterprises with such a record known and not resolved on the day, as the features see it."""
    records = conduct(made)
    rows = pd.DataFrame(
        {
            "application_id": application_ids(made),
            "enterprise_id": enterprise_ids(made.enterprise),
            "as_of": days(made.day),
        }
    ).merge(records[records["kind"] == kind], on="enterprise_id")
    here = (rows["known_on"] <= rows["as_of"]) & ~(rows["resolved_on"] <= rows["as_of"])
    return set(rows.loc[here, "application_id"])


@pytest.mark.parametrize("kind", list(RATES))
def test_the_records_open_on_a_day_are_those_of_which_the_hazard_knows(made, kind):
    told = getattr(made.drivers, DRIVERS[kind]) == 1
    assert open_in_tables(made, kind) == set(application_ids(made)[told])
    assert told.any()


def test_a_record_begins_after_the_founding_is_known_by_the_day_and_ends_after_it():
    rng = np.random.default_rng(0)
    day = 18_000 + np.floor(1_000 * rng.random(20_000))
    founded = day - 220
    for spell in spells(3, rng.standard_normal(20_000), founded, day).values():
        mine = day[spell.application]
        assert (spell.begun >= founded[spell.application]).all()
        assert (spell.begun <= spell.known).all()
        assert (spell.known <= mine).all()
        assert (spell.ended > mine).all()
        assert (spell.ended - mine < 367).all()
        assert (mine - spell.begun < 367).all()


def test_weaker_enterprises_have_more_of_them_at_the_stated_rates():
    quality = np.random.default_rng(1).standard_normal(60_000)
    found = flags(spells(2, quality, np.zeros(60_000), np.full(60_000, 18_000.0)), 60_000)
    for kind, rate in RATES.items():
        flag = found[DRIVERS[kind]]
        assert flag.mean() == pytest.approx(rate, rel=0.1)
        assert flag[quality < 0].mean() > 1.5 * flag[quality > 0].mean()
