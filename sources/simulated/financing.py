"""Simulated equity rounds, pledges of shares and borrowings at all lenders."""

import numpy as np
import pandas as pd

from sources.simulated.book import Book
from sources.simulated.draws import (
    YEAR_ENDS,
    Array,
    choice,
    coded,
    day_number,
    days,
    exp,
    interpolated,
    logistic,
    numbered,
    power,
    quarter_end,
    stream,
)
from sources.simulated.faults import late, with_gaps
from sources.simulated.firm import enterprise_ids, reported_years
from sources.simulated.statements import debt_share, figures
from sources.simulated.world import EXTRACTED_ON

ROUNDS = ("seed", "angel", "a", "b", "c", "d_plus")
FOLLOWERS = {"angel": 0.30, "corporate": 0.20, "government_fund": 0.28, "pe": 0.14, "bank_aic": 0.04, "insurance": 0.04}
MONEY = {
    "government": 0.32,
    "corporate": 0.2,
    "wealthy_individuals": 0.18,
    "foreign": 0.06,
    "bank": 0.06,
    "insurance": 0.05,
    "unknown": 0.13,
}
"""Shares of investors and of where their money comes from (assumptions of this project)."""

LENDERS = 60
"""Lenders in the credit registry of the simulated world."""


def equity_rounds(book: Book) -> pd.DataFrame:
    """Table `equity_rounds`: one row an investor; rounds led by venture capital have mostly such investors."""
    rng = stream(book.seed, "table rounds")
    past = book.histories
    row, year = np.nonzero(np.isfinite(past.round_day))
    nth = np.cumsum(np.isfinite(past.round_day), axis=1)[row, year] - 1
    investors = 1 + rng.poisson(0.35, len(row))
    group = np.repeat(np.arange(len(row)), investors)
    row, year, nth = row[group], year[group], nth[group]
    lead = np.concatenate([[True], group[1:] != group[:-1]]) if len(group) else np.zeros(0, dtype=bool)
    venture = past.institutional[row, year] & (lead | (rng.random(len(row)) < 0.7))
    kind = np.where(venture, 0, 1 + choice(rng, list(FOLLOWERS.values()), len(row)))
    closed = past.round_day[row, year].astype(np.float64)
    amount = exp(
        14.6
        + 0.65 * np.minimum(nth, 5)
        + 0.4 * venture
        + 0.25 * book.states.size[row]
        + 0.7 * rng.standard_normal(len(row))
    )
    frame = pd.DataFrame(
        {
            "enterprise_id": enterprise_ids(row),
            "round_id": numbered("R", np.arange(len(row))),
            "closed_on": days(closed),
            "round": coded(np.minimum(nth, len(ROUNDS) - 1), ROUNDS),
            "amount": amount.round(-3),
            "investor_kind": coded(kind, ("vc", *FOLLOWERS)),
            "money_source": coded(choice(rng, list(MONEY.values()), len(row)), list(MONEY)),
            "known_on": days(closed + late(rng, len(row), 24, 0.25, 3)),
        }
    )
    return with_gaps(frame, rng, ("amount", "money_source", "round"))


def equity_pledges(book: Book) -> pd.DataFrame:
    """Table `equity_pledges`: few enterprises pledge shares, more so the indebted ones."""
    rng = stream(book.seed, "table pledges")
    row, year = reported_years(book)
    pledged = rng.random(len(row)) < 0.03 * exp(0.5 * book.states.leverage[row, year])
    row, year = row[pledged], year[pledged]
    start = np.maximum(YEAR_ENDS[year] - np.floor(364 * rng.random(len(row))), book.states.founded[row])
    end = start + 120 + rng.integers(0, 900, len(row))
    frame = pd.DataFrame(
        {
            "enterprise_id": enterprise_ids(row),
            "pledge_id": numbered("Q", np.arange(len(row))),
            "pledged_on": days(start),
            "released_on": days(np.where(end <= day_number(EXTRACTED_ON), end, np.nan)),
            "share": (0.02 + 0.6 * rng.beta(1.2, 2.5, len(row))).round(4),
            "known_on": days(start + np.floor(4 * rng.random(len(row)))),
        }
    )
    return with_gaps(frame, rng, ("share",))


def borrowings(book: Book) -> pd.DataFrame:
    """Table `borrowings`: lines and balances of each lender at quarter-ends before each application.

    The registry is asked at every application: the last two quarters, and the same two a year before.
    """
    rng = stream(book.seed, "table borrowings")
    asked = np.concatenate([quarter_end(book.day - 35, back) for back in (0, 1, 4, 5)])
    row, end = _distinct(np.tile(book.enterprise, 4), asked)
    held = (end >= book.histories.borrows_from[row]) & (end >= book.states.founded[row] + 90) & (end > YEAR_ENDS[0])
    row, end = row[held], end[held]
    year = np.searchsorted(YEAR_ENDS, end).clip(1, len(YEAR_ENDS) - 1)
    before = np.where(YEAR_ENDS[year - 1] > book.states.founded[row], year - 1, year)
    part = ((end - YEAR_ENDS[year - 1]) / 365).clip(0, 1)
    debt = (1 - part) * figures(book, row, before)["liabilities"] + part * figures(book, row, year)["liabilities"]
    balance = debt_share(book, row) * debt * exp(0.05 * rng.standard_normal(len(row)))
    used = logistic(0.5 + 0.9 * interpolated(book.states.utilisation, row, end))
    return _split(book, rng, row, end, balance, balance / used)


def _distinct(row: Array, end: Array) -> tuple[Array, Array]:
    """Pairs of enterprise and day without those that come twice, in order."""
    key = np.unique(row * 100_000 + end.astype(np.int64))
    return key // 100_000, (key % 100_000).astype(np.float64)


def _split(book: Book, rng: np.random.Generator, row: Array, end: Array, balance: Array, line: Array) -> pd.DataFrame:
    """Totals split over the lenders of each enterprise, in shares that stay; some months are not reported."""
    lenders = np.minimum(1 + stream(book.seed, "lenders").poisson(0.4, len(book.states.founded)), 4)
    bank = stream(book.seed, "banks").integers(0, LENDERS, len(lenders))
    number = lenders[row]
    group = np.repeat(np.arange(len(row)), number)
    starts = np.repeat(np.cumsum(number) - number, number)
    place = np.arange(len(group)) - starts
    share = power(0.6, place) * (1 - 0.6) / (1 - power(0.6, lenders[row][group]))
    kept = rng.random(len(group)) > 0.03
    group, place, share = group[kept], place[kept], share[kept]
    frame = pd.DataFrame(
        {
            "enterprise_id": enterprise_ids(row[group]),
            "lender_id": numbered("L", (bank[row[group]] + place) % LENDERS, 3),
            "reported_on": days(end[group]),
            "line": (line[group] * share).round(-3),
            "balance": (balance[group] * share).round(-3),
            "known_on": days(end[group] + late(rng, len(group), 30, 0.15, 10)),
        }
    )
    return with_gaps(frame, rng, ("line",), 0.03)
