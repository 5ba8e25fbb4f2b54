"""Promised and realised, year by year: approval lines of the SBA loans set on 1 January on what was known that day.

Usage: python -m benchmarks.promised [--data data/sba] [--span 1] [--mode robust] [--seed 7]

For every year 2002-08 a hazard is fitted on what had happened by 1 January (`benchmarks.rolling`), without the loans
that certify: the last `span` years of approvals whose 48 months had closed. A line is set in four ways: `naive`
(highest line whose observed ratio of amounts is within the tolerance), `certified` (rho 0), `stressed` (the margin for
year effects with the estimate of rho from the years before), and `stressed, rho upper` (with its upper value). The
tolerance is over the same 48 months: the ratio of all loans of the years before plus three points, or raised in the
proportion in which policy raises the ratio of whole lives. Then the loans approved in that year, by final outcomes.
Prints a table, then one line of JSON.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.features import peak_mib
from benchmarks.promised_lines import (
    WAYS,
    effects_before,
    fitted_on,
    known_on,
    later,
    lines,
    ratio,
    rules_of_tolerance,
    window_pd,
)
from benchmarks.rolling import PERIOD_MONTHS, PERIODS, WINDOW, loans_with_outcomes
from decisions.modes import MODES
from models.fitting.params import TrainParams
from pipelines.limits import ThresholdParams, limits
from pipelines.params import section
from pipelines.policy_day import policy_day
from policy.loader import figure

YEARS = tuple(range(2002, 2009))
CLASS = "micro"
"""Size class whose tolerance is the measure of both rules; nine of ten loans are of it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table and the line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("data/sba"), help="folder of a finished run")
    parser.add_argument("--span", type=int, default=1, help="years of approvals that certify")
    parser.add_argument("--mode", choices=[mode for mode in MODES if mode != "strict"], default="robust")
    parser.add_argument("--seed", type=int, default=7, help="of the draw of loans that defaulted after the window")
    asked = parser.parse_args(arguments)
    start = time.process_time()
    found = study(loans_with_outcomes(asked.data), YEARS, asked.span, asked.mode, asked.seed)
    print(promised_text(found))
    used = {"cpu_seconds": round(time.process_time() - start, 1), "peak_mib": round(peak_mib())}
    print(json.dumps({**found, **used}, allow_nan=False))


def study(table: pd.DataFrame, years: Sequence[int], span: int, mode: str, seed: int) -> dict[str, Any]:
    """What was known in each year, and one row per year, rule of tolerance and way; plain data.

    `table` is that of `benchmarks.rolling.loans_with_outcomes`.
    """
    params = replace(section("train", TrainParams, "sba"), num_leaves=15, period_months=PERIOD_MONTHS, periods=PERIODS)
    points, factor = _uplift()
    facts, rows = [], []
    for year in years:
        day = pd.Timestamp(year, 1, 1)
        known = known_on(table, day, span)
        granted = table[(table["as_of"] >= day) & (table["as_of"] < pd.Timestamp(year + 1, 1, 1))]
        booster, names = fitted_on(known, day, params)
        old, new = (window_pd(booster, names, part, params.num_threads) for part in (known.certification, granted))
        effects = effects_before(known)
        facts.append(
            {
                "year": year,
                "certification_from": str(known.certification["as_of"].min().date()),
                "certification_to": str(known.certification["as_of"].max().date()),
                "certification_rows": len(known.certification),
                "certification_defaults": int(known.certification["in_window"].sum()),
                "ratio_before": ratio(known.history),
                "ratio_certification": ratio(known.certification),
                "ratio_year": ratio(granted),
                "ratio_year_ever": ratio(granted, "ever"),
                "rho": effects.rho,
                "rho_upper": effects.upper,
            }
        )
        for rule, tolerance in rules_of_tolerance(known, points, factor).items():
            for line in lines(known, old, tolerance, effects, mode, seed):
                done = asdict(later(granted, new, line.cut_off))
                rows.append({"year": year, "rule": rule, "tolerance": tolerance, **asdict(line), **done})
    return {"window": WINDOW, "span": span, "mode": mode, "seed": seed, "years": facts, "rows": rows}


def _uplift() -> tuple[float, float]:
    """Points by which policy raises the ratio of all loans for CLASS, and the factor that this is of the ratio."""
    overall = float(figure("tolerance", section("threshold", ThresholdParams, "sba").overall_npl).on(policy_day("sba")))
    tolerated = limits("sba")[CLASS].value
    return tolerated - overall, tolerated / overall


def promised_text(found: dict[str, Any]) -> str:
    """The study for people: what was known, a block per rule of tolerance, and how often each way kept within it."""
    told = [f"Default within {found['window']} months; certified on {found['span']} year(s), mode {found['mode']}", ""]
    told.append("".join(f"{head:>{width}}" for head, width in FACTS))
    for fact in found["years"]:
        dates = f"{fact['certification_from'][:7]} to {fact['certification_to'][:7]}"
        counts = f"{fact['certification_rows']:,} ({fact['certification_defaults']})"
        ratios = (fact[f"ratio_{name}"] for name in ("before", "certification", "year", "year_ever"))
        rhos = (_number(fact[name], ".2f") for name in ("rho", "rho_upper"))
        told.append(_row((fact["year"], dates, counts, *(f"{value:.1%}" for value in ratios), *rhos), FACTS))
    for rule in dict.fromkeys(row["rule"] for row in found["rows"]):
        of_rule = [row for row in found["rows"] if row["rule"] == rule]
        told += ["", f"tolerance by {rule}", "".join(f"{head:>{width}}" for head, width in ROWS)]
        told += [_row(_cells(row), ROWS) for row in of_rule]
        told += [_summary(way, [row for row in of_rule if row["way"] == way]) for way in WAYS]
    return "\n".join(told)


FACTS = (
    ("year", 6),
    ("certified on", 20),
    ("rows (defaults)", 18),
    ("before", 9),
    ("certified on", 14),
    ("of the year", 13),
    ("ever", 8),
    ("rho", 6),
    ("upper", 7),
)
ROWS = (
    ("year", 6),
    ("tolerance", 11),
    ("way", 21),
    ("tested", 8),
    ("line", 8),
    ("seen", 8),
    ("rows", 7),
    ("loans", 10),
    ("share", 7),
    ("amount", 8),
    ("realised", 16),
    ("ever", 8),
    ("", 10),
)
"""Heads and widths of the two tables."""


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    head = (row["year"], f"{row['tolerance']:.2%}", row["way"], _number(row["tested"], ".2%"))
    if row["realised"] is None:
        return (*head, "none", *(("",) * 7), row["reason"])
    above = "above" if row["realised"] > row["tolerance"] else ""
    counts = (f"{row['rows']:,}", f"{row['loans']:,.0f}", f"{row['share_loans']:.0%}", f"{row['share_amount']:.0%}")
    realised = f"{row['realised']:.1%} +- {_number(row['error'], '.1%')}"
    return (
        *head,
        f"{row['cut_off']:.2%}",
        _number(row["seen"], ".2%"),
        *counts,
        realised,
        f"{row['ever']:.1%}",
        above,
    )


def _summary(way: str, rows: list[dict[str, Any]]) -> str:
    lined = [row for row in rows if row["realised"] is not None]
    above = sum(row["realised"] > row["tolerance"] for row in lined)
    share = sum(row["share_amount"] for row in rows) / len(rows)
    return f"{way}: a line in {len(lined)} of {len(rows)} years, above the tolerance in {above}; {share:.0%} of amounts"


def _number(value: float | None, how: str) -> str:
    return "-" if value is None else format(value, how)


def _row(cells: Sequence[object], columns: Sequence[tuple[str, int]]) -> str:
    return "".join(f"{cell!s:>{width}}" for cell, (_, width) in zip(cells, columns, strict=True))


if __name__ == "__main__":
    main()
