"""Chapter: stability: score and features against development, AUC by quarter, migration, concentration."""

from collections.abc import Mapping
from typing import Any

from reports.inputs import Json
from reports.numbers import decimal
from reports.texts import both
from reports.validation import migration, topics, verdicts
from reports.validation.facts import Validated
from reports.validation.intervals import Estimate, Intervals, intervals
from reports.validation.names_of_tests import of_topic
from reports.view import Paragraph, Section
from schemas.declarations import Text

CHANCE = 0.5
BY_FEATURE = ("psi_feature", "missing_rate")
"""Tests with a record per feature: those that met their limit stand in the last chapter alone."""


def section(of: Validated) -> Section:
    """AUC by quarter drawn; stability, migration and concentration as tables; the tests."""
    found, source = of.validation, of.run.source
    every = of_topic(of.tests, "stability")
    tests = [t for t in every if t["test"] not in BY_FEATURE or t["verdict"] == "exceeded"]
    drawn = _by_quarter(of)
    quarters = found.get("auc_by_quarter") or {}
    trends = {name: each["trend"] for name, each in quarters.items() if each["trend"]}
    total = (quarters.get("total") or {}).get("quarters")
    blocks = (
        Paragraph(both("validation_stability.reading"), "note"),
        *((drawn,) if drawn is not None else ()),
        *topics.grids(total, both("validation_stability.by_quarter"), source),
        *topics.grids(trends, both("validation_stability.trend"), source),
        *verdicts.grids(of, tests, both("validation_stability.tests")),
        *topics.grids(_features(found), both("validation_stability.indices"), source),
        *migration.blocks(of),
        *topics.grids(found.get("concentration"), both("validation_stability.concentration"), source),
    )
    return Section("stability", both("validation_page.stability"), blocks)


def _features(found: Json) -> list[Mapping[str, Any]]:
    """Features by their index, largest first."""
    return sorted(found.get("stability") or (), key=lambda row: -(row["psi"] or 0.0))


def _by_quarter(of: Validated) -> Intervals | None:
    rows = ((of.validation.get("auc_by_quarter") or {}).get("total") or {}).get("quarters") or ()
    estimates = [
        Estimate(Text(row["quarter"], row["quarter"]), row["auc"], row["auc_low"], row["auc_high"]) for row in rows
    ]
    caption, key = both("validation_stability.drawing"), both("validation_stability.key")
    return intervals(caption, estimates, lambda value: decimal(value, 2), key, level=CHANCE)
