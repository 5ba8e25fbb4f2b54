"""Simulated financial statements: annual and quarterly, from the yearly states, with noise, delay and restatements."""

import numpy as np
import pandas as pd

from sources.simulated.book import Book
from sources.simulated.draws import YEAR_ENDS, Array, days, exp, logistic, stream
from sources.simulated.faults import late, with_gaps, with_restatements
from sources.simulated.firm import enterprise_ids, reported_years

FLOWS = ("revenue", "hitech_revenue", "costs", "profit", "operating_cash_flow", "ebit", "rd_expensed", "rd_capitalised")
"""Columns that add up over a year; a quarter has about a fourth of them. All others are balances at its end."""

GAPS = (
    *("hitech_revenue", "inventory", "retained_earnings", "ebit", "rd_capitalised", "rd_domestic_share"),
    *("rd_deduction_tax", "receivables", "operating_cash_flow", "current_liabilities"),
)
"""Columns that are sometimes missing."""

QUARTER_DAYS = (-275, -184, -92)
"""Days from the ends of the first three quarters to the end of the year."""


def statements(book: Book) -> pd.DataFrame:
    """Table `statements`."""
    rng = stream(book.seed, "table statements")
    row, year = reported_years(book)
    annual = _annual(book, rng, row, year)
    quarterly = _quarterly(book, stream(book.seed, "table statements quarterly"))
    frame = pd.concat([annual, quarterly], ignore_index=True)
    frame = _as_delivered(book, with_gaps(frame, rng, GAPS))
    return with_restatements(frame, rng, ("revenue", "costs", "profit", "assets", "liabilities", "receivables"))


DETAILS = ("current_assets", "current_liabilities", "receivables", "inventory", "operating_cash_flow")
RESEARCH = ("rd_expensed", "rd_capitalised", "rd_domestic_share", "rd_deduction_tax")
"""Columns that abridged statements lack, and those of R&D that is not shown apart (see deliveries.py)."""


def _as_delivered(book: Book, frame: pd.DataFrame) -> pd.DataFrame:
    """The statements of the enterprises that deliver any, without the columns that theirs do not have."""
    row = frame["enterprise_id"].str[1:].astype("int64").to_numpy()
    lacks = {name: ~book.delivered.details[row] for name in DETAILS}
    lacks |= {name: ~book.delivered.research[row] for name in RESEARCH}
    blanked = frame.assign(**{name: frame[name].mask(rows) for name, rows in lacks.items()})
    return blanked[book.delivered.statements[row]].reset_index(drop=True)


def _annual(book: Book, rng: np.random.Generator, row: Array, year: Array) -> pd.DataFrame:
    columns = _noisy(rng, figures(book, row, year), 0.02)
    columns["rd_domestic_share"] = (1 - rng.beta(0.5, 9.0, len(row))).round(4)
    # Super-deduction: 75 % of expensed R&D until 2022, 100 % from 2023, at the reduced corporate income tax rate.
    rate = np.where(YEAR_ENDS[year] > YEAR_ENDS[-4], 1.0, 0.75) * np.where(rng.random(len(row)) < 0.7, 0.15, 0.25)
    columns["rd_deduction_tax"] = np.where(columns["profit"] > 0, columns["rd_expensed"] * rate, 0.0).round()
    known = YEAR_ENDS[year] + late(rng, len(row), 100, 0.22, 25)
    return _frame(row, YEAR_ENDS[year], "annual", known, columns)


def _quarterly(book: Book, rng: np.random.Generator) -> pd.DataFrame:
    """Quarters of the enterprises that report them (three of ten), some of them missing."""
    row, year = reported_years(book, before=2)
    reports = rng.random(len(book.states.founded)) < 0.3
    row, year = row[reports[row]], year[reports[row]]
    quarter = np.tile(np.arange(3), len(row))
    row, year = np.repeat(row, 3), np.repeat(year, 3)
    end = YEAR_ENDS[year] + np.array(QUARTER_DAYS)[quarter]
    kept = (rng.random(len(row)) > 0.08) & (end > book.states.founded[row] + 30)
    row, year, quarter, end = row[kept], year[kept], quarter[kept], end[kept]
    before = np.where(YEAR_ENDS[np.maximum(year - 1, 0)] > book.states.founded[row], np.maximum(year - 1, 0), year)
    now, then, part = figures(book, row, year), figures(book, row, before), (quarter + 1) / 4
    season = exp(0.12 * rng.standard_normal(len(row))) / 4
    columns = {name: (part * now[name] + (1 - part) * then[name]) * (season if name in FLOWS else 1.0) for name in now}
    known = end + late(rng, len(row), 30, 0.25, 10)
    return _frame(row, end, "quarterly", known, _noisy(rng, columns, 0.02))


def _frame(row: Array, end: Array, period: str, known: Array, columns: dict[str, Array]) -> pd.DataFrame:
    first = {"enterprise_id": enterprise_ids(row), "period_end": days(end), "period": period, "known_on": days(known)}
    return pd.DataFrame({**first, **columns})


def _noisy(rng: np.random.Generator, columns: dict[str, Array], deviation: float) -> dict[str, Array]:
    """Figures as reported, in whole CNY."""
    size = len(columns["revenue"])
    noise = {n: exp(deviation * rng.standard_normal(size, dtype=np.float32)) for n in columns}
    reported = {n: np.round(values * noise[n]).astype(np.float64) for n, values in columns.items()}
    reported["current_assets"] = np.minimum(reported["current_assets"], reported["assets"])
    reported["current_liabilities"] = np.minimum(reported["current_liabilities"], reported["liabilities"])
    return reported


def figures(book: Book, row: Array, year: Array) -> dict[str, Array]:
    """True figures of fiscal years [CNY], with the leverage, current ratio and runway of the states."""
    s = book.states
    revenue = s.revenue[row, year].astype(np.float64)
    margin = s.margin[row, year]
    research = revenue * s.intensity[row, year]
    cash_flow = revenue * np.where(s.burning[row, year], np.minimum(margin, -0.02), np.maximum(margin, 0.01) + 0.02)
    # An enterprise that burns cash holds its runway in months of it; another some weeks of revenue.
    runway = exp(2.3 + 0.75 * s.runway[row, year])
    cash = np.where(s.burning[row, year], -cash_flow / 12 * runway, 0.14 * revenue * exp(0.3 * s.runway[row, year]))
    receivables = revenue * 85 * exp(0.5 * s.receivable[row, year]) / 365
    inventory = revenue * 0.12 * exp(0.3 * s.size[row])
    current_assets = 1.12 * (cash + receivables + inventory)
    current_liabilities = current_assets / (1.7 * exp(0.42 * s.liquidity[row, year]))
    leverage = owed_share(s.leverage[row, year])
    assets = np.maximum(1.05 * current_assets, 1.25 * current_liabilities / leverage)
    borrows = book.histories.borrows_from[row] <= YEAR_ENDS[year]
    profit = revenue * margin
    return {
        "revenue": revenue,
        "hitech_revenue": revenue * logistic(1.0 + 0.9 * s.hitech[row, year]),
        "costs": revenue - 1.1 * profit,
        "profit": profit,
        "assets": assets,
        "current_assets": current_assets,
        "liabilities": leverage * assets,
        "current_liabilities": current_liabilities,
        "receivables": receivables,
        "inventory": inventory,
        "cash": cash,
        "operating_cash_flow": cash_flow,
        "interest_bearing_debt": np.where(borrows, debt_share(book, row) * leverage * assets, 0.0),
        "retained_earnings": profit * 2.5,
        "ebit": 1.15 * profit + 0.02 * leverage * assets,
        "rd_expensed": 0.88 * research,
        "rd_capitalised": 0.12 * research,
    }


def owed_share(state: Array) -> Array:
    """Liabilities over assets [fraction]: rises with the state, above one (negative equity) for a few."""
    return np.asarray(logistic(-0.10 + 0.75 * state) + 0.5 * np.maximum(state - 1.6, 0))


def debt_share(book: Book, row: Array) -> Array:
    """Share of interest-bearing debt in the liabilities of enterprises that borrow [fraction]."""
    return np.asarray(0.30 + 0.45 * logistic(book.states.quality[row]))
