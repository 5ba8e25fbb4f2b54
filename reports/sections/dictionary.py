"""The data dictionary: every table a bank may give and every feature a model may use, from their declarations."""

from features.catalogue import entries
from features.declarations import DOMAINS
from reports.numbers import MISSING
from reports.render import page
from reports.texts import both, coded, joined
from reports.view import Cell, Grid, Paragraph, Row, Section, short, word
from schemas.declarations import Column, Table, Text
from schemas.tables import TABLES


def dictionary_page() -> str:
    """Offline page of the data dictionary, in both languages."""
    tables = tuple(block for table in TABLES.values() for block in _table(table))
    sections = (
        Section("tables", both("dictionary.tables"), (Paragraph(both("dictionary.tables_lead")), *tables)),
        Section("features", both("dictionary.features"), (Paragraph(both("dictionary.features_lead")), *_features())),
    )
    return page("page.html", both("dictionary.title"), both("dictionary.subtitle"), sections)


def _table(table: Table) -> tuple[object, ...]:
    return (columns_grid(table), Paragraph(known_text(table), "note"))


def columns_grid(table: Table) -> Grid:
    """Columns of a table: name, meaning, type, unit, range, whether every row needs it."""
    heads = (
        short("column.name"),
        word("column.meaning"),
        short("column.dtype"),
        short("column.unit"),
        word("column.range"),
        short("column.needed"),
    )
    caption = joined((table.meaning, f"({table.name})"), " ", "")
    return Grid(caption, heads, tuple(_column(c, table) for c in table.columns), _grain(table))


def _column(column: Column, table: Table) -> Row:
    needed = (
        both("dictionary.key") if column.name in table.key else both("dictionary.required") if column.required else ""
    )
    unit: Cell = coded("unit", column.unit) if column.unit else MISSING
    return Row((column.name, column.meaning, coded("dtype", column.dtype), unit, _range(column), needed))


def _range(column: Column) -> Cell:
    if column.values is not None:
        return ", ".join(column.values)
    if column.pattern is not None:
        return column.pattern
    if column.earliest is not None:
        return f"≥ {column.earliest}"
    return _bounds(column.low, column.high, column.positive)


def _bounds(low: float | None, high: float | None, positive: bool = False) -> str:
    signs = ((">" if positive else "≥", low), ("≤", high))
    named = [f"{sign} {bound:g}".replace("-", "−") for sign, bound in signs if bound is not None]
    return ", ".join(named) or MISSING


def _grain(table: Table) -> Text:
    parts = [both("dictionary.grain", key=" + ".join(table.key))]
    parts += [both("dictionary.parent", column=column, parent=parent) for column, parent in table.parents.items()]
    parts.append(both("dictionary.optional") if table.optional else both("dictionary.obligatory"))
    return joined(parts, " ", "")


def known_text(table: Table) -> Text:
    """Sentences on the day a row of the table counts as known: by its own `known_on`, by a lag, or always."""
    lag = table.lag
    if lag is None:
        if any(follows.earlier == "as_of" for follows in table.follows):
            return both("dictionary.known_later")
        if any(column.name == "known_on" for column in table.columns):
            return both("dictionary.known_given")
        undated = any(column.name == "as_of" for column in table.columns)
        return both("dictionary.known_application") if undated else both("dictionary.known_always")
    parts = [both("dictionary.lag", after=lag.after, months=str(lag.months))]
    if lag.overrides and lag.by:
        listed = ", ".join(f"{code} {months}" for code, months in lag.overrides.items())
        parts.append(both("dictionary.lag_overrides", by=lag.by, listed=listed))
    if lag.never_later_than:
        parts.append(both("dictionary.lag_never_later", column=lag.never_later_than))
    parts.append(both("dictionary.lag_source", source=lag.source))
    return joined(parts, " ", "")


def _features() -> tuple[Grid, ...]:
    heads = (
        short("column.name"),
        word("column.label"),
        word("column.definition"),
        short("column.unit"),
        short("column.range"),
        short("column.risk"),
        short("column.actionable"),
        word("column.family"),
        word("column.source"),
    )
    grids = []
    for domain, label in DOMAINS.items():
        rows = [
            Row(
                (
                    e["name"],
                    Text(e["label_en"], e["label_zh"]),
                    e["definition"],
                    coded("unit", e["unit"]),
                    _bounds(e["low"], e["high"]),
                    _direction(e["risk"], e["expected"]),
                    both("dictionary.actionable") if e["actionable"] else MISSING,
                    both(
                        "dictionary.tellable" if e["tellable"] else "dictionary.own",
                        family=Text(e["family_en"], e["family_zh"]),
                    ),
                    e["source"],
                )
            )
            for e in entries()
            if e["domain"] == domain
        ]
        if rows:
            note = both("memo.points_assumed") if domain == "points" else None
            grids.append(Grid(label, heads, tuple(rows), note))
    return tuple(grids)


def _direction(risk: str | None, expected: str | None) -> Cell:
    """The direction that models are held to, or the one that is only expected."""
    if risk is None and expected is not None:
        return both("dictionary.expected", direction=coded("risk", expected))
    return MISSING if risk is None else coded("risk", risk)
