"""Data quality: the section of the report, and a page of its own with every rule that was checked."""

from collections.abc import Mapping, Sequence
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
    went = (*_blocks(inputs.quality), _went(inputs), *groups.blocks(inputs), *_outside(inputs), _missing(inputs))
    return Section("quality", both("page.quality"), went)


def _blocks(quality: Mapping[str, Any]) -> tuple[object, ...]:
    heads = (
        word("column.table"),
        word("column.meaning"),
        number("column.rows_in"),
        number("column.kept"),
        number("column.rejected"),
        number("column.duplicates"),
        word("column.broken"),
        word("column.warned"),
    )
    note = both("quality.extracted_on", day=quality["extracted_on"])
    grid = Grid(both("quality.tables"), heads, tuple(_table_row(t) for t in quality["tables"]), note)
    return grid, Paragraph(_absent(quality["absent"]), "note")


def _table_row(table: Mapping[str, Any]) -> Row:
    broken, warned = _said(table["broken"]), _said(table["warned"])
    said = joined(broken, "; ", "；") if broken else both("quality.none_broken", rules=count(len(table["broken"])))
    told = joined(warned, "; ", "；") if warned else both("quality.no_warning")
    numbers = (count(table[name]) for name in ("rows", "kept", "rejected", "duplicates"))
    return Row((table["table"], Text(table["en"], table["zh"]), *numbers, said, told))


def _said(rules: Sequence[Mapping[str, Any]]) -> list[Text]:
    return [
        both("quality.broken_rule", rule=Text(rule["en"], rule["zh"]), rows=count(rule["rows"]))
        for rule in rules
        if rule["rows"]
    ]


def _absent(names: list[str]) -> Text:
    if not names:
        return both("quality.no_absent")
    listed = joined([joined((TABLES[n].meaning, f"({n})"), " ", "") if n in TABLES else n for n in names], "; ", "；")
    return both("quality.absent", tables=listed)


def _rules(table: Mapping[str, Any]) -> Grid:
    heads = (word("column.rule"), word("column.meaning"), number("column.rows_broken"), word("column.becomes"))
    rows = [
        Row(
            (rule["rule"], Text(rule["en"], rule["zh"]), count(rule["rows"]), becomes),
            tone="exceeded" if rule["rows"] and level == "broken" else "",
        )
        for level, becomes in (("broken", both("quality.is_rejected")), ("warned", both("quality.is_counted")))
        for rule in table[level]
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
        Row((both("quality.identical"), count(found.duplicates))),
        Row((both("quality.rejected_by_validation"), count(found.rejected_by_validation))),
        Row((both("quality.without_stage"), count(found.without_stage))),
    ]
    heads = (word("column.went"), number("column.applications"))
    return Grid(both("quality.went"), heads, tuple(rows), both("quality.closes"))


def _outside(inputs: Inputs) -> tuple[Grid, ...]:
    """Features with values outside the catalogue's range, most first; nothing where all lie within."""
    catalogue, found = by_name(), inputs.features_meta.get("out_of_range") or {}
    rows = [
        Row((catalogue[name].label, name, count(rows)))
        for name, rows in sorted(found.items(), key=lambda item: (-item[1], item[0]))
        if name in catalogue
    ]
    heads = (word("column.feature"), word("column.name"), number("column.applications"))
    return (Grid(both("quality.out_of_range"), heads, tuple(rows), folded=True),) if rows else ()


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
