"""The alarm on the SBA loans: when it fires, how much had been granted by then, what a renewed line would have lost.

Usage: python -m benchmarks.alarm [--data data/sba] [--seed 7]

A hazard by quarters is fitted on what was known on 2006-01-01. The book watched from then on are the loans approved in
2004 and later, alpha .05, exposures capped at 20 medians, in periods of a quarter and of a month. The sample was drawn
by outcome, so that a loan counts with its weight. The old line is certified on 2006-01-01 at a tolerance of `factor`
times the predicted level, the renewed one, model and cut-off, the day after the alarm at the same tolerance; both are
tested on loans of 2006-08 granted after the alarm. Prints a table, then one line of JSON.
"""

import argparse
import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.alarm_lines import WINDOW, certified, curves, hazard, line, matured, predicted
from benchmarks.rolling import loans_with_outcomes
from decisions.alarm import Fed, Terms, fed, fired_on, planned_variance
from models.fitting.feature_set import usable_features
from scoring.alarm_book import Curves, at_risk, ended_periods

BUILT_ON, BOOK_FROM, LAST = date(2006, 1, 1), date(2004, 1, 1), date(2009, 12, 31)
GRANTED = ("2006-01-01", "2009-01-01")
"""The loans of 2006-08: first day, and first day after."""
FACTORS, MONTHS = (1.0, 1.25, 1.5, 2.0), (3, 1)
ALPHA, CAP = 0.05, 20


def main() -> None:
    """Print the table and the line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("data/sba"), help="folder of a finished run")
    parser.add_argument("--seed", type=int, default=7, help="of the draw of the certification loans")
    asked = parser.parse_args()
    found = study(asked.data, asked.seed)
    print(alarm_text(found))
    print(json.dumps(found))


def study(folder: Path, seed: int) -> dict[str, Any]:
    """Ratios by quarter, and one entry per length of period and factor: alarm, loans granted by then, the two lines."""
    table = loans_with_outcomes(folder)
    table["in_window"] = (table["month"] < WINDOW).astype("float64")
    names = usable_features(table)
    day = pd.Timestamp(BUILT_ON)
    booster = hazard(table, day, names)
    book = _book(table)
    known = curves(booster, book, names)
    tested = matured(table, day, seed)
    level = predicted(booster, tested, names)
    old = {factor: certified(booster, tested, names, factor * level) for factor in FACTORS}
    recent = table[(table["as_of"] >= GRANTED[0]) & (table["as_of"] < GRANTED[1])]
    rows, quarters, renewed = [], list[dict[str, Any]](), {}
    for months in MONTHS:
        for factor in FACTORS:
            terms, periods = watched(book, known, months, factor)
            if months == 3 and factor == 1.0:
                quarters = [_quarter(period) for period in periods]
            fired = fired_on(terms, periods)
            row: dict[str, Any] = {
                "months": months,
                "factor": factor,
                "fired_on": None if fired is None else str(fired),
            }
            row["highest_capital"] = max(period.capital for period in periods)
            if fired is not None:
                after = pd.Timestamp(fired) + pd.Timedelta(days=1)
                if after not in renewed:
                    renewed[after] = hazard(table, after, names), matured(table, after, seed)
                model, sample = renewed[after]
                later = recent[recent["as_of"] >= after]
                row |= _granted(recent, after)
                row["old_line"] = asdict(line(old[factor], booster, later, names)) if len(later) else None
                again = certified(model, sample, names, factor * level)
                row["renewed_line"] = asdict(line(again, model, later, names)) if len(later) else None
            rows.append(row)
    return {
        "built_on": str(BUILT_ON),
        "alpha": ALPHA,
        "window": WINDOW,
        "level": level,
        "quarters": quarters,
        "rows": rows,
    }


def watched(book: pd.DataFrame, known: Curves, months: int, factor: float) -> tuple[Terms, tuple[Fed, ...]]:
    """Terms planned on the book of the first period, and all periods until LAST; capped exposures times weights."""
    capped = book["exposure"].clip(upper=CAP * book["exposure"].median())
    loans = book.assign(exposure=capped * book["weight"])
    periods: tuple[Fed, ...] = ()
    terms = None
    for start, end in ended_periods(BUILT_ON, LAST, months):
        rows = at_risk(loans, known, start, end)
        if terms is None:
            weight = book.set_index("application_id")["weight"].loc[rows["application_id"]].to_numpy()
            amount, chance = rows["exposure"].to_numpy() / weight, rows["hazard"].to_numpy()
            variance = planned_variance(amount, chance, weight, factor)
            terms = Terms("sba", ALPHA, factor, float(loans["exposure"].max()), variance, 12 // months)
        periods = (*periods, fed(terms, periods, start, end, rows))
    if terms is None:
        message = "wanted at least one period that has ended"
        raise ValueError(message)
    return terms, periods


def _book(table: pd.DataFrame) -> pd.DataFrame:
    """Loans approved from BOOK_FROM on, as a table of outcomes with weights, and their features."""
    rows = table[(table["as_of"] >= pd.Timestamp(BOOK_FROM)) & (table["as_of"] <= pd.Timestamp(LAST))]
    closed = rows["window_ends_on"].where(rows["defaulted_on"].isna())
    return rows.assign(granted_on=rows["as_of"], closed_on=closed).reset_index(drop=True)


def _quarter(period: Fed) -> dict[str, Any]:
    ratio = period.defaulted / period.predicted
    return {"end": str(period.end), "loans": period.loans, "defaults": period.defaults, "over_predicted": ratio}


def _granted(recent: pd.DataFrame, after: pd.Timestamp) -> dict[str, float]:
    """Loans of 2006-08 granted by the alarm, of the population: number and amount, and their shares."""
    weight, before = recent["weight"].to_numpy(), (recent["as_of"] < after).to_numpy()
    amount = weight * recent["exposure"].to_numpy()
    return {
        "granted_loans": float(weight[before].sum()),
        "granted_loans_share": float(weight[before].sum() / weight.sum()),
        "granted_amount": float(amount[before].sum()),
        "granted_amount_share": float(amount[before].sum() / amount.sum()),
    }


def alarm_text(found: dict[str, Any]) -> str:
    """The study for people."""
    lines = ["Defaulted over predicted, by quarter: " + _ratios(found["quarters"]), ""]
    heads = ("period", "factor", "alarm", "loans granted", "amount granted", "old line", "renewed line")
    lines.append("".join(f"{head:>{width}}" for head, width in zip(heads, WIDTHS, strict=True)))
    for row in found["rows"]:
        lines.append("".join(f"{cell:>{width}}" for cell, width in zip(_cells(row), WIDTHS, strict=True)))
    lines.append(f"lines: approved share of amounts, lost within {found['window']} months / ever; loans of 2006-08")
    lines.append("loans and amounts granted: of those of 2006-08, population, by the day of the alarm")
    return "\n".join(lines)


WIDTHS = (8, 8, 12, 20, 24, 26, 26)


def _ratios(quarters: list[dict[str, Any]]) -> str:
    return ", ".join(f"{q['end'][:7]} {q['over_predicted']:.1f}" for q in quarters)


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    head = (f"{row['months']} mo.", f"{row['factor']:g}")
    if row["fired_on"] is None:
        return (*head, "none", "", "", f"highest capital {row['highest_capital']:.1f}", "")
    number = f"{row['granted_loans']:,.0f} ({row['granted_loans_share']:.0%})"
    amount = f"{row['granted_amount'] / 1e6:,.0f} m ({row['granted_amount_share']:.0%})"
    return (*head, row["fired_on"], number, amount, _line(row["old_line"]), _line(row["renewed_line"]))


def _line(told: dict[str, Any] | None) -> str:
    if told is None:
        return "no later loan"
    if told["cut_off"] is None or not np.isfinite(told["lost_window"] or np.nan):
        return f"none ({told['reason']})"
    return f"{told['approved']:.0%}, {told['lost_window']:.1%} / {told['lost_ever']:.1%}"


if __name__ == "__main__":
    main()
