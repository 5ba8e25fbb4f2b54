"""The page of the monitoring: what is beyond its limit, who applies, whether the PDs hold, what became of rows."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from models.monitoring.record import Record, first_exceeded
from policy.loader import Figure
from policy.segments import STAGES
from reports.monitoring.charts import index_chart, vintage_chart
from reports.monitoring.names import FEATURES, in_order
from reports.monitoring.tables import (
    TABLES,
    account_table,
    curve_table,
    first_table,
    level_table,
    limits_table,
    looks_table,
    month_table,
    moves_table,
    realised_table,
)
from reports.numbers import count, decimal, percent, plain
from reports.render import page
from reports.texts import both
from reports.view import Grid, Paragraph, Points, Row, Section, Tile, Tiles, number, short, word
from schemas.declarations import Text
from scoring.monitoring.watch import Monitored

NEAREST = 10
"""Features shown beside those that exceeded their limit."""
DECISIONS = ("approve", "refer", "decline")
KINDS = {
    "approved_against_decline": "monitor.approved_against_decline",
    "declined_against_approve": "monitor.declined_against_approve",
    "referred_against_system": "monitor.referred_against_system",
    "": "monitor.no_override",
    "approved_by_system": "monitor.approved_by_system",
    "referred": "monitor.referred",
    "declined": "monitor.declined",
}


def monitor_page(found: Monitored, figures: Sequence[Figure], day: date, subtitle: Text) -> str:
    """HTML of the page in both languages, `figures` the limits of policy in force on `day`; same input, same bytes."""
    first = first_exceeded(found.records)
    limit = {figure.name.split(".")[1]: figure.on(day) for figure in figures}
    sections = (
        _summary(found, first, float(limit["false_alarm"])),
        _population(found),
        _features(found, first),
        _calibration(found, first, float(limit["level_tolerance"])),
        _vintages(found),
        _overrides(found),
        _moves(found),
        Section("account", both("monitor.account"), (account_table(found.accounts, found.not_ended),)),
        Section("limits", both("monitor.limits"), (limits_table(figures, day),)),
        _reading(float(limit["false_alarm"]), int(limit["watch_months"])),
    )
    return page("page.html", both("monitor.title"), subtitle, sections)


def latest(records: Sequence[Record]) -> list[Record]:
    """The latest look of every test and group that tested something, or the last record where none did."""
    found: dict[tuple[str, str], Record] = {}
    for record in sorted(records, key=lambda r: (r.verdict != "not_tested", r.on)):
        found[(record.test, record.group)] = record
    return sorted(found.values(), key=in_order)


def _summary(found: Monitored, first: dict[tuple[str, str], Record], level: float) -> Section:
    months = found.months.ended
    told = {"first": str(months[0]), "last": str(months[-1])}
    lost = _lost(found)
    if first:
        lead = Paragraph(both("monitor.lead_some", count=str(len(first)), **told), "lead exceeded")
    elif lost:
        lead = Paragraph(both("monitor.lead_of_tests", **told), "lead")
    else:
        lead = Paragraph(both("monitor.lead_none", **told), "lead met")
    blocks: list[object] = [*lost, lead, _tiles(found, first, level)]
    if first:
        blocks.append(first_table(list(first.values())))
    shown = [r for r in latest(found.records) if r.test not in FEATURES]
    blocks.append(looks_table(both("monitor.last_table"), shown, first))
    return Section("summary", both("monitor.summary"), tuple(blocks))


def _lost(found: Monitored) -> tuple[Paragraph, ...]:
    """What the looks do not rest on: tables with too many rows set aside, months without an application."""
    names = {table: both(TABLES[table]) for table in found.faulty}
    told = [
        Paragraph(both("monitor.set_aside_exceeded", table=names[table], share=percent(share, 1)), "lead exceeded")
        for table, share in found.faulty.items()
    ]
    for table, months in found.faulty_months.items():
        listed = ", ".join(f"{month} {percent(share, 1)}" for month, share in months.items())
        text = both("monitor.set_aside_months", table=both(TABLES[table]), months=listed)
        told.append(Paragraph(text, "lead exceeded"))
    if found.empty:
        told.append(Paragraph(both("monitor.empty_months", months=", ".join(map(str, found.empty))), "lead exceeded"))
    return tuple(told)


def _tiles(found: Monitored, first: dict[tuple[str, str], Record], level: float) -> Tiles:
    used = found.accounts[0]
    tested = sum(record.verdict != "not_tested" for record in found.records)
    waiting = sum(record.verdict == "not_tested" for record in latest(found.records))
    matured = next((known.used for known in found.accounts if known.table == "outcomes"), None)
    rows, aside = count(used.rows), count(used.rows - used.used)
    return Tiles(
        (
            Tile(
                both("monitor.exceeded_tile"),
                count(len(first)),
                both("monitor.exceeded_detail", level=percent(level, 0)),
                "exceeded" if first else "met",
            ),
            Tile(
                both("monitor.applications"),
                count(used.used),
                both("monitor.applications_detail", rows=rows, aside=aside, file="set_aside.csv"),
            ),
            Tile(
                both("monitor.looks"),
                count(tested),
                both("monitor.looks_detail", months=str(len(found.months.ended)), waiting=str(waiting)),
            ),
            Tile(
                both("monitor.matured"),
                count(matured),
                both("monitor.matured_detail", lost=count(found.without_outcome)),
            ),
        )
    )


def _population(found: Monitored) -> Section:
    indices = sorted((record for record in found.records if record.test == "pd_index"), key=in_order)
    chart = index_chart(indices)
    names = {stage: both(f"stage.{stage}") for stage in STAGES} | {
        decision: both(f"decision.{decision}") for decision in DECISIONS
    }
    blocks: tuple[object, ...] = () if chart is None else (chart,)
    return Section("population", both("monitor.population"), (*blocks, month_table(found.by_month, names)))


def _features(found: Monitored, first: dict[tuple[str, str], Record]) -> Section:
    title = both("monitor.features")
    if found.with_features is None:
        return Section("features", title, (Paragraph(both("monitor.features_absent")),))
    rows = [record for record in latest(found.records) if record.test in FEATURES]
    ranked = sorted(rows, key=lambda r: (-_nearness(r, first), r.test, r.group))
    beyond = sum((record.test, record.group) in first for record in ranked)
    used = found.accounts[0].used
    lead = both("monitor.features_lead", count=count(found.with_features), all=count(used))
    shown = looks_table(both("monitor.features_table"), ranked[: max(NEAREST, beyond)], first)
    return Section("features", title, (Paragraph(lead), shown))


def _nearness(record: Record, first: dict[tuple[str, str], Record]) -> float:
    """How near a value is to its limit; above all where the limit was exceeded once."""
    if (record.test, record.group) in first:
        return 1e9
    if record.value is None or record.limit is None:
        return -1.0
    near, far = (record.value, record.limit) if record.side == "upper" else (record.limit, record.value)
    return near / far if far > 0 else 0.0


def _calibration(found: Monitored, first: dict[tuple[str, str], Record], factor: float) -> Section:
    title = both("monitor.calibration")
    levels = [record for record in latest(found.records) if record.test == "level"]
    if not levels:
        return Section("calibration", title, (Paragraph(both("monitor.calibration_absent")),))
    blocks: list[object] = [level_table(levels, first, factor)]
    if found.lost_defaults:
        blocks.insert(0, Paragraph(both("monitor.lost_defaults", count=count(found.lost_defaults)), "exceeded"))
    if len(found.by_vintage):
        named = [(both(f"stage.{row['stage']}"), str(row["vintage"])) for row in found.by_vintage.to_dict("records")]
        heads = (word("monitor.stage"), short("monitor.vintage"))
        note = both("monitor.by_vintage_note")
        blocks.append(realised_table(both("monitor.by_vintage"), found.by_vintage, heads, named, note))
    return Section("calibration", title, tuple(blocks))


def _vintages(found: Monitored) -> Section:
    title = both("monitor.vintages")
    if not len(found.curves):
        return Section("vintages", title, (Paragraph(both("monitor.vintages_absent")),))
    return Section("vintages", title, (vintage_chart(found.curves), curve_table(found.curves)))


def _overrides(found: Monitored) -> Section:
    title = both("monitor.overrides")
    if all(known.table != "decisions of persons" for known in found.accounts):
        return Section("overrides", title, (Paragraph(both("monitor.overrides_absent")),))
    heads = (word("monitor.direction"), number("monitor.number"))
    rows = tuple(
        Row((both(KINDS[kind]), count(many)))
        for kind, many in sorted(found.overridden.items(), key=lambda item: item[0] or "~")
    )
    blocks: list[object] = []
    if found.undecided:
        blocks.append(Paragraph(both("monitor.undecided", count=count(found.undecided))))
    if found.unexplained:
        blocks.append(Paragraph(both("monitor.unexplained", count=count(found.unexplained))))
    blocks.append(Grid(both("monitor.overrides_table"), heads, rows, both("monitor.overrides_note")))
    if len(found.by_override):
        table: pd.DataFrame = found.by_override
        named = [(both(KINDS[kind]),) for kind in table["kind"]]
        blocks.append(
            realised_table(both("monitor.override_outcomes"), table, (word("monitor.direction"),), named, None)
        )
    return Section("overrides", title, tuple(blocks))


def _moves(found: Monitored) -> Section:
    blocks: list[object] = []
    if found.rolls is None:
        blocks.append(Paragraph(both("monitor.rolls_absent")))
    else:
        blocks.append(moves_table(both("monitor.rolls_table"), found.rolls, both("monitor.rolls_note")))
    widths = found.grades.bandwidths
    if widths is None:
        blocks.append(Paragraph(both("monitor.grades_absent")))
    else:
        note = both("monitor.grades_note", upper=decimal(widths[0], 2), lower=decimal(widths[1], 2))
        blocks.append(moves_table(both("monitor.grades_table"), found.grades, note))
    return Section("moves", both("monitor.moves"), tuple(blocks))


def _reading(level: float, months: int) -> Section:
    items = (
        both("monitor.reading_false", level=percent(level, 0), months=plain(months)),
        both("monitor.reading_size"),
        both("monitor.reading_year"),
        both("monitor.reading_selected"),
    )
    return Section("reading", both("monitor.reading"), (Points(both("monitor.reading_title"), items),))
