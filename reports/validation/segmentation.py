"""Chapter: lifecycle stages and size classes, the rules that give them, and how many loans each has."""

from datetime import date

from policy.loader import figure
from policy.segments import SIZE_CLASSES, STAGES
from reports.numbers import count, rate
from reports.sections.versions import figure_heads, figure_row
from reports.texts import both, coded
from reports.validation.facts import Validated
from reports.view import Grid, Paragraph, Row, Section, number, short

CAPTIONS = {"stage": "validation_segmentation.by_stage", "size_class": "validation_segmentation.by_size_class"}


def section(of: Validated) -> Section:
    """Why there is a model per stage, the dated rules behind stages and size classes, and the groups they make."""
    schemes = of.run.features_meta["params"]
    day = date.fromisoformat(of.run.thresholds["policy_on"])
    rows = tuple(
        figure_row(document, schemes[key], day)
        for document, key in (("stage", "stage_scheme"), ("size_class", "size_scheme"))
    )
    assumed = [figure("stage", schemes["stage_scheme"]), figure("size_class", schemes["size_scheme"])]
    told = (Paragraph(both("validation_segmentation.assumed")),) if any(f.flag in "AR" for f in assumed) else ()
    blocks = (
        Paragraph(both("validation_segmentation.why")),
        *told,
        Grid(both("validation_segmentation.rules"), figure_heads(), rows),
        _groups(of, "stage", STAGES),
        _groups(of, "size_class", SIZE_CLASSES),
    )
    return Section("segmentation", both("validation_page.segmentation"), blocks)


def _groups(of: Validated, dimension: str, codes: tuple[str, ...]) -> Grid:
    """Out-of-time loans, defaults and rates of each stage or size class."""
    found = of.validation["groups"].get(dimension) or {}
    family = {"stage": "stage", "size_class": "size"}[dimension]
    heads = (
        short(f"column.{dimension}"),
        number("column.loans"),
        number("column.defaults_rows"),
        number("column.mean_pd"),
        number("column.default_rate"),
    )
    rows = [
        Row(
            (
                coded(family, code),
                count(figures.get("loans")),
                count(figures.get("defaults")),
                rate(figures.get("mean_pd")),
                rate(figures.get("default_rate")),
            )
        )
        for code in codes
        if (figures := found.get(code)) is not None
    ]
    return Grid(both(CAPTIONS[dimension]), heads, tuple(rows))
