"""What the codes in the list mean, in both languages, each once for the whole page."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, get_args

import pandas as pd

from decisions.decide import Decision
from decisions.grades import read_scale
from policy.segments import SIZE_CLASSES, STAGES
from reports.codes import COVERS, GAP_KINDS, PROVINCES
from reports.inputs import Inputs
from reports.rule_texts import rule_name
from reports.sources import notes
from reports.texts import both, coded
from schemas.declarations import Text

Words = Sequence[tuple[str, str, str]]
"""Codes in order, each with its English and its Chinese text."""


def words(inputs: Inputs, listed: pd.DataFrame) -> Mapping[str, Words]:
    """Texts of the codes that occur in the list, by the column they stand in, in the order a reader knows them in."""
    gaps = {code for told in listed["data_gap"] for code in gap_codes(told)}
    fired = {code for told in listed["fired"] for code in fired_codes(told)}
    regions = sorted(set(listed["province"].dropna()))
    grades = _grades(inputs)
    return {
        "stage": _known(STAGES, listed["stage"], lambda code: coded("stage", code)),
        "size": _known(SIZE_CLASSES, listed["size_class"], lambda code: coded("size", code)),
        "decision": _known(get_args(Decision), listed["decision"], lambda code: coded("decision", code)),
        "rule": _known((), listed["rule"], rule_name),
        "fired": _known((), fired, rule_name),
        "grade": _known(tuple(grades), listed["grade"].dropna(), lambda code: grades.get(code, Text(code, code))),
        "region": _known((), regions, lambda code: _region(code, inputs)),
        "cover": _known(COVERS, listed["cover"].dropna(), lambda code: coded("cover", code)),
        "gap": _known((), gaps, _gap),
    }


def _known(order: Sequence[str], found: Iterable[str], text: Any) -> Words:
    """Codes found, those of `order` first, with their texts."""
    codes = {str(code) for code in found if not pd.isna(code)}
    listed = [code for code in order if code in codes] + sorted(codes - set(order))
    return [(code, *text(code)) for code in listed]


def _grades(inputs: Inputs) -> dict[str, Text]:
    facts = inputs.thresholds["procedure"]
    scale = read_scale(facts["measure"], date.fromisoformat(facts["policy_on"]))
    return {grade.code: Text(f"{grade.code} {grade.en}", f"{grade.code} {grade.zh}") for grade in scale}


def _region(code: str, inputs: Inputs) -> Text:
    """Name of a province of China by its code of GB/T 2260; any other region as the bank writes it."""
    chinese = notes(inputs.source, inputs.currency).currency == "CNY"
    return both(f"province.{code}") if chinese and code in PROVINCES else Text(code, code)


def gap_codes(told: str) -> tuple[str, ...]:
    """Gaps of an application as codes `table:kind`, from the text that the decision carries.

    >>> gap_codes("patents (kind_values,known_on_range); headcount (no_row)"), gap_codes("")
    (('patents:rejected', 'headcount:no_row'), ())
    """
    parts = (part.removesuffix(")").partition(" (") for part in told.split("; ") if part)
    return tuple(f"{table}:{rules if rules in GAP_KINDS[1:] else GAP_KINDS[0]}" for table, _, rules in parts)


def fired_codes(told: str) -> tuple[str, ...]:
    """Rules that fired, from the text that the decision carries.

    >>> fired_codes("data_gap; unknown_staff_missing"), fired_codes("")
    (('data_gap', 'unknown_staff_missing'), ())
    """
    return tuple(code for code in told.split("; ") if code)


def _gap(code: str) -> Text:
    """A gap in short words: the table and what is amiss with it."""
    table, _, kind = code.partition(":")
    return both("applications.gap_of", table=coded("table_short", table), kind=coded("gap_kind", kind))
