"""What decides, in one sentence: PD, grade, line, tolerance and certificate; and the rules that fired."""

from collections.abc import Mapping

import pandas as pd

from decisions.certificate import Certificate
from decisions.decide import WITHOUT_LIMIT
from decisions.rules import UNKNOWN
from features.rule_quantities import RULE_QUANTITIES
from reports.fallback import of_pd
from reports.memo.case import Case, Row
from reports.memo.cutting import listed
from reports.memo.gaps import gap_lines
from reports.memo.money import Money
from reports.memo.rule_words import short
from reports.memo.values import shown
from reports.numbers import count, percent, telling
from reports.rule_texts import rule_sentence
from reports.texts import both, coded, joined
from reports.view import Cell
from schemas.declarations import Text

MOST_RULES, MOST_UNANSWERED, MOST_GAPS = 4, 4, 2
QUANTITIES: Mapping[str, tuple[Text, str]] = {q.name: (q.label, q.unit) for q in RULE_QUANTITIES}
SAID_BY_RULE = ("flag", "tables", "code")
"""Units whose numbers say no more than the meaning of the rule."""


def why(case: Case) -> Text:
    """The rule that decided, as a sentence; of a data gap, which it is."""
    told = gap_lines(str(case.row["data_gap"] or ""))
    if str(case.verdict["rule"]) == "data_gap" and told:
        return both("memo.decided_gap", gaps=joined(listed(told, MOST_GAPS), "; ", "；"))
    return rule_sentence(str(case.verdict["rule"]), str(case.verdict["decision"]))


def sentence(case: Case) -> Text:
    """PD and grade beside the limit they were compared with, the tolerance of the class and its certificate.

    Of a PD that is a fallback, that it is one.
    """
    in_force = str(case.verdict["rule"]) not in WITHOUT_LIMIT
    known = case.frame.fallbacks.get(str(case.row["stage"]))
    bounded = [] if known is None else [of_pd(known)]
    parts = [
        _compared(case),
        *bounded,
        *((_tolerance(case), _certificate(case)) if in_force else (both("memo.not_in_force"),)),
    ]
    told = case.frame.suspended(str(case.row["size_class"]))
    if told is not None:
        key = "memo.suspended_since" if told.until is None else "memo.suspended_until"
        parts.append(both(key, since=str(told.since), until=str(told.until)))
    return both("memo.sentence", parts=joined(parts, "; ", "；"))


def _compared(case: Case) -> Text:
    verdict = case.verdict
    pd_, limit = float(verdict["pd"]), verdict["limit"]
    grade = _grade(case)
    if pd.isna(limit) or pd.isna(pd_):
        return both("memo.verdict_alone", pd=percent(pd_), grade=grade)
    shown_pd, shown_limit = telling(pd_, float(limit))
    what = coded("limit_of", str(verdict["rule"]))
    if what.en == str(verdict["rule"]):
        what = coded("limit_of", "within_cut_off")
    compared = both("memo.at_most" if pd_ <= limit else "memo.above", what=what, limit=shown_limit)
    return both("memo.verdict_compared", pd=shown_pd, grade=grade, compared=compared)


def _grade(case: Case) -> Cell:
    """Grade of the master scale with its name."""
    code = case.verdict["grade"]
    if pd.isna(code):
        return both("memo.not_known")
    return both("memo.grade_named", grade=str(code), name=case.frame.grades[str(code)])


def _tolerance(case: Case) -> Text:
    value = case.verdict["tolerance"]
    if pd.isna(value):
        return both("memo.no_tolerance")
    return both("memo.verdict_tolerance", tolerance=percent(float(value)))


def _certificate(case: Case) -> Text:
    size = case.row["size_class"]
    found: Certificate | None = None if pd.isna(size) else case.frame.certificate(case.day, str(size))
    if found is None:
        return both("memo.no_certificate")
    line = found.line(str(case.row["stage"]))
    if line is None:
        return both("memo.uncertified", reason=coded("certificate", found.reason))
    return _certified(found, line, case)


def _certified(found: Certificate, line: float, case: Case) -> Text:
    first, last = case.frame.tested_on or ("–", "–")
    return both(
        "memo.certified",
        cut=percent(line),
        loans=count(found.loans),
        first=first,
        last=last,
        delta=percent(found.delta, 0),
    )


def fired(case: Case, money: Money) -> tuple[Text, ...]:
    """Rules that fired with the numbers they compared, then those left unanswered.

    The rule that decided stands first, and not at all where it compared no number: `why` has told it.
    """
    rows: dict[tuple[str, str], list[Row]] = {}
    for row in case.fired:
        rows.setdefault((str(row["rule"]), str(row["state"])), []).append(row)
    decided = str(case.verdict["rule"])
    met = sorted((code for code, said in rows if said == "met"), key=lambda code: code != decided)
    lines = [line for code in met if (line := _line(code, rows[code, "met"], money)) != short(decided)]
    open_ = [code for code, said in rows if said != "met" and UNKNOWN + code != decided]
    told = list(listed(lines, MOST_RULES))
    if open_:
        names = listed([short(code) for code in open_], MOST_UNANSWERED)
        told.append(both("memo.unanswered", rules=joined(names, "; ", "；")))
    if told:
        return tuple(told)
    return (both("memo.no_other_rule" if case.fired else "memo.no_rule"),)


def _line(code: str, compared: list[Row], money: Money) -> Text:
    numbers = [
        both(
            "memo.fired_number",
            value=_value(str(row["value"]), QUANTITIES[name][1], money),
            condition=both(f"condition.{row['condition']}", bound=_bound(str(row["bound"]), QUANTITIES[name][1])),
        )
        for row in compared
        if (name := str(row["quantity"])) in QUANTITIES and QUANTITIES[name][1] not in SAID_BY_RULE
    ]
    if not numbers:
        return short(code)
    return both("memo.fired_line", rule=short(code), numbers=joined(numbers, "; ", "；"))


def _value(told: str, unit: str, money: Money) -> Cell:
    """A number of a comparison with its unit; as it stands where it is none."""
    if told == "inf":
        return both("rules.unbounded")
    try:
        number = float(told)
    except ValueError:
        return told
    if unit == "fraction":
        return _percent(told)
    return shown(number, unit, money)


def _bound(told: str, unit: str) -> str:
    """The bound of a comparison, in the unit of the value before it."""
    return _percent(told) if unit == "fraction" else told


def _percent(told: str) -> str:
    """A fraction as a percentage, in all its digits: they were chosen so that it differs from its bound."""
    digits = max(len(told.partition(".")[2]) - 2, 0)
    return f"{100 * float(told):.{digits}f}%"
