"""Values of features as a person reads them: with their unit, money in the unit of the page."""

from collections.abc import Mapping

from features.catalogue import by_name
from features.declarations import Feature
from reports.memo.money import Money
from reports.numbers import MISSING, percent, plain
from reports.texts import both, coded, joined
from reports.view import Cell
from schemas.declarations import Text

MONEY = ("CNY", "money")
"""First words of the units that are money of the source."""
FEATURES: Mapping[str, Feature] = by_name()
DIGITS = {"days": 0, "months": 1}
"""Decimals shown of the units that need fewer than two."""


def value_of(feature: Feature, value: float | None, money: Money) -> Cell:
    """Value of a feature with its unit; what a value capped at its highest means, where the catalogue says so."""
    if feature.at_high is not None and capped(feature, value):
        return feature.at_high
    return shown(value, feature.unit, money)


def capped(feature: Feature, value: float | None) -> bool:
    """Whether the value stands at the highest a feature can have and the catalogue says what that means."""
    return feature.at_high is not None and value is not None and value == feature.high


def shown(value: float | None, unit: str, money: Money) -> Cell:
    """Number with its unit, money in the unit of the page; a dash when it is missing."""
    if value is None or value != value:
        return MISSING
    if unit == "flag":
        return both("memo.yes") if value else both("memo.no")
    if unit == "fraction":
        return percent(value, 1)
    if unit == "code":
        return f"{value:.0f}"
    if unit == "ratio":
        return plain(value)
    first, _, per = unit.partition(" ")
    if first in MONEY:
        return joined((money.whole(value), coded("unit_per", per)), " ", "") if per else money.amount(value)
    return joined((plain(value, DIGITS.get(unit, 2)), _one(unit) if value == 1 else coded("unit", unit)), " ", "")


def _one(unit: str) -> Text:
    """Name of a unit for the number one: the English name without the s of many."""
    many = coded("unit", unit)
    return Text(many.en.removesuffix("s"), many.zh)
