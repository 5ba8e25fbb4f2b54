"""Simulated technology contracts and titles."""

import numpy as np
import pandas as pd

from sources.simulated.book import Book
from sources.simulated.draws import YEAR_ENDS, Array, day_in_year, day_number, days, logistic, numbered, stream
from sources.simulated.faults import late, with_gaps
from sources.simulated.firm import enterprise_ids, reported_years
from sources.simulated.states import age_at_year_end
from sources.simulated.world import EXTRACTED_ON

SINGLE_TITLES = {
    "innovative_sme": 0.045, "specialised_sme": 0.022, "little_giant": 0.005, "national_platform": 0.002,
    "provincial_platform": 0.018, "national_award": 0.001, "provincial_award": 0.007, "national_programme": 0.004,
    "provincial_programme": 0.020, "standard_led": 0.007,
}  # fmt: skip
"""Chance of each title in a year of a typical enterprise (assumption of this project)."""

VALID_YEARS = {
    "hitech_enterprise": 3,
    "technology_sme": 1,
    "innovative_sme": 3,
    "specialised_sme": 3,
    "little_giant": 3,
}
"""Years a title is valid; others do not expire."""


def technology_contracts(book: Book) -> pd.DataFrame:
    """Table `technology_contracts`: the first contract of a year is with the main buyer."""
    rng = stream(book.seed, "table contracts")
    past = book.histories
    row, year = reported_years(book, before=2)
    number = past.contracts[row, year]
    group = np.repeat(np.arange(len(row)), number)
    row, year = row[group], year[group]
    first = np.concatenate([[True], group[1:] != group[:-1]]) if len(group) else np.zeros(0, dtype=bool)
    weight = np.where(first, 0.0, rng.exponential(1.0, len(group)))
    rest = np.bincount(group, weight, minlength=len(number))[group]
    main = past.main_share[row, year]
    share = np.where(first, main, (1 - main) * weight / np.where(rest > 0, rest, 1.0))
    total = book.states.revenue[row, year].astype(np.float64) * past.contract_share[row, year]
    signed = _spread_days(rng, group, number, year, book.states.founded[row])
    registered = signed + late(rng, len(row), 45, 0.5, 5)
    buyer = np.where(first, row, 50_000_000 + rng.integers(0, 200_000, len(row)))
    frame = pd.DataFrame(
        {
            "enterprise_id": enterprise_ids(row),
            "contract_id": numbered("T", np.arange(len(row))),
            "amount": np.maximum((share * total).round(-2), 100.0),
            "counterparty_id": numbered("B", buyer),
            "signed_on": days(signed),
            "registered_on": days(registered),
            "known_on": days(registered),
        }
    )
    return with_gaps(frame, rng, ("counterparty_id",), 0.03)


def _spread_days(rng: np.random.Generator, group: Array, number: Array, year: Array, founded: Array) -> Array:
    """Days of the contracts of each group spread evenly over its year, in random order, never before the founding."""
    shuffled = np.lexsort((rng.random(len(group)), group))
    place = np.empty(len(group))
    place[shuffled] = np.arange(len(group)) - (np.cumsum(number) - number)[group]
    start = np.maximum(YEAR_ENDS[year] - 364, founded)
    part = (place + rng.random(len(group))) / number[group]
    return np.asarray(np.floor(start + part * (YEAR_ENDS[year] - start + 1)))


def qualifications(book: Book) -> pd.DataFrame:
    """Table `qualifications`: renewed titles, and titles won once in a while."""
    row, year = reported_years(book)
    kinds = [
        _hitech(book, row, year),
        _technology_sme(book, row, year),
        *(_single(book, kind, row, year) for kind in SINGLE_TITLES),
    ]
    frame = pd.concat(kinds, ignore_index=True)
    return frame[frame["known_on"] <= pd.Timestamp(EXTRACTED_ON)].reset_index(drop=True)


def _hitech(book: Book, row: Array, year: Array) -> pd.DataFrame:
    """Every third year from the second year of life on, for two of three enterprises that spend enough on R&D."""
    rng = stream(book.seed, "table hitech")
    holder = rng.random(len(book.states.founded)) < 0.68
    phase = rng.integers(0, 3, len(holder))
    old = age_at_year_end(book.states.founded)[row, year] > 1.5
    granted = holder[row] & old & ((year + phase[row]) % 3 == 0) & (book.states.intensity[row, year] > 0.027)
    return _titles(rng, book, "hitech_enterprise", row[granted], year[granted])


def _technology_sme(book: Book, row: Array, year: Array) -> pd.DataFrame:
    rng = stream(book.seed, "table technology sme")
    holder = rng.random(len(book.states.founded)) < 0.45
    small = book.states.revenue[row, year] <= 2e8
    granted = holder[row] & small & (rng.random(len(row)) < 0.45)
    return _titles(rng, book, "technology_sme", row[granted], year[granted])


def _single(book: Book, kind: str, row: Array, year: Array) -> pd.DataFrame:
    """Titles that better and larger enterprises win more often; the first win counts."""
    rng = stream(book.seed, f"table {kind}")
    chance = SINGLE_TITLES[kind] * 2 * logistic(0.6 * book.states.quality[row] + 0.6 * book.states.size[row])
    won = rng.random(len(row)) < chance
    if kind in VALID_YEARS:  # one title at a time: the first one within the years the bank holds
        first = np.full(len(book.states.founded), len(YEAR_ENDS))
        np.minimum.at(first, row[won], year[won])
        won &= first[row] == year
    return _titles(rng, book, kind, row[won], year[won])


def _titles(rng: np.random.Generator, book: Book, kind: str, row: Array, year: Array) -> pd.DataFrame:
    granted = day_in_year(rng, year, book.states.founded[row])
    valid = VALID_YEARS.get(kind)
    expires = granted + 365.25 * valid if valid else np.full(len(row), np.nan)
    announced = granted + np.floor(20 * rng.random(len(row)))
    frame = pd.DataFrame(
        {
            "enterprise_id": enterprise_ids(row),
            "kind": pd.Series([kind], dtype="str").take(np.zeros(len(row), dtype=int)).reset_index(drop=True),
            "granted_on": days(granted),
            "expires_on": days(expires),
            "known_on": days(announced),
        }
    )
    return frame[granted <= day_number(EXTRACTED_ON)]
