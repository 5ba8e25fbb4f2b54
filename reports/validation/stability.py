"""Chapter: stability: score and features against development, AUC by quarter, migration, concentration."""

from reports.numbers import decimal
from reports.texts import both
from reports.validation import topics, verdicts
from reports.validation.facts import Validated
from reports.validation.intervals import Estimate, Intervals, intervals
from reports.validation.names_of_tests import of_topic
from reports.view import Paragraph, Section
from schemas.declarations import Text

CHANCE = 0.5


def section(of: Validated) -> Section:
    """AUC by quarter drawn; stability, migration and concentration as tables; the judged tests."""
    found, source = of.validation, of.run.source
    tests = of_topic(of.tests, "stability")
    drawn = _by_quarter(of)
    blocks = (
        Paragraph(both("validation_stability.reading"), "note"),
        *((drawn,) if drawn is not None else ()),
        *topics.grids(found.get("auc_by_quarter"), both("validation_stability.by_quarter"), source),
        *topics.grids(found.get("stability"), both("validation_stability.indices"), source),
        *topics.grids(found.get("migration"), both("validation_stability.migration"), source),
        *topics.grids(found.get("concentration"), both("validation_stability.concentration"), source),
        *((verdicts.grid(of, tests, both("validation_stability.tests")),) if tests else ()),
    )
    return Section("stability", both("validation_page.stability"), blocks)


def _by_quarter(of: Validated) -> Intervals | None:
    rows = topics.records(of.validation.get("auc_by_quarter"))
    estimates = []
    for row in rows:
        name = str(row.get("quarter", row.get("group", "")))
        estimates.append(Estimate(Text(name, name), row.get("auc"), row.get("auc_low"), row.get("auc_high")))
    caption, key = both("validation_stability.drawing"), both("validation_performance.key")
    return intervals(caption, estimates, lambda value: decimal(value, 2), key, level=CHANCE)
