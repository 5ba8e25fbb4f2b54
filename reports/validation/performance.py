"""Chapter: discrimination, of each part and of every slice of the out-of-time loans, with intervals."""

from models.fitting.split import PARTS
from reports.groups import GROUPS, group_name
from reports.inputs import Json
from reports.numbers import count, decimal, interval, money, p_value, signed
from reports.sections.model_quality import pictures
from reports.sources import notes
from reports.texts import both, coded, joined
from reports.validation import verdicts
from reports.validation.facts import Validated
from reports.validation.intervals import Estimate, intervals
from reports.validation.names_of_tests import main_of_topic
from reports.validation.words import DIMENSIONS, in_order, named
from reports.validation.words import group_name as slice_name
from reports.view import Grid, Paragraph, Row, Section, number, short, word
from schemas.declarations import Text

FIGURES = ("ks", "somers_d", "brier", "log_loss")
CHANCE = 0.5


def section(of: Validated) -> Section:
    """AUC by part; AUC of every slice drawn and listed; the tests of discrimination."""
    drawn = intervals(
        both("validation_performance.drawing"),
        [
            Estimate(slice_name(dimension, name, of.run.source), m.get("auc"), m.get("auc_low"), m.get("auc_high"))
            for dimension in ("total", "stage", "size_class", "year")
            for name, m in in_order(dimension, of.validation["groups"].get(dimension) or {})
        ],
        lambda value: decimal(value, 2),
        both("validation_performance.key"),
        level=CHANCE,
    )
    tests = main_of_topic(of.tests, "discrimination")
    blocks = (
        _by_part(of),
        *((drawn,) if drawn is not None else ()),
        *(
            _slices(of, dimension, found)
            for dimension in DIMENSIONS
            if (found := of.validation["groups"].get(dimension))
        ),
        *((Paragraph(both("validation_performance.rule"), "note"),) if tests else ()),
        *(
            (verdicts.grid(of, tests, both("validation_performance.tests"), note=both("validation_tests.main")),)
            if tests
            else ()
        ),
        pictures(of.run, "roc", both("picture.roc")),
    )
    return Section("performance", both("validation_page.performance"), blocks)


def _by_part(of: Validated) -> Grid:
    heads = (
        short("column.stage"),
        short("column.part"),
        number("column.loans"),
        number("column.defaults_rows"),
        number("column.auc"),
        number("column.ks"),
        number("column.brier"),
        number("column.log_loss"),
    )
    rows = []
    for name in GROUPS:
        for at, part in enumerate(PARTS):
            m = of.run.metrics["parts"][part][name] or {}
            figures = (count(m.get("loans")), count(m.get("defaults")), _auc(m))
            rest = (decimal(m.get("ks")), decimal(m.get("brier"), 4), decimal(m.get("log_loss"), 4))
            cells = (group_name(name) if at == 0 else "", coded("part", part), *figures, *rest)
            rows.append(Row(cells, strong=part == PARTS[-1]))
    return Grid(both("model.discrimination"), heads, tuple(rows), both("model.discrimination_note"))


def _auc(m: Json) -> str:
    return interval(decimal(m.get("auc")), decimal(m.get("auc_low")), decimal(m.get("auc_high")))


def _slices(of: Validated, dimension: str, found: Json) -> Grid:
    """Figures of each group of one dimension, out-of-time."""
    fallen = {t["group"]: t for t in of.tests if t["test"] == "auc_change" and t["dimension"] == dimension}
    known = [name for name in FIGURES if any(m.get(name) is not None for m in found.values())]
    labels = {
        "ks": "column.ks",
        "somers_d": "validation_column.somers_d",
        "brier": "column.brier",
        "log_loss": "column.log_loss",
    }
    heads = (
        word("validation_column.group"),
        number("column.loans"),
        number("column.defaults_rows"),
        number("column.auc"),
        *((number("validation_column.auc_since"), number("validation_column.p_adjusted")) if fallen else ()),
        *(number(labels[name]) for name in known),
    )
    rows = tuple(
        Row(
            (
                slice_name(dimension, name, of.run.source),
                count(m.get("loans")),
                count(m.get("defaults")),
                _auc(m),
                *(_since(fallen.get(name)) if fallen else ()),
                *(decimal(m.get(figure), 4 if figure in ("brier", "log_loss") else 3) for figure in known),
            )
        )
        for name, m in in_order(dimension, found)
    )
    caption = both("validation_performance.by", dimension=named(DIMENSIONS, dimension))
    if dimension == "total":
        caption = both("validation_performance.of_all")
    note = _edges(of) if dimension == "amount_band" else None
    return Grid(caption, heads, rows, note, folded=len(rows) > 8)


def _since(test: Json | None) -> tuple[str, str]:
    """Change of the AUC of a group since the calibration loans, and its p-value adjusted over the groups."""
    found = test or {}
    return signed(found.get("value"), 3), p_value(found.get("p_holm"))


def _edges(of: Validated) -> Text | None:
    """Where the bands of amounts part, in the money of the source."""
    edges = of.validation.get("amount_edges")
    currency = notes(of.run.source, of.run.currency).currency
    return both("validation_performance.edges", edges=joined([money(e, currency) for e in edges])) if edges else None
