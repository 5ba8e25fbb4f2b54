"""Rules, zones, grades: rules not checked, approvals by stage, tolerances by day, and the master scale."""

import math
from collections.abc import Sequence
from datetime import date

from decisions.grades import Grade, read_scale
from policy.loader import figure
from policy.segments import SIZE_CLASSES, STAGES
from reports.inputs import Inputs, Json
from reports.links import counted
from reports.numbers import MISSING, percent
from reports.rule_texts import meaning
from reports.texts import both, coded, joined
from reports.view import Grid, Head, Link, Paragraph, Row, Section, number, short, word
from schemas.declarations import Text


def section(inputs: Inputs) -> Section:
    """Rules not checked, approvals by stage within each class, tolerances by day, grades; the way to those fired."""
    found = inputs.thresholds
    blocks: list[object] = [Paragraph(both("rules.reading"), "note"), Link(both("rules.link"), "thresholds.html#fired")]
    if found["procedure"]["not_checked"]:
        codes = joined([meaning(code) for code in found["procedure"]["not_checked"]], "; ", "；")
        blocks.append(Paragraph(both("rules.not_checked", rules=codes)))
    blocks += [_by_stage(found["realised_by_stage"]), _periods(found), _grades(inputs)]
    return Section("rules", both("page.rules"), tuple(blocks))


def _by_stage(found: Json) -> Grid:
    """Approved share and realised ratio of every stage within every size class, out-of-time."""
    heads = (
        short("column.size_class"),
        short("column.stage"),
        number("column.loans"),
        number("column.approved_loans"),
        number("column.approved_amount_share"),
        number("column.realised"),
        number("column.ratio_of_all"),
    )
    rows = [
        Row(
            (
                coded("size", size),
                coded("stage", stage),
                counted(found[size][stage]["loans"], size=size, stage=stage),
                counted(found[size][stage]["approved_loans"], decision="approve", size=size, stage=stage),
                percent(found[size][stage]["approved_share_exposure"], 1),
                percent(found[size][stage]["ratio_approved"]),
                percent(found[size][stage]["ratio_all"]),
            )
        )
        for size in SIZE_CLASSES
        for stage in STAGES
        if stage in found.get(size, {})
    ]
    return Grid(both("rules.by_stage"), heads, tuple(rows), both("note.weighted"))


def _periods(found: Json) -> Grid:
    """Tolerance and certified cut-off by the day they are in force from."""
    heads = (short("column.since"), *(Head(coded("size", size), short=True) for size in SIZE_CLASSES))
    rows = [
        Row(
            (
                both("rules.ever") if found["tolerance_on"] == "policy" else issued["since"],
                *(_tolerance(issued["certificates"].get(size)) for size in SIZE_CLASSES),
            )
        )
        for issued in found["procedure"]["issued"]
    ]
    key = "rules.periods_policy" if found["tolerance_on"] == "policy" else "rules.periods_note"
    return Grid(both("rules.periods"), heads, tuple(rows), both(key))


def _tolerance(certificate: Json | None) -> str | Text:
    if certificate is None:
        return MISSING
    if certificate["cut_off"] is None:
        return both("rules.tolerance_only", tolerance=percent(certificate["tolerance"]))
    return both(
        "rules.tolerance_line", tolerance=percent(certificate["tolerance"]), cut_off=percent(certificate["cut_off"])
    )


def _grades(inputs: Inputs) -> Grid:
    """The master scale, and the out-of-time applications of each grade by decision."""
    facts = inputs.thresholds["procedure"]
    scale = read_scale(facts["measure"], date.fromisoformat(facts["policy_on"]))
    numbers = inputs.decisions.groupby(["grade", "decision"]).size()
    decisions = ("approve", "refer", "decline")
    heads = (
        short("column.grade"),
        word("column.name"),
        number("column.pd_range"),
        *(Head(coded("decision", decision)) for decision in decisions),
    )
    rows = [
        Row(
            (
                grade.code,
                Text(grade.en, grade.zh),
                span,
                *(
                    counted(int(numbers.get((grade.code, decision), 0)), decision=decision, grade=grade.code)
                    for decision in decisions
                ),
            )
        )
        for grade, span in zip(scale, _spans(scale), strict=True)
    ]
    known = figure("master_scale", facts["measure"])
    note = both(
        "rules.scale_note", measure=Text(known.meaning_en, known.meaning_zh), source=known.source, flag=known.flag
    )
    return Grid(both("rules.scale"), heads, tuple(rows), note)


def _spans(scale: Sequence[Grade]) -> list[str]:
    """PDs of each grade as the page shows them: from its lower bound to the next."""
    lows = [0.0, *(grade.below for grade in scale[:-1])]
    return [
        f"{percent(low)} – {percent(grade.below)}" if math.isfinite(grade.below) else f"≥ {percent(low)}"
        for low, grade in zip(lows, scale, strict=True)
    ]
