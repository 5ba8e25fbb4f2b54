"""The page of the alarm: which certificates are watched, the capital of each watch, and the day an alarm fired."""

import math

from decisions.alarm_state import State, Watch
from reports.capital_chart import capital_chart, shown_capital
from reports.numbers import count, decimal, percent, plain
from reports.render import page
from reports.texts import both
from reports.view import Cell, Grid, Head, Paragraph, Points, Row, Section, number, short, word
from schemas.declarations import Text


def alarm_page(state: State, subtitle: Text) -> str:
    """HTML of the page, in both languages; the same state gives the same bytes."""
    sections = (_summary(state), *(_watch(watch, at) for at, watch in enumerate(state.watches)), _reading())
    return page("page.html", both("alarm.title"), subtitle, sections)


def screen_heads() -> tuple[Text, ...]:
    """Headings of the columns of `screen_rows`."""
    return tuple(head.label for head in _heads())


def screen_rows(state: State) -> list[tuple[Cell, ...]]:
    """One row per watch, for a screen and for the page."""
    return [_row(watch) for watch in state.watches]


def _heads() -> tuple[Head, ...]:
    return (
        word("alarm.size_class"),
        short("alarm.since"),
        short("alarm.until"),
        number("alarm.periods"),
        number("alarm.defaults"),
        number("alarm.over_predicted"),
        number("alarm.over_tolerated"),
        number("alarm.capital"),
        number("alarm.highest"),
        word("alarm.status"),
    )


def _row(watch: Watch) -> tuple[Cell, ...]:
    periods = watch.periods
    bad, predicted, tolerated = (
        math.fsum(getattr(period, name) for period in periods) for name in ("defaulted", "predicted", "tolerated")
    )
    capital = [period.capital for period in periods] or [1.0]
    return (
        both(f"size.{watch.size_class}"),
        str(watch.opened_on),
        str(periods[-1].end) if periods else "–",
        count(len(periods)),
        count(sum(period.defaults for period in periods)),
        decimal(bad / predicted if predicted > 0 else None, 2),
        decimal(bad / tolerated if tolerated > 0 else None, 2),
        shown_capital(capital[-1]),
        shown_capital(max(capital)),
        _status(watch),
    )


def _status(watch: Watch) -> Text:
    if watch.renewal is not None:
        told = {"on": str(watch.renewal.on), "by": watch.renewal.by, "reason": watch.renewal.reason}
        if watch.fired_on is None:
            return both("alarm.ended", **told)
        return both("alarm.renewed", day=str(watch.fired_on), **told)
    return both("alarm.watched") if watch.fired_on is None else both("alarm.stands", day=str(watch.fired_on))


def _summary(state: State) -> Section:
    standing = state.standing()
    leads = [
        Paragraph(both("alarm.lead", size_class=both(f"size.{w.size_class}"), day=str(w.fired_on)), "lead exceeded")
        for w in standing
    ] or [Paragraph(both("alarm.no_alarm"), "lead")]
    rows = tuple(Row(_row(watch), tone="exceeded" if watch.standing else "") for watch in state.watches)
    table = Grid(both("alarm.watches"), _heads(), rows, both("alarm.watches_note"))
    return Section("watches", both("alarm.summary"), (*leads, table))


def _watch(watch: Watch, at: int) -> Section:
    name = both(f"size.{watch.size_class}")
    title = both("alarm.watch", size_class=name, day=str(watch.opened_on))
    blocks: tuple[object, ...] = (_terms(watch),)
    if watch.periods:
        blocks = (capital_chart(watch, name), *blocks, _periods(watch))
    else:
        blocks = (Paragraph(both("alarm.nothing_yet")), *blocks)
    return Section(f"watch{at + 1}", title, blocks)


def _terms(watch: Watch) -> Grid:
    terms = watch.terms
    rows = (
        Row((both("alarm.term_alpha"), percent(terms.alpha, 1))),
        Row((both("alarm.term_level"), plain(terms.level))),
        Row((both("alarm.term_factor"), decimal(terms.tolerance_factor, 2))),
        Row((both("alarm.term_cap"), count(terms.exposure_cap))),
        Row((both("alarm.term_bets"), ", ".join(f"{bet:.3g}" for bet in terms.bets))),
        Row((both("alarm.term_certificate"), terms.certificate)),
    )
    return Grid(both("alarm.terms"), (word("alarm.term"), number("alarm.value")), rows, folded=True)


def _periods(watch: Watch) -> Grid:
    heads = (
        short("alarm.period_end"),
        number("alarm.at_risk"),
        number("alarm.defaults"),
        number("alarm.exposure"),
        number("alarm.predicted"),
        number("alarm.tolerated"),
        number("alarm.defaulted"),
        number("alarm.capital"),
    )
    rows = tuple(
        Row(
            (
                str(p.end),
                count(p.loans),
                count(p.defaults),
                *(count(value) for value in (p.exposure, p.predicted, p.tolerated, p.defaulted)),
                shown_capital(p.capital),
            ),
            tone="exceeded" if p.capital >= watch.terms.level else "",
        )
        for p in watch.periods
    )
    return Grid(both("alarm.by_period"), heads, rows, both("alarm.by_period_note"), folded=True)


def _reading() -> Section:
    items = (
        both("alarm.reading_capital"),
        both("alarm.reading_level"),
        both("alarm.reading_suspended"),
        both("alarm.reading_covers"),
        both("alarm.reading_silence"),
    )
    return Section("reading", both("alarm.reading"), (Points(both("alarm.reading_title"), items),))
