"""Tables of any topic of the validation: records as rows, each figure in the unit that its name says."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.groups import GROUPS
from reports.numbers import count, p_value, rate
from reports.texts import both, coded
from reports.validation.words import group_name, shown
from reports.view import Cell, Grid, Head, Row
from schemas.declarations import Text

FIELDS: Mapping[str, str] = {
    "loans": "column.loans",
    "defaults": "column.defaults_rows",
    "mean_pd": "column.mean_pd",
    "default_rate": "column.default_rate",
    "p_value": "column.p_value",
    "p_adjusted": "validation_column.p_adjusted",
    "p_correlated": "validation_column.p_correlated",
    "grade": "column.grade",
    "auc": "column.auc_only",
    "psi": "validation_column.psi",
    "csi": "validation_column.csi",
    "limit": "validation_column.limit",
    "group": "validation_column.group",
    "feature": "column.feature",
    "stage": "column.stage",
    "value": "column.value",
    "statistic": "validation_column.statistic",
}
"""Names of figures with the keys of their headings; another name is shown with spaces for its underscores."""
RATES = ("mean_pd", "rate", "share", "missing", "low_pd", "high_pd", "expected")
"""A figure whose name is or ends with one of these is a fraction."""
COUNTS = ("loans", "defaults", "enterprises", "pairs", "applications", "rows", "features", "bins")


def grids(found: Any, caption: Text, source: str, note: Text | None = None) -> tuple[Grid, ...]:
    """Tables of a list of records, of records by name, of figures by name, or of several of these by name."""
    if isinstance(found, Mapping) and found and all(_is_topic(value) for value in found.values()):
        return tuple(
            grid for name, value in found.items() for grid in grids(value, _under(caption, str(name)), source, note)
        )
    rows = records(found)
    return (table(rows, caption, source, note),) if rows else ()


def _is_topic(value: object) -> bool:
    """Whether a value is a list of records, or records by name: a table of its own."""
    if isinstance(value, Mapping):
        return bool(value) and all(isinstance(each, Mapping) for each in value.values())
    return isinstance(value, Sequence) and not isinstance(value, str) and bool(value) and isinstance(value[0], Mapping)


def records(found: Any) -> list[dict[str, Any]]:
    """Records of a list; of a mapping, each with its name as `group`; figures by name as one record each."""
    if isinstance(found, Mapping):
        return [
            {"group": name, **value} if isinstance(value, Mapping) else {"group": name, "value": value}
            for name, value in found.items()
        ]
    if isinstance(found, Sequence) and not isinstance(found, str):
        return [dict(value) for value in found if isinstance(value, Mapping)]
    return []


def table(rows: Sequence[Mapping[str, Any]], caption: Text, source: str, note: Text | None = None) -> Grid:
    """One table of records; a figure that no record has is no column, nor one that is no single value."""
    names = list(dict.fromkeys(name for row in rows for name, value in row.items() if _single(value)))
    heads = tuple(Head(_label(name), numeric=_numeric(rows, name)) for name in names)
    shown_rows = tuple(Row(tuple(_cell(name, row.get(name), row, source) for name in names)) for row in rows)
    return Grid(caption, heads, shown_rows, note, folded=len(rows) > 30)


def _single(value: object) -> bool:
    return value is not None and not isinstance(value, Mapping | list | tuple)


def _numeric(rows: Sequence[Mapping[str, Any]], name: str) -> bool:
    return all(isinstance(row.get(name), int | float | None) and not isinstance(row.get(name), bool) for row in rows)


def _label(name: str) -> Text:
    plain = name.replace("_", " ")
    return both(FIELDS[name]) if name in FIELDS else Text(plain, plain)


def _cell(name: str, value: Any, row: Mapping[str, Any], source: str) -> Cell:
    if isinstance(value, bool):
        return both("validation_word.yes") if value else both("validation_word.no")
    if isinstance(value, int | float):
        return _number(name, float(value))
    if value is None:
        return "–"
    if name in ("group", "stage") and str(value) in GROUPS:
        return group_name("stage", str(value), source)
    if name == "group" and isinstance(row.get("dimension"), str):
        return group_name(str(row["dimension"]), str(value), source)
    return coded("part", str(value)) if name == "part" else str(value)


def _number(name: str, value: float) -> str:
    if name.startswith("p_") or name == "p":
        return p_value(value)
    if name in COUNTS or name.endswith("_loans"):
        return count(value)
    return rate(value) if name in RATES or name.endswith(("_rate", "_share", "_pd")) else shown(value)


def _under(caption: Text, name: str) -> Text:
    plain = name.replace("_", " ")
    if name in GROUPS:
        of = group_name("stage", name, "")
        return Text(f"{caption.en}: {of.en}", f"{caption.zh}：{of.zh}")
    return Text(f"{caption.en}: {plain}", f"{caption.zh}：{plain}")
