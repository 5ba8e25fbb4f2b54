"""Chapter: calibration: level of the PDs by slice and grade, two-sided tests, shape."""

from collections.abc import Sequence
from typing import Any

from models.back_tests.limits import fewest
from reports.inputs import Json
from reports.numbers import count, decimal, interval, percent, rate
from reports.sections import calibration as curves
from reports.sections import levels
from reports.texts import both
from reports.validation import topics, verdicts
from reports.validation.facts import Validated
from reports.validation.intervals import Estimate, Intervals, intervals
from reports.validation.names_of_tests import main_of_topic
from reports.validation.words import DIMENSIONS, group_name, in_order, named
from reports.view import Grid, Paragraph, Row, Section, number, word
from schemas.declarations import Text

MAIN = ("total", "stage", "size_class", "year")
"""Dimensions whose groups are drawn; the tables have all."""
MURPHY = {
    "reliability": "validation_column.reliability",
    "resolution": "validation_column.resolution",
    "uncertainty": "validation_column.uncertainty",
    "within": "validation_column.within",
}
"""Parts of a Brier score, with the keys of their headings."""
LONG = 8
"""A table of more groups than these is folded."""


def section(of: Validated) -> Section:
    """Mean PD beside the default rate of slices and grades, all level and shape tests, curves, long-run level."""
    tests = main_of_topic(of.tests, "calibration")
    drawn = [_by_slice(of), _by_grade(of)]
    blocks = (
        Paragraph(both("validation_calibration.reading"), "note"),
        *(drawing for drawing in drawn if drawing is not None),
        *(
            _levels(of, dimension, found)
            for dimension in DIMENSIONS
            if (found := of.validation["groups"].get(dimension))
        ),
        *_parts(of),
        *topics.grids(_grades(of), both("validation_calibration.grades"), of.run.source, _grades_note()),
        *(
            (verdicts.grid(of, tests, both("validation_calibration.tests"), note=both("validation_tests.main")),)
            if tests
            else ()
        ),
        *curves.blocks(of.run),
        levels.conservatism(of.run),
    )
    return Section("calibration", both("validation_page.calibration"), blocks)


def _by_slice(of: Validated) -> Intervals | None:
    """Default rate with its interval, and the mean PD beside it, of the main slices."""
    estimates = [
        _estimate(group_name(dimension, name, of.run.source), figures)
        for dimension in MAIN
        for name, figures in in_order(dimension, of.validation["groups"].get(dimension) or {})
        if figures["loans"] >= fewest(of.day).loans
    ]
    return _drawing(of, both("validation_calibration.drawing"), estimates)


def _levels(of: Validated, dimension: str, found: Json) -> Grid:
    """Mean PD beside the default rate of each group of one dimension, and the ratio of the two."""
    heads = (
        word("validation_column.group"),
        number("column.loans"),
        number("column.defaults_rows"),
        number("column.mean_pd"),
        number("column.default_rate_interval"),
        number("validation_column.level"),
    )
    rows = []
    for name, m in in_order(dimension, found):
        ends = (rate(m.get(key)) for key in ("default_rate", "default_rate_low", "default_rate_high"))
        cells = (count(m["loans"]), count(m["defaults"]), rate(m.get("mean_pd")), interval(*ends))
        rows.append(Row((group_name(dimension, name, of.run.source), *cells, decimal(m.get("level"), 2))))
    caption = both("validation_calibration.by", dimension=named(DIMENSIONS, dimension))
    if dimension == "total":
        caption = both("validation_calibration.of_all")
    return Grid(caption, heads, tuple(rows), folded=len(rows) > LONG)


def _parts(of: Validated) -> tuple[Grid, ...]:
    """Murphy's parts of the Brier score and Cox intercept and slope, of all loans and of stages."""
    heads = (
        word("validation_column.group"),
        number("column.brier"),
        *(number(label) for label in MURPHY.values()),
        number("validation_column.cox_intercept"),
        number("validation_column.cox_slope"),
    )
    rows = []
    for dimension in ("total", "stage"):
        for name, m in in_order(dimension, of.validation["groups"].get(dimension) or {}):
            parts = (decimal(m.get(part), 4) for part in ("brier", *MURPHY))
            slope = interval(*(decimal(m.get(key)) for key in ("cox_slope", "cox_slope_low", "cox_slope_high")))
            line = (decimal(m.get("cox_intercept")), slope)
            rows.append(Row((group_name(dimension, name, of.run.source), *parts, *line)))
    caption, note = both("validation_calibration.parts"), both("validation_calibration.parts_note")
    return (Grid(caption, heads, tuple(rows), note),) if rows else ()


def _grades(of: Validated) -> list[dict[str, Any]]:
    """Rows of the grades, best first, each with the p-value that its rate is that of the next better one."""
    apart = of.validation["grades"]["told_apart_p"]
    return [{**row, "told_apart": apart.get(row["grade"])} for row in of.validation["grades"]["scale"]]


def _grades_note() -> Text:
    return both("validation_calibration.grades_note")


def _by_grade(of: Validated) -> Intervals | None:
    known = [row for row in _grades(of) if row["loans"] >= fewest(of.day).loans]
    found = [_estimate(Text(row["grade"], row["grade"]), row) for row in known]
    return _drawing(of, both("validation_calibration.drawing_grades"), found)


def _estimate(name: Text, figures: Json) -> Estimate:
    low, high, mean = (figures.get(key) for key in ("default_rate_low", "default_rate_high", "mean_pd"))
    out = mean is not None and low is not None and high is not None and not low <= mean <= high
    return Estimate(name, figures.get("default_rate"), low, high, mean, "exceeded" if out else "")


def _drawing(of: Validated, caption: Text, estimates: Sequence[Estimate]) -> Intervals | None:
    key = both("validation_calibration.key", loans=str(fewest(of.day).loans))
    return intervals(caption, estimates, lambda value: percent(value, 0), key, from_zero=True)
