"""Simulated patents and other rights, from the yearly counts of inventions filed and granted."""

import numpy as np
import pandas as pd

from sources.simulated.book import Book
from sources.simulated.draws import YEARS, Array, day_in_year, day_number, days, numbered, stream
from sources.simulated.faults import with_gaps
from sources.simulated.firm import enterprise_ids
from sources.simulated.histories import years_between
from sources.simulated.states import due_year
from sources.simulated.world import EXTRACTED_ON

EXAMINATION_MONTHS = 15.5
"""Mean examination of an invention, counted here from publication [months] (published for 2024)."""

MONTHS_TO_GRANT = {"utility": 8.0, "design": 5.5, "software": 2.5}
"""Usual months from filing to grant of kinds without examination of substance (assumption of this project)."""

FILED_BEFORE = 9
"""Years of filings held before the first application."""


def patents(book: Book) -> pd.DataFrame:
    """Table `patents`."""
    kinds = [_inventions(book), *(_others(book, kind) for kind in MONTHS_TO_GRANT)]
    frame = pd.concat(kinds, ignore_index=True)
    rng = stream(book.seed, "table patents")
    frame = _with_trades(frame, rng)
    frame.insert(1, "patent_id", numbered("P", np.arange(len(frame))))
    return with_gaps(frame, rng, ("related", "self_developed"), 0.04)


def _spells(book: Book, counts: Array) -> tuple[Array, Array]:
    """Row and year index of each of the rights counted, in the years the bank holds."""
    last = np.zeros(len(counts), dtype=np.int64)
    np.maximum.at(last, book.enterprise, due_year(book.day) + 1)
    held = years_between(due_year(book.states.first) - FILED_BEFORE, np.minimum(last, len(YEARS) - 1))
    row, year = np.nonzero(held & (counts > 0))
    number = counts[row, year]
    return np.repeat(row, number), np.repeat(year, number)


def _inventions(book: Book) -> pd.DataFrame:
    rng = stream(book.seed, "table inventions")
    past = book.histories
    row, year = _spells(book, past.filed)
    size = len(row)
    # The first `granted` of the filings of one enterprise and year are the granted ones.
    place = np.arange(size) - _group_starts(row, year)
    granted = place < past.granted[row, year]
    applied = day_in_year(rng, year, book.states.founded[row])
    published = applied + np.floor(np.minimum(30 + rng.gamma(2.0, 75.0, size), 548))
    exam = np.floor(30.44 * EXAMINATION_MONTHS * rng.gamma(9.0, 1 / 9.0, size))
    lapse = _lapse(book, rng, row, applied)
    ended = np.where(granted, np.maximum(lapse, published + exam + 30), published + exam)
    return _rights(
        rng, row, "invention", applied, published, np.where(granted, published + exam, np.nan), ended, pct=0.06
    )


def _group_starts(row: Array, year: Array) -> Array:
    key = row * len(YEARS) + year
    new = np.concatenate([[True], key[1:] != key[:-1]]) if len(key) else np.zeros(0, dtype=bool)
    return np.maximum.accumulate(np.where(new, np.arange(len(key)), 0))


def _others(book: Book, kind: str) -> pd.DataFrame:
    """Rights of another kind, granted within months."""
    rng = stream(book.seed, f"table {kind}")
    row, year = _spells(book, getattr(book.histories, kind))
    applied = day_in_year(rng, year, book.states.founded[row])
    granted = applied + np.floor(30.44 * MONTHS_TO_GRANT[kind] * rng.gamma(12.0, 1 / 12.0, len(row)) + 5)
    ended = np.maximum(_lapse(book, rng, row, applied), granted + 30)
    return _rights(rng, row, kind, applied, granted, granted, ended, pct=0.0)


def _lapse(book: Book, rng: np.random.Generator, row: Array, applied: Array) -> Array:
    """Day the enterprise lets the right lapse."""
    return np.asarray(
        applied + np.floor(365.25 * (book.histories.lapse_years[row] + 0.3 * rng.standard_normal(len(row))))
    )


def _rights(
    rng: np.random.Generator,
    row: Array,
    kind: str,
    applied: Array,
    published: Array,
    granted: Array,
    ended: Array,
    pct: float,
) -> pd.DataFrame:
    """Rows of rights that could be known by the extraction day, days after it left out."""
    extracted = day_number(EXTRACTED_ON)
    known = np.minimum(published, applied + 548)
    size = len(row)
    frame = pd.DataFrame(
        {
            "enterprise_id": enterprise_ids(row),
            "kind": pd.Series([kind], dtype="str").take(np.zeros(size, dtype=int)).reset_index(drop=True),
            "applied_on": days(applied),
            "published_on": days(np.where(published <= extracted, published, np.nan)),
            "granted_on": days(np.where(granted <= extracted, granted, np.nan)),
            "ended_on": days(np.where(ended <= extracted, ended, np.nan)),
            "pct": pd.array(rng.random(size) < pct, dtype="boolean"),
            "related": pd.array(rng.random(size) < 0.86, dtype="boolean"),
            "self_developed": pd.array(rng.random(size) < 0.93, dtype="boolean"),
            "known_on": days(known),
        }
    )
    kept: pd.DataFrame = frame[known <= extracted]
    return kept


def _with_trades(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Rights with pledges of some that were granted, and with purchases of those not developed by the enterprise."""
    extracted = pd.Timestamp(EXTRACTED_ON)
    size = len(frame)
    after = pd.to_timedelta(rng.integers(30, 900, size), unit="D").as_unit("us")
    held = pd.to_timedelta(rng.integers(180, 720, size), unit="D").as_unit("us")
    pledged = (frame["granted_on"] + after).where(rng.random(size) < 0.04)
    pledged = pledged.where((pledged <= extracted) & ~(frame["ended_on"] <= pledged))
    released = pledged + held
    bought = (frame["granted_on"] + after).where(~frame["self_developed"].astype(bool))
    sold = (frame["granted_on"] + held).where(rng.random(size) < 0.01)
    return frame.assign(
        pledged_on=pledged,
        released_on=released.where(released <= extracted),
        acquired_on=bought.where(bought <= extracted),
        transferred_on=sold.where(sold <= extracted),
    )
