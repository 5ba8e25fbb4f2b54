"""Data gaps and what is not known, in words: which table, what happened to it, and what it may change."""

import re
from functools import cache

import pandas as pd

from features.declarations import DOMAINS
from features.gaps import ABSENT, NO_ROW
from features.states import State, state
from reports.memo.case import Case
from reports.memo.cutting import listed
from reports.memo.effects import effect
from reports.memo.values import FEATURES
from reports.texts import both, coded, joined
from schemas.declarations import Text
from schemas.gaps import AMBIGUOUS
from schemas.rules import rules
from schemas.tables import TABLES

MOST_GAPS, MOST_RULES, MOST_FEATURES = 3, 2, 6
SEPARATOR = re.compile("[,:，：]")
"""What ends the name of a table in its meaning."""
UNREADABLE = "_unreadable"
"""How the rule of a value that the import could not read ends."""


def rejected_tables(case: Case) -> set[str]:
    """Tables of which rows of the applicant were rejected."""
    return {table for table, what in _parts(_gap(case)) if what not in (ABSENT, NO_ROW, AMBIGUOUS)}


def gap_lines(data_gap: str) -> tuple[Text, ...]:
    """What happened to each table of a `data_gap`, in words; nothing where there is none."""
    return tuple(_line(table, what) for table, what in _parts(data_gap))


def gaps(case: Case) -> tuple[Text, ...]:
    """The gaps of an application as lines for the page, the last of them how many more there are."""
    return listed(gap_lines(_gap(case)), MOST_GAPS) or (both("memo.no_gap"),)


def unknown(case: Case, most: int = MOST_FEATURES) -> tuple[Text, ...]:
    """What the model could not know, by why; what that does to the PD; domains the source says nothing of.

    A value that does not apply, such as a share of nothing, is not among it: there is nothing to know.
    """
    used = case.frame.models[str(case.row["stage"])]
    inapplicable = str(case.row.get("not_applicable") or "").split(",")
    missing: dict[State, list[Text]] = {}
    for feature in (FEATURES[n] for n in used if n in FEATURES and pd.isna(case.row[n])):
        why = state(feature, _gap(case), case.frame.absent, inapplicable)
        if why != "not_applicable":
            missing.setdefault(why, []).append(feature.label)
    lines = [
        both("memo.missing", why=coded("value", why), features=joined(listed(found, most)))
        for why, found in missing.items()
    ]
    if not lines:
        lines.append(both("memo.nothing_missing"))
    total = sum(float(r["contribution"]) for r in case.reasons if r["side"] == "unknown")
    if missing and total:
        lines.append(both("memo.unknown_effect", effect=effect(case.logit, total)))
    covered = {FEATURES[n].domain for n in used if n in FEATURES}
    absent = [label for domain, label in DOMAINS.items() if domain not in covered]
    if absent:
        lines.append(both("memo.no_domain", domains=joined(absent)))
    return tuple(lines)


def _gap(case: Case) -> str:
    told = case.row["data_gap"]
    return "" if pd.isna(told) else str(told)


def _parts(data_gap: str) -> list[tuple[str, str]]:
    """Pairs of a table and what a `data_gap` says of it."""
    told = (part.partition(" (") for part in data_gap.split("; ") if part)
    return [(table, what.removesuffix(")")) for table, _, what in told]


def _line(table: str, what: str) -> Text:
    short = Text(*(SEPARATOR.split(text)[0] for text in TABLES[table].meaning))
    if what in (ABSENT, NO_ROW, AMBIGUOUS):
        return both(
            {ABSENT: "memo.gap_absent", NO_ROW: "memo.gap_no_row", AMBIGUOUS: "memo.gap_alike"}[what], table=short
        )
    broken = list(dict.fromkeys(_broken(table, rule) for rule in what.split(",")))
    return both("memo.gap_rejected", table=short, rules=joined(listed(broken, MOST_RULES), "; ", "；"))


@cache
def _broken(table: str, name: str) -> Text:
    """What a rule says is wrong with a row that breaks it."""
    known = {rule.name: rule for rule in rules(TABLES[table])}
    if name in known:
        rule = known[name]
        first, *rest = [_column(table, column) for column in rule.columns]
        return both(f"broken_rule.{rule.kind}", first=first, second=rest[0] if rest else first)
    column = name.removesuffix(UNREADABLE)
    if name.endswith(UNREADABLE) and column in {c.name for c in TABLES[table].columns}:
        return both("broken_rule.unreadable", first=_column(table, column))
    return both("broken_rule.other")


def _column(table: str, name: str) -> Text:
    return TABLES[table].column(name).meaning
