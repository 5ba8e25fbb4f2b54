"""Thresholds: the tolerance with its sources, the certificate of each size class, the decisions they lead to."""

import pandas as pd

from policy.segments import STAGES
from reports.inputs import Inputs, Json
from reports.links import counted
from reports.numbers import count, decimal, p_value, percent, points
from reports.rule_texts import rule_name
from reports.sections import steps
from reports.texts import both, coded, joined
from reports.view import Grid, Head, Link, Paragraph, Row, Section, number, short, word
from schemas.declarations import Text

ORDER = ("approve", "refer", "decline")
"""Decisions in the order of the table."""


def section(inputs: Inputs) -> Section:
    """Tolerances, steps, certificates and decisions, and the way to the page that tells more."""
    found = inputs.thresholds
    blocks = (
        tolerances(found),
        *steps.blocks(found),
        certificates(found),
        Paragraph(both("threshold.zones", document="policy/zones.yaml", name=found["procedure"]["measure"])),
        _decisions(inputs.decisions),
        Link(both("threshold.link"), "thresholds.html"),
    )
    return Section("thresholds", both("page.thresholds"), blocks)


def flag(code: str) -> Text:
    """A verification flag with its meaning, as shown beside every policy figure."""
    return joined((code, coded("flag", code)), ": ", "：")


def tolerances(found: Json) -> Grid:
    """Tolerance of each size class with its parts, source, flag and who approved it."""
    heads = (
        short("column.size_class"),
        number("column.overall_npl"),
        number("column.uplift"),
        number("column.uplift_ceiling"),
        number("column.tolerance"),
        short("column.since"),
        word("column.source"),
        word("column.flag"),
        word("column.approved_by"),
    )
    overall = found["overall_npl"]
    rows = [
        Row(
            (
                coded("size", name),
                percent(t["overall"]),
                points(t["uplift"]),
                points(t["ceiling"]),
                percent(t["value"]),
                t["since"],
                t["source"],
                flag(t["flag"]),
                t["approved_by"] or both("threshold.approved_by_nobody"),
            )
        )
        for name, t in found["tolerances"].items()
    ]
    note = both(
        "threshold.overall_note",
        value=percent(overall["value"]),
        source=overall["source"].rstrip("."),
        since=overall["since"],
        flag=flag(overall["flag"]),
        approved_by=overall["approved_by"] or both("threshold.approved_by_nobody"),
    )
    return Grid(both("threshold.tolerances"), heads, tuple(rows), note)


def certificates(found: Json) -> Grid:
    """The certificates with the evidence for each; classes that were certified together share a row."""
    heads = (
        short("column.size_class"),
        word("column.certified"),
        number("column.cut_off"),
        number("column.tested"),
        number("column.observed"),
        number("column.upper_bound"),
        number("column.p_value"),
        number("column.loans"),
        number("column.defaults_rows"),
        number("column.effective_loans"),
        number("column.certified_share"),
        number("column.wanted_loans"),
    )
    made = {tuple(c["classes"]) or (name,): c for name, c in found["certificates"].items()}
    rows = [_certificate_row(classes, c) for classes, c in made.items()]
    first = next(iter(made.values()))
    note = both("threshold.certificates_note", delta=percent(first["delta"], 0), test=coded("mode", first["mode"]))
    if any(len(classes) > 1 for classes in made):
        note = joined((note, both("threshold.certified_together")), " ", "")
    return Grid(both("threshold.certificates"), heads, tuple(rows), note)


def _certificate_row(classes: tuple[str, ...], c: Json) -> Row:
    verdict = both("threshold.yes") if c["certified"] else both("threshold.no")
    some = c["loans"] > 0
    return Row(
        (
            joined([coded("size", name) for name in classes]),
            joined((verdict, coded("certificate", c["reason"])), ": ", "："),
            percent(c["cut_off"]),
            percent(c["tested"]),
            percent(c["observed_ratio"]),
            percent(c["upper_bound"]),
            p_value(c["p_value"]),
            count(c["loans"]),
            count(c["defaults"]),
            decimal(c["effective_loans"] if some else None, 1),
            percent(c["approved_share_exposure"] if c["certified"] else None, 1),
            count(c["wanted_loans"]),
        ),
        tone="" if c["certified"] else "muted",
    )


def _decisions(decisions: pd.DataFrame) -> Grid:
    """Applications out-of-time by the rule that decided and by stage."""
    heads = (
        short("column.decision"),
        word("column.rule_that_decided"),
        *(Head(both("stage_text.applications", stage=coded("stage", stage))) for stage in STAGES),
        number("column.applications"),
    )
    by_stage = decisions.groupby(["decision", "rule", "stage"]).size()
    decided = decisions.groupby(["decision", "rule"]).size()
    rows = [
        Row(
            (
                coded("decision", decision),
                rule_name(rule),
                *(
                    counted(int(by_stage.get((decision, rule, stage), 0)), decision=decision, stage=stage, rule=rule)
                    for stage in STAGES
                ),
                counted(int(decided[(decision, rule)]), decision=decision, rule=rule),
            )
        )
        for decision in ORDER
        for rule in sorted(str(code) for name, code in decided.index if name == decision)
    ]
    stages = (counted(int((decisions["stage"] == stage).sum()), stage=stage) for stage in STAGES)
    rows.append(Row((both("stage_text.total"), "", *stages, counted(len(decisions))), strong=True))
    return Grid(both("threshold.decisions"), heads, tuple(rows))
