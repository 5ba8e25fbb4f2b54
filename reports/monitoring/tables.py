"""Tables of the page of the monitoring: first excesses, latest looks, months, realised beside expected, moves, rows."""

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from models.monitoring.record import Record
from policy.loader import Figure
from reports.monitoring.names import action, group_of, months_of, result, shown, shown_limit, test_name, tone
from reports.numbers import count, decimal, interval, plain, rate
from reports.texts import both
from reports.view import Cell, Grid, Head, Row, number, short, word
from schemas.declarations import Text
from scoring.monitoring.set_aside import Account
from scoring.monitoring.vintages import BUCKETS, Transitions

First = Mapping[tuple[str, str], Record]
BUCKET_TEXTS = {
    "current": "monitor.current",
    "to_30": "monitor.to_30",
    "to_60": "monitor.to_60",
    "to_90": "monitor.to_90",
    "over_90": "monitor.over_90",
}
TABLES = {
    "applications": "monitor.table_applications",
    "outcomes": "monitor.table_outcomes",
    "decisions of persons": "monitor.table_decisions",
}
ASIDE = {
    "without_pd": "monitor.aside_without_pd",
    "scored_by_both": "monitor.aside_scored_by_both",
    "other_model_version": "monitor.aside_other_model_version",
    "after_until": "monitor.aside_after_until",
    "before_the_watch": "monitor.aside_before_the_watch",
    "application_set_aside": "monitor.aside_application_set_aside",
    "unknown_application": "monitor.aside_unknown_application",
    "known_after_until": "monitor.aside_known_after_until",
    "before_the_decision": "monitor.aside_before_the_decision",
    "contradicts_itself": "monitor.aside_contradicts_itself",
    "window_open": "monitor.aside_window_open",
    "not_a_decision": "monitor.aside_not_a_decision",
}


def first_table(first: Sequence[Record]) -> Grid:
    """The first look that exceeded its limit, a row per test and group, with what to do."""
    heads = (
        word("monitor.test"),
        word("monitor.group"),
        short("monitor.first_day"),
        number("monitor.value"),
        number("monitor.limit"),
        number("monitor.size"),
        word("monitor.action"),
    )
    rows = tuple(
        Row(
            (
                test_name(r),
                group_of(r),
                r.on,
                shown(r.value, r.test),
                shown_limit(r),
                count(r.size),
                action(r),
            ),
            tone="exceeded",
        )
        for r in first
    )
    return Grid(both("monitor.first_table"), heads, rows, both("monitor.first_note"))


def looks_table(caption: Text, records: Sequence[Record], first: First) -> Grid:
    """A row per record: test, group, months, value, limit, size, result."""
    heads = (
        word("monitor.test"),
        word("monitor.group"),
        short("monitor.months"),
        number("monitor.value"),
        number("monitor.limit"),
        number("monitor.size"),
        word("monitor.verdict"),
    )
    rows = []
    for r in records:
        before = first.get((r.test, r.group))
        cells = (test_name(r), group_of(r), months_of(r), shown(r.value, r.test), shown_limit(r))
        rows.append(Row((*cells, count(r.size), result(r, before)), tone=tone(r, before)))
    return Grid(caption, heads, tuple(rows), both("monitor.last_note"))


def level_table(records: Sequence[Record], first: First, factor: float) -> Grid:
    """Latest level of every group: loans, defaults, expected ones, their ratio, capital and its limit."""
    heads = (
        word("monitor.group"),
        number("monitor.loans"),
        number("monitor.defaults"),
        number("monitor.expected"),
        number("monitor.ratio"),
        number("monitor.capital"),
        number("monitor.limit"),
        word("monitor.verdict"),
    )
    rows = []
    for r in records:
        before = first.get((r.test, r.group))
        ratio = None if not r.expected or r.defaults is None else r.defaults / r.expected
        numbers = (count(r.size), count(r.defaults), decimal(r.expected, 1), decimal(ratio, 2))
        bets = (shown(r.value, r.test), shown_limit(r))
        rows.append(Row((group_of(r), *numbers, *bets, result(r, before)), tone=tone(r, before)))
    note = both("monitor.level_note", factor=plain(factor))
    return Grid(both("monitor.level_table"), heads, tuple(rows), note)


def realised_table(
    caption: Text, table: pd.DataFrame, keys: Sequence[Head], named: Sequence[Sequence[Cell]], note: Text | None
) -> Grid:
    """Realised beside expected of the groups of `scoring.monitoring.performance.realised`; `named` are their names."""
    heads = (
        *keys,
        number("monitor.loans"),
        number("monitor.defaults"),
        number("monitor.expected"),
        number("monitor.ratio"),
        number("monitor.rate"),
        number("monitor.mean_pd"),
    )
    rows = []
    for names, row in zip(named, table.to_dict("records"), strict=True):
        rates = interval(rate(row["rate"]), rate(row["low"]), rate(row["high"]))
        numbers = (
            count(row["loans"]),
            count(row["defaults"]),
            decimal(row["expected"], 1),
            decimal(row["ratio"], 2),
        )
        rows.append(Row((*names, *numbers, rates, rate(row["mean_pd"]))))
    return Grid(caption, heads, tuple(rows), note)


def month_table(by_month: pd.DataFrame, names: Mapping[str, Text]) -> Grid:
    """Applications, mean PD, and the numbers of stages and decisions by month; `names` of the columns counted."""
    counted = [name for name in by_month.columns if name in names]
    heads = (
        short("monitor.month"),
        number("monitor.applications"),
        number("monitor.mean_pd"),
        *(Head(names[name]) for name in counted),
    )
    rows = tuple(
        Row(
            (
                str(row["month"]),
                count(row["applications"]),
                rate(row["mean_pd"]),
                *(count(row[name]) for name in counted),
            )
        )
        for row in by_month.to_dict("records")
    )
    return Grid(both("monitor.by_month"), heads, rows, both("monitor.by_month_note"), folded=True)


def curve_table(curves: pd.DataFrame) -> Grid:
    """Cumulative share in default after every third month on book, and the last one."""
    months = [int(name[1:]) for name in curves.columns if name.startswith("m") and name[1:].isdigit()]
    shown_months = sorted({*(month for month in months if month % 3 == 0), months[-1]})
    heads = (
        short("monitor.vintage"),
        number("monitor.loans"),
        *(Head(both("monitor.months_on_book", months=str(month))) for month in shown_months),
        number("monitor.mean_pd"),
    )
    rows = tuple(
        Row(
            (
                row["vintage"],
                count(row["loans"]),
                *(rate(row[f"m{month}"]) for month in shown_months),
                rate(row["mean_pd"]),
            )
        )
        for row in curves.to_dict("records")
    )
    return Grid(both("monitor.vintage_table"), heads, rows, both("monitor.vintage_note"))


def moves_table(caption: Text, moves: Transitions, note: Text) -> Grid:
    """Shares of moves from the state of a row to that of a column; a dash where nobody was in the state."""
    names = [both(BUCKET_TEXTS[s]) if s in BUCKETS else Text(s, s) for s in moves.states]
    heads = (word("monitor.from"), *(Head(name) for name in names), number("monitor.number"))
    rows = []
    for name, counts in zip(names, moves.counts, strict=True):
        total = float(counts.sum())
        shares = (rate(value / total if total else None) for value in counts)
        rows.append(Row((name, *shares, count(total))))
    return Grid(caption, heads, tuple(rows), note)


def account_table(accounts: Sequence[Account], not_ended: int) -> Grid:
    """What became of every row of every table."""
    rows = []
    for known in accounts:
        name = both(TABLES[known.table])
        rows.append(Row((name, both("monitor.rows_in"), count(known.rows)), strong=True))
        rows.append(Row((name, both("monitor.used"), count(known.used))))
        rows.append(Row((name, both("monitor.duplicates"), count(known.duplicates))))
        rows += [Row((name, both(ASIDE[reason]), count(many))) for reason, many in known.aside.items()]
    heads = (word("monitor.table"), word("monitor.outcome"), number("monitor.rows"))
    note = both("monitor.account_note", count=count(not_ended))
    return Grid(both("monitor.account"), heads, tuple(rows), note)


def limits_table(figures: Sequence[Figure], day: date) -> Grid:
    """The limits of policy with unit, source and flag."""
    heads = (word("monitor.meaning"), number("monitor.limit"), short("monitor.flag"), word("monitor.source"))
    rows = tuple(
        Row((Text(f.meaning_en, f.meaning_zh), plain(f.on(day)), f.flag, Text(f.source, f.source))) for f in figures
    )
    caption = both("monitor.limits_table", day=str(day))
    return Grid(caption, heads, rows, both("monitor.limits_note"), folded=True)
