"""From the NPL ratio of all loans to the ratio observed, step by step, as a drawing and as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from reports.inputs import Json
from reports.numbers import percent, points
from reports.path_chart import Tick, ceiling, digits_below
from reports.texts import both
from reports.thresholds.facts import Statement
from reports.view import Grid, Row, number, word
from schemas.declarations import Text

LEFT, WIDTH, ROW, BAR = 176.0, 236.0, 21.0, 12.0
"""Margin for the labels, width of the bars' area, height of a row and of a bar [SVG units]."""


@dataclass(frozen=True)
class Step:
    """One row: its name, the ratio it arrives at, and from where it came; a ratio starts at 0."""

    key: str
    start: float
    end: float
    kind: str

    @property
    def shown(self) -> str:
        """The ratio itself; the difference of a change, in percentage points, with its sign."""
        change = self.end - self.start
        return percent(self.end) if self.kind != "change" else ("+" if change >= 0 else "") + points(change)


@dataclass(frozen=True)
class Bar:
    """A bar in SVG units, with label and value; `tie` is where the line to the next row starts."""

    label: Text
    value: str
    kind: str
    x: float
    y: float
    width: float
    tie: float


@dataclass(frozen=True)
class Waterfall:
    """The bars of one certificate under a caption."""

    kind: ClassVar[str] = "waterfall"
    caption: Text
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    height: float


def steps(found: Json, statement: Statement) -> Sequence[Step]:
    """The rows, from the NPL ratio of all loans down to what was observed; steps that change nothing are left out."""
    level, tolerance = statement.level, found["tolerances"][statement.classes[0]]
    overall, npl, new, flow, tested = (
        tolerance["overall"],
        level["npl"],
        level["new_loans"],
        level["flow"],
        level["tested"],
    )
    rows = [
        Step("overall", 0.0, overall, "ratio"),
        Step("uplift", overall, npl, "change"),
        Step("npl", 0.0, npl, "ratio"),
        Step("legacy", npl, new, "change"),
        Step("conversion", new, flow, "change"),
        Step("flow", 0.0, flow, "ratio"),
        Step("margin", flow, tested, "change"),
        Step("tested", 0.0, tested, "limit"),
    ]
    c = statement.certificate
    if c["upper_bound"] is not None:
        rows.append(Step("bound", 0.0, c["upper_bound"], "met" if c["certified"] else "exceeded"))
        rows.append(Step("observed", 0.0, c["observed_ratio"], "met" if c["certified"] else "exceeded"))
    return [row for row in rows if row.kind != "change" or row.start != row.end]


def waterfall(found: Json, statement: Statement) -> Waterfall:
    """The drawing; the axis begins at 0."""
    rows = steps(found, statement)
    top = ceiling(max(max(row.start, row.end) for row in rows))
    bars = tuple(_bar(row, at, top) for at, row in enumerate(rows))
    axis = tuple(
        Tick(round(LEFT + WIDTH * share, 1), percent(top * share, digits_below(top))) for share in (0.0, 0.5, 1.0)
    )
    caption = both("waterfall.caption", classes=statement.name)
    return Waterfall(caption, bars, axis, round(ROW * len(rows) + 20, 1))


def _bar(row: Step, at: int, top: float) -> Bar:
    low, high = sorted((row.start, row.end))
    x = LEFT + WIDTH * low / top
    return Bar(
        both(f"waterfall.{row.key}"),
        row.shown,
        row.kind,
        round(x, 1),
        round(ROW * at + (ROW - BAR) / 2, 1),
        round(max(WIDTH * (high - low) / top, 1.0), 1),
        round(LEFT + WIDTH * row.end / top, 1),
    )


def table(found: Json, statement: Statement) -> Grid:
    """The same rows as a table."""
    rows = tuple(
        Row((both(f"waterfall.{row.key}"), row.shown), row.kind != "change") for row in steps(found, statement)
    )
    caption = both("waterfall.caption", classes=statement.name)
    return Grid(caption, (word("waterfall.step"), number("waterfall.ratio")), rows)
