"""The memo of one application: PD, decision, the rule that decided, reasons, and what the model could not know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import pandas as pd
from scipy.special import expit

from decisions.decide import OUTCOMES
from decisions.grades import read_scale
from features.catalogue import by_name
from features.declarations import DOMAINS, Feature
from features.families import FAMILIES
from features.states import state
from policy.version import version
from reports.inputs import Inputs
from reports.names import size_rule
from reports.numbers import MISSING, money, percent, plain, rate, telling
from reports.rule_texts import fired_lines, rule_sentence
from reports.sections.versions import model_mark
from reports.sources import notes
from reports.texts import both, coded, joined
from reports.view import Cell
from schemas.declarations import Text
from schemas.tables import TABLES

MONEY = ("CNY", "money")
"""First words of the units that are money of the source."""
DIGITS = {"days": 0, "months": 1}
"""Decimals shown of the units that need fewer than two."""


@dataclass(frozen=True)
class Bar:
    """What one domain does to the PD: label, PD without it and with it, place of its bar [percent of the width]."""

    label: Text
    value: Cell
    left: str
    width: str
    tone: str


@dataclass(frozen=True)
class Reason:
    """One reason: feature, its value with unit, and the PD without this reason and with it, in words."""

    label: Text
    value: Cell
    words: Text


@dataclass(frozen=True)
class Memo:
    """All that a memo shows, as texts, in reading order; `why` is the rule that decided and the limit."""

    kind: ClassVar[str] = "memo"
    application_id: str
    decision: str
    decision_name: Text
    why: Text
    fired: tuple[Text, ...]
    facts: tuple[tuple[Text, Cell], ...]
    bars: tuple[Bar, ...]
    sum_line: Text
    notes: tuple[Text, ...]
    against: tuple[Reason, ...]
    in_favour: tuple[Reason, ...]
    unknown: Text
    versions: tuple[tuple[Text, str], ...]


def memos(inputs: Inputs, applications: Sequence[str]) -> tuple[Memo, ...]:
    """Memos of out-of-time applications, in the order asked for."""
    frames = [f.set_index("application_id") for f in (inputs.decided(), inputs.domains, inputs.contributions)]
    return tuple(_memo(inputs, *(pd.Series(frame.loc[name]) for frame in frames)) for name in applications)


def _memo(inputs: Inputs, row: pd.Series, sums: pd.Series, parts: pd.Series) -> Memo:
    name, listed = str(row.name), inputs.reasons[inputs.reasons["application_id"] == row.name].sort_values("rank")
    currency = notes(inputs.source, inputs.currency).currency
    return Memo(
        application_id=name,
        decision=str(row["decision"]),
        decision_name=both("memo.recommended", decision=coded("decision", row["decision"])),
        why=_decided(row),
        fired=fired_lines(inputs.fired[inputs.fired["application_id"] == name]),
        facts=_facts(row, inputs, currency),
        bars=_bars(sums, float(parts["base"]), float(parts["logit"])),
        sum_line=both("memo.sum", pd=percent(float(row["pd"]))),
        notes=(both("memo.points_assumed"),) if sums.get("points", 0) != 0 else (),
        against=_reasons(listed[listed["side"] == "against"], float(parts["logit"]), row, inputs),
        in_favour=_reasons(listed[listed["side"] == "for"], float(parts["logit"]), row, inputs),
        unknown=_unknown(row, inputs),
        versions=(
            (both("memo.model_version"), model_mark(inputs, str(row["stage"]))),
            (both("memo.policy_version"), version()),
            (both("memo.data_version"), str(inputs.models[str(row["stage"])]["facts"]["data"])),
        ),
    )


def _decided(row: pd.Series) -> Text:
    """The rule that decided as a sentence, and the PD beside its limit where the PD decided."""
    code = str(row["rule"])
    told = rule_sentence(code, str(row["decision"]))
    return joined((told, _compared(row)), " ", "") if code in OUTCOMES else told


def _compared(row: pd.Series) -> Text:
    if pd.isna(row["limit"]) or pd.isna(row["pd"]):
        return both("memo.not_compared")
    key = "memo.at_most" if row["pd"] <= row["limit"] else "memo.above"
    shown_pd, shown_limit = telling(float(row["pd"]), float(row["limit"]))
    return both(key, pd=shown_pd, limit=shown_limit, what=coded("limit_of", str(row["rule"])))


def _facts(row: pd.Series, inputs: Inputs, currency: str) -> tuple[tuple[Text, Cell], ...]:
    known = notes(inputs.source)
    shown_pd, shown_limit = telling(row["pd"], row["limit"])
    return (
        (both("memo.as_of"), str(row["as_of"].date())),
        (both("memo.stage"), _assigned(coded("stage", str(row["stage"])), coded("stage_rule", str(row["stage_rule"])))),
        (both("memo.size_class"), _size(row)),
        (both(known.amount), money(row.get("loan_amount"), currency)),
        (both(known.exposure), money(row["exposure"], currency)),
        (both("memo.pd"), shown_pd),
        (both("memo.grade"), _grade(row, inputs)),
        (both("memo.limit"), shown_limit),
        *_gap(str(row["data_gap"])),
    )


def _grade(row: pd.Series, inputs: Inputs) -> Cell:
    """Grade of the master scale with its name."""
    if pd.isna(row["grade"]):
        return MISSING
    facts = inputs.thresholds["procedure"]
    scale = read_scale(facts["measure"], date.fromisoformat(facts["policy_on"]))
    names = {grade.code: Text(grade.en, grade.zh) for grade in scale}
    return both("memo.grade_named", grade=str(row["grade"]), name=names[str(row["grade"])])


def _gap(data_gap: str) -> tuple[tuple[Text, Cell], ...]:
    """The tables whose rows were rejected or that were not delivered, where there are any."""
    told = (part.partition(" (") for part in data_gap.split("; ") if part)
    gaps = [both("memo.gap", table=TABLES[table].meaning, rules=rules[:-1]) for table, _, rules in told]
    return ((both("memo.data_gap"), joined(gaps, "; ", "；")),) if gaps else ()


def _why(feature: Feature, row: pd.Series, inputs: Inputs) -> Text:
    """Why a value is missing, in words."""
    absent, inapplicable = inputs.quality["absent"], str(row["not_applicable"]).split(",")
    return coded("value", state(feature, str(row["data_gap"]), absent, inapplicable))


def _assigned(name: Text, rule: Text | str) -> Text:
    return both("memo.assigned", name=name, rule=rule)


def _size(row: pd.Series) -> Cell:
    if pd.isna(row["size_class"]):
        return MISSING
    return _assigned(coded("size", str(row["size_class"])), size_rule(str(row["size_rule"])))


def pd_without(logit: float, contribution: float) -> float:
    """PD [fraction] of an applicant with log-odds `logit` if one contribution to them [log-odds] is left out.

    >>> round(pd_without(-2.25, 0.75), 4), round(pd_without(-2.25, 0.0), 4)
    (0.0474, 0.0953)
    """
    return float(expit(logit - contribution))


def _bars(sums: pd.Series, base: float, logit: float) -> tuple[Bar, ...]:
    """Base, then each domain and group effect that moves the PD, strongest first; one scale, zero in the middle."""
    known = ((str(name), float(value)) for name, value in sums.items() if pd.notna(value) and value != 0)
    domains = sorted(known, key=lambda item: (-abs(item[1]), item[0]))
    scale = max([abs(v) for _, v in domains] + [1e-9])
    steps = (_bar(_step_name(name), value, logit, scale) for name, value in domains)
    return (Bar(both("memo.base"), rate(float(expit(base))), "50", "0", "base"), *steps)


def _step_name(column: str) -> Text:
    """Name of a domain, or of the intercept of a region or an industry (a column ending in `_effect`)."""
    names: Mapping[str, Text] = {str(domain): label for domain, label in DOMAINS.items()}
    return names[column] if column in names else coded("group_effect", column.removesuffix("_effect"))


def _bar(label: Text, value: float, logit: float, scale: float) -> Bar:
    width = 50 * abs(value) / scale
    left = 50.0 if value >= 0 else 50 - width
    return Bar(label, _from_to(logit, value), f"{left:.1f}", f"{width:.1f}", "raises" if value >= 0 else "lowers")


def _from_to(logit: float, contribution: float) -> Text:
    return both("memo.from_to", without=rate(pd_without(logit, contribution)), pd=rate(pd_without(logit, 0.0)))


def _reasons(rows: pd.DataFrame, logit: float, row: pd.Series, inputs: Inputs) -> tuple[Reason, ...]:
    catalogue, currency = by_name(), notes(inputs.source, inputs.currency).currency
    found = []
    for name, value, contribution in zip(rows["feature"], rows["value"], rows["contribution"], strict=True):
        feature = catalogue[name]
        cell = _why(feature, row, inputs) if pd.isna(value) else shown(value, feature.unit, currency)
        found.append(Reason(FAMILIES[feature.family].label, cell, _effect(float(contribution), logit)))
    return tuple(found)


def _effect(contribution: float, logit: float) -> Text:
    """A contribution to the log-odds, told as the PD without it and with it."""
    key = "memo.raises" if contribution > 0 else "memo.lowers"
    return both(key, without=rate(pd_without(logit, contribution)), pd=rate(pd_without(logit, 0.0)))


def shown(value: float | None, unit: str, currency: str) -> Cell:
    """Value of a feature with its unit, money in the currency of the source; a dash when it is missing."""
    if value is None or pd.isna(value):
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
        amount = money(value, currency)
        return joined((amount, coded("unit_per", per)), " ", "") if per else amount
    return joined((plain(value, DIGITS.get(unit, 2)), coded("unit", unit)), " ", "")


def _unknown(row: pd.Series, inputs: Inputs) -> Text:
    catalogue: Mapping[str, Feature] = by_name()
    used = inputs.models[str(row["stage"])]["features"]
    missing: dict[Text, list[Text]] = {}
    for feature in (catalogue[n] for n in used if n in catalogue and pd.isna(row[n])):
        missing.setdefault(_why(feature, row, inputs), []).append(feature.label)
    covered = {catalogue[n].domain for n in used if n in catalogue}
    absent = [label for domain, label in DOMAINS.items() if domain not in covered]
    listed = [both("memo.missing", why=why, features=joined(labels)) for why, labels in missing.items()]
    listed = listed or [both("memo.nothing_missing")]
    if absent:
        listed.append(both("memo.no_domain", domains=joined(absent)))
    return joined(listed, " ", "")
