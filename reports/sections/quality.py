"""Data quality: the section of the report, and a page of its own with every rule that was checked."""

from collections.abc import Mapping
from typing import Any

from features.catalogue import by_name
from reports.inputs import Inputs
from reports.numbers import count, percent
from reports.render import page
from reports.sections import groups
from reports.sections.tally import tally
from reports.texts import both, coded, joined
from reports.view import Grid, Paragraph, Row, Section, number, word
from schemas.declarations import Text
from schemas.tables import TABLES


def quality_page(quality: Mapping[str, Any]) -> str:
    """Offline page of a check of tables, in both languages, from the plain data of schemas.check.quality_report."""
    rules = tuple(_rules(table) for table in quality["tables"])
    sections = (
        Section("tables", both("page.quality"), _blocks(quality)),
        Section("rules", both("quality.rules_checked"), rules),
    )
    return page("page.html", both("quality.title"), both("quality.subtitle", day=quality["extracted_on"]), sections)


def section(inputs: Inputs) -> Section:
    """What came in, what broke which rule, which tables are absent, where every application went, odd groups."""
    went = (*_blocks(inputs.quality), _went(inputs), *groups.blocks(inputs), _missing(inputs))
    return Section("quality", both("page.quality"), went)


def _blocks(quality: Mapping[str, Any]) -> tuple[object, ...]:
    heads = (
        word("column.table"),
        word("column.meaning"),
        number("column.rows_in"),
        number("column.accepted"),
        number("column.rejected"),
        word("column.broken"),
    )
    note = both("quality.extracted_on", day=quality["extracted_on"])
    grid = Grid(both("quality.tables"), heads, tuple(_table_row(t) for t in quality["tables"]), note)
    return grid, Paragraph(_absent(quality["absent"]), "note")


def _table_row(table: Mapping[str, Any]) -> Row:
    broken = [
        both("quality.broken_rule", rule=Text(rule["en"], rule["zh"]), rows=count(rule["rows"]))
        for rule in table["broken"]
        if rule["rows"]
    ]
    said = joined(broken, "; ", "；") if broken else both("quality.none_broken", rules=count(len(table["broken"])))
    numbers = (count(table["rows"]), count(table["accepted"]), count(table["rejected"]))
    return Row((table["table"], Text(table["en"], table["zh"]), *numbers, said))


def _absent(names: list[str]) -> Text:
    if not names:
        return both("quality.no_absent")
    listed = joined([joined((TABLES[n].meaning, f"({n})"), " ", "") if n in TABLES else n for n in names], "; ", "；")
    return both("quality.absent", tables=listed)


def _rules(table: Mapping[str, Any]) -> Grid:
    heads = (word("column.rule"), word("column.meaning"), number("column.rows_broken"))
    rows = [
        Row((rule["rule"], Text(rule["en"], rule["zh"]), count(rule["rows"])), tone="exceeded" if rule["rows"] else "")
        for rule in table["broken"]
    ]
    caption = joined((Text(table["en"], table["zh"]), f"({table['table']})"), " ", "")
    return Grid(caption, heads, tuple(rows))


def _went(inputs: Inputs) -> Grid:
    found = tally(inputs)
    rows = [
        Row((both("quality.rows_in"), count(found.rows_in)), strong=True),
        Row((both("quality.in_study"), count(found.in_study))),
        *(
            Row((both("quality.left_out", reason=coded("left_out", reason)), count(rows)))
            for reason, rows in found.left_out.items()
        ),
        *(
            Row((both("quality.left_out_by_source", reason=coded("left_out_by_source", reason)), count(rows)))
            for reason, rows in found.left_out_by_source.items()
        ),
        Row((both("quality.rejected_by_validation"), count(found.rejected_by_validation))),
        Row((both("quality.without_stage"), count(found.without_stage))),
    ]
    heads = (word("column.went"), number("column.applications"))
    return Grid(both("quality.went"), heads, tuple(rows), both("quality.closes"))


def _missing(inputs: Inputs) -> Grid:
    catalogue = by_name()
    used = sorted({name for model in inputs.models.values() for name in model["features"]})
    shares = {name: inputs.features_meta["missing"].get(name) for name in used if name in catalogue}
    rows = [
        Row((catalogue[name].label, name, percent(share, 1)))
        for name, share in sorted(shares.items(), key=lambda item: (-(item[1] or 0), item[0]))
    ]
    heads = (word("column.feature"), word("column.name"), number("column.missing_share"))
    return Grid(both("quality.missing"), heads, tuple(rows), folded=True)
