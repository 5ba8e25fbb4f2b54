"""The page for thresholds without drawings: blocks for a terminal, and the figures behind them."""

from typing import Any

from reports.fallback import paragraphs
from reports.sections import steps
from reports.sections.thresholds import tolerances
from reports.texts import both
from reports.thresholds import ledger, lines, region, sensitivity, sentence
from reports.thresholds.facts import Facts, ceilings, statements
from reports.thresholds.inputs import inputs_grid
from reports.thresholds.waterfall import steps as waterfall_steps
from reports.thresholds.waterfall import table
from reports.view import Grid, Paragraph, Points

Spoken = Grid | Paragraph | Points
KEPT = ("policy_on", "policy_version", "tested_on", "objective", "stock_flow", "year_effects", "looks", "swap_ins")
"""Figures of thresholds.json that are passed on as they stand."""


def spoken(facts: Facts) -> list[Spoken]:
    """Sentences, steps with inputs and sources, lines, sensitivity, and the ledger's balance where one was given."""
    found = facts.found
    balance = ledger.blocks(facts.ledger) if facts.ledger is not None else ()
    by_inputs: list[Grid] | list[Paragraph] = sensitivity.grids(found) or [Paragraph(both("sensitivity.none"))]
    return [
        *sentence.blocks(found),
        *paragraphs(facts.fallbacks),
        *(table(found, s) for s in statements(found)),
        *steps.blocks(found)[1:],
        tolerances(found),
        inputs_grid(found),
        *lines.blocks(found),
        *by_inputs,
        *region.blocks(found),
        *sensitivity.ramp(found),
        *balance,
    ]


def figures(facts: Facts) -> dict[str, Any]:
    """The same as plain data: one entry per certificate with its sentence, steps, ceilings and what was found."""
    found = facts.found
    certificates = [
        {
            "classes": list(s.classes),
            "sentence": sentence.sentence(found, s)._asdict(),
            "binds": sentence.binds(found, s)._asdict(),
            "steps": [{"step": row.key, "from": row.start, "to": row.end} for row in waterfall_steps(found, s)],
            "ceilings": dict(ceilings(found, s)),
            "certificate": dict(s.certificate),
        }
        for s in statements(found)
    ]
    kept = {name: found.get(name) for name in KEPT}
    return {
        **kept,
        "certificates": certificates,
        "sensitivity": found["sensitivity"],
        "ledger": facts.ledger,
        **_bounded(facts),
    }


def _bounded(facts: Facts) -> dict[str, Any]:
    """What the models say of stages whose PDs are a fallback, where there are such."""
    made = {stage: known["fallback"] for stage, known in facts.fallbacks.items()}
    return {"fallback": made} if made else {}
