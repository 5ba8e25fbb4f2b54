"""Names of tests, dimensions and groups as a reader knows them, and figures of a record as numbers."""

from collections.abc import Mapping
from datetime import date

from policy.loader import figure
from policy.segments import SIZE_CLASSES, STAGES
from reports.inputs import Json
from reports.names import driver_name
from reports.numbers import MISSING, absent, decimal
from reports.sources import notes
from reports.texts import both, coded, joined
from schemas.declarations import Text

DIMENSIONS: Mapping[str, str] = {
    "total": "validation_dimension.total",
    "stage": "validation_dimension.stage",
    "size_class": "validation_dimension.size_class",
    "year": "validation_dimension.year",
    "region": "validation_dimension.region",
    "division": "validation_dimension.division",
    "amount_band": "validation_dimension.amount_band",
    "first_loan": "validation_dimension.first_loan",
    "ownership": "validation_dimension.ownership",
    "grade": "validation_dimension.grade",
    "feature": "validation_dimension.feature",
}
"""Dimensions of the slices, in the order they are shown, with the keys of their names."""
VERDICTS: Mapping[str, str] = {
    "met": "validation_verdict.met",
    "exceeded": "validation_verdict.exceeded",
    "no_verdict": "validation_verdict.no_verdict",
}
KINDS: Mapping[str, str] = {
    "policy": "validation_kind.policy",
    "regulation": "validation_kind.regulation",
    "convention": "validation_kind.convention",
}
SEVERITIES: Mapping[str, str] = {
    "high": "finding_severity.high",
    "medium": "finding_severity.medium",
    "low": "finding_severity.low",
}
STATUSES: Mapping[str, str] = {
    "open": "finding_status.open",
    "accepted": "finding_status.accepted",
    "closed": "finding_status.closed",
    "gone": "finding_status.gone",
}

GROUPS: Mapping[str, str] = {
    "unknown": "validation_group.unknown",
    "all": "validation_group.all",
    "first": "validation_group.first",
    "not_first": "validation_group.not_first",
    "state_owned": "validation_group.state_owned",
    "other": "validation_group.other",
    "band_1": "validation_group.band_1",
    "band_2": "validation_group.band_2",
    "band_3": "validation_group.band_3",
    "band_4": "validation_group.band_4",
}
"""Groups that the validation itself names; bands are quarters of the development loans by amount."""


def named(names: Mapping[str, str], code: str) -> Text:
    """The text of a code; the code with spaces for its underscores where it has none."""
    plain = code.replace("_", " ")
    return both(names[code]) if code in names else Text(plain, plain)


def group_of(record: Json, source: str) -> Text:
    """Dimension and group of a record in words; the group alone says it for all loans, stages and size classes."""
    dimension, group = str(record["dimension"]), str(record["group"])
    name = group_name(dimension, group, source)
    if group == "all":
        return named(DIMENSIONS, dimension)
    if dimension in ("total", "stage", "size_class", "feature"):
        return name
    return joined((named(DIMENSIONS, dimension), name), " ", " ")


def group_name(dimension: str, group: str, source: str) -> Text:
    """A group in words: a stage, a size class, a province, an industry division, a feature; else as it is."""
    if dimension == "total" or group == "total":
        return both("stage_text.total")
    if group in GROUPS and dimension != "feature":
        return named(GROUPS, group)
    if dimension == "stage":
        return coded("stage", group)
    if dimension == "size_class":
        return coded("size", group)
    if dimension == "region" and notes(source).industries == "gb_t_4754_2017":
        return coded("province", group)
    if dimension == "division":
        return division(group, source)
    if dimension == "feature":
        return driver_name(group)
    return Text(group, group)


def in_order(dimension: str, groups: Mapping[str, Json]) -> list[tuple[str, Json]]:
    """Groups with their figures: stages and size classes in the order of an enterprise's life, others by name."""
    order = {"stage": STAGES, "size_class": SIZE_CLASSES}.get(dimension, ())
    return sorted(groups.items(), key=lambda item: (order.index(item[0]) if item[0] in order else len(order), item[0]))


def division(code: str, source: str) -> Text:
    """An industry division by its two digits; the code alone where the source's scheme does not name it."""
    known: Mapping[str, Mapping[str, str]] = figure("industry_names", notes(source).industries).on(date.max)
    if code not in known:
        return Text(code, code)
    return Text(f"{code} {known[code]['en']}", f"{code} {known[code]['zh']}")


def shown(value: float | None, digits: int = 4) -> str:
    """A figure of any test: whole numbers as they are, others with four decimals below 10 and two from there."""
    if value is None or absent(value):
        return MISSING
    return decimal(value, 0 if float(value).is_integer() else digits if abs(value) < 10 else 2)
