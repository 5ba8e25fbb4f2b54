"""Tables of any topic of the validation: records as rows, each figure in the unit that its name says."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.groups import GROUPS
from reports.names import driver_name
from reports.numbers import count, p_value, rate
from reports.texts import both, coded
from reports.validation.names_of_tests import WHY
from reports.validation.words import group_name, named, shown
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
    "quarter": "validation_column.quarter",
    "share": "validation_column.share",
    "share_development": "validation_column.share_development",
    "default_rate_low": "validation_column.default_rate_low",
    "default_rate_high": "validation_column.default_rate_high",
    "told_apart": "validation_column.told_apart",
    "grades": "validation_column.grades",
    "development_number": "validation_column.development_number",
    "development_amount": "validation_column.development_amount",
    "out_of_time_number": "validation_column.out_of_time_number",
    "out_of_time_amount": "validation_column.out_of_time_amount",
    "largest_share": "validation_column.largest_share",
    "psi_p": "column.p_value",
    "psi_chance": "validation_column.psi_chance",
    "bins": "validation_column.bins",
    "missing_before": "validation_column.missing_before",
    "missing_after": "validation_column.missing_after",
    "missing_p": "validation_column.missing_p",
    "accepted": "validation_column.accepted",
    "refused": "validation_column.refused",
    "mean_pd_accepted": "validation_column.mean_pd_accepted",
    "mean_pd_refused": "validation_column.mean_pd_refused",
    "psi_pd": "validation_column.psi_pd",
    "psi_pd_chance": "validation_column.psi_chance",
    "psi_stage": "validation_column.psi_stage",
    "psi_size_class": "validation_column.psi_size_class",
    "good_loans": "validation_column.good_loans",
    "approved_share": "validation_column.approved_share",
    "approved_share_low": "validation_column.low",
    "approved_share_high": "validation_column.high",
    "approved_share_good": "validation_column.approved_share_good",
    "ratio": "validation_column.ratio",
    "ratio_low": "validation_column.low",
    "ratio_high": "validation_column.high",
    "ratio_in_class": "validation_column.ratio_in_class",
    "ratio_in_class_low": "validation_column.low",
    "ratio_in_class_high": "validation_column.high",
    "auc_low": "validation_column.low",
    "auc_high": "validation_column.high",
    "absent": "validation_column.absent",
    "mean": "validation_column.mean_auc",
    "per_period": "validation_column.per_period",
    "change": "validation_column.change",
    "penalised": "validation_column.penalised",
    "periods": "validation_column.periods",
    "figure": "validation_column.figure",
    "factor": "validation_column.factor",
    "approve": "decision.approve",
    "refer": "decision.refer",
    "decline": "decision.decline",
    "share_changed": "validation_column.share_changed",
    "size_class": "column.size_class",
    "delta": "validation_column.delta",
    "tested": "validation_column.tested",
    "cut_off": "validation_column.cut_off",
    "model": "validation_column.model_of",
    "change_median": "validation_column.change_median",
    "violations": "validation_column.violations",
}
"""Names of figures with the keys of their headings; another name is shown with spaces for its underscores."""
MOVED: Mapping[str, str] = {
    "none": "validation_sensitivity.unmoved",
    "approve_up_to": "validation_sensitivity.approve_up_to",
    "decline_above": "validation_sensitivity.decline_above",
}
"""What the step `sensitivity` moves in turn."""
RATES = (
    *("mean_pd", "share", "mean_pd_accepted", "mean_pd_refused", "default_rate_low", "default_rate_high"),
    *("tested", "cut_off", "change_median"),
)
"""Figures that are fractions."""
SHARES = ("share", "rate", "pd", "missing")
"""One that begins or ends with one of these words is one too."""
COUNTS = (
    *("loans", "defaults", "accepted", "refused", "pairs", "applications", "bins", "grades", "periods"),
    *("approve", "refer", "decline", "violations"),
)


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
    of = (name for row in rows for name, value in row.items() if _single(value) and name != "dimension")
    names = list(dict.fromkeys(of))
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
    if name in ("group", "stage", "model") and str(value) in GROUPS:
        return group_name("stage", str(value), source)
    if name == "size_class":
        return group_name(name, str(value), source)
    if name == "figure":
        return named(MOVED, str(value))
    if name == "group" and isinstance(row.get("dimension"), str):
        return group_name(str(row["dimension"]), str(value), source)
    if name == "feature":
        return driver_name(str(value))
    if name == "absent":
        return named(WHY, str(value))
    return coded("part", str(value)) if name == "part" else str(value)


def _number(name: str, value: float) -> str:
    words = name.split("_")
    if "p" in (words[0], words[-1]) or name == "told_apart":
        return p_value(value)
    if name in COUNTS or name.endswith("_loans"):
        return count(value)
    fraction = name in RATES or (words[0] != "psi" and not {words[0], words[-1]}.isdisjoint(SHARES))
    return rate(value) if fraction or "share" in words else shown(value)


def _under(caption: Text, name: str) -> Text:
    plain = name.replace("_", " ")
    if name in GROUPS:
        of = group_name("stage", name, "")
        return Text(f"{caption.en}: {of.en}", f"{caption.zh}：{of.zh}")
    return Text(f"{caption.en}: {plain}", f"{caption.zh}：{plain}")
