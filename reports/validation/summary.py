"""The first page: what was validated, how many tests exceeded their limit, and what is wrong in plain sentences."""

from policy.segments import STAGES
from reports.numbers import count, decimal, interval, rate
from reports.sources import notes
from reports.texts import both, coded, joined
from reports.validation.facts import Validated, mark
from reports.validation.written import CHAPTERS
from reports.validation.wrong import sentences
from reports.view import Paragraph, Points, Section, Tile, Tiles
from schemas.declarations import Text

MOST = 8
"""So many sentences on what is wrong stand on the first page; all findings stand in their chapter."""
OUT_OF_TIME = "out_of_time"
STUDIES = ("validation_page.sensitivity", "validation_page.benchmarks", "refits.title", "page.blanked")
"""Titles of what only `make study` measures."""


def section(of: Validated) -> Section:
    """Sentences first, then what is wrong, the figures that stand out, chapters not written."""
    blocks = (
        Paragraph(_validated(of), "lead"),
        Paragraph(_counted(of), "lead exceeded" if of.of_verdict("exceeded") else "lead met"),
        *_promotion(of),
        *_wrong(of),
        _tiles(of),
        *_unwritten(of),
        *_unstudied(of),
    )
    return Section("summary", both("validation_page.summary"), blocks)


def _promotion(of: Validated) -> tuple[Paragraph, ...]:
    """How this run became champion; an override stands out."""
    if of.promotion is None:
        return ()
    return (Paragraph(of.promotion.text, "lead exceeded" if of.promotion.override else "lead"),)


def _validated(of: Validated) -> Text:
    later = of.validation["samples"].get(OUT_OF_TIME) or {}
    first, last = of.run.days[OUT_OF_TIME]
    return both(
        "validation_summary.validated",
        source=both(notes(of.run.source).name),
        day=of.run.built_on,
        stages=joined([coded("stage", stage) for stage in STAGES]),
        loans=count(later.get("loans")),
        defaults=count(later.get("defaults")),
        first=str(later.get("from") or first),
        last=str(later.get("to") or last),
        rate=rate(later.get("default_rate")),
        mark=mark(of.run),
    )


def _counted(of: Validated) -> Text:
    met, exceeded, rest = (len(of.of_verdict(verdict)) for verdict in ("met", "exceeded", "no_verdict"))
    return both(
        "validation_summary.counted",
        tested=count(met + exceeded),
        exceeded=count(exceeded),
        rest=count(rest),
        high=count(sum(finding["severity"] == "high" for finding in of.standing())),
        standing=count(len(of.standing())),
    )


def _wrong(of: Validated) -> tuple[Points | Paragraph, ...]:
    """The worst sentences on standing findings; those left out are counted."""
    told = sentences(of)
    if not told:
        return (Paragraph(both("validation_summary.nothing")),)
    shown = told[:MOST]
    if len(told) > MOST:
        shown.append(both("validation_summary.more", more=count(len(told) - MOST)))
    return (Points(both("validation_summary.wrong"), tuple(shown)),)


def _tiles(of: Validated) -> Tiles:
    total = of.run.metrics["parts"][OUT_OF_TIME]["total"] or {}
    auc = interval(*(decimal(total.get(key)) for key in ("auc", "auc_low", "auc_high")))
    certificates = of.run.thresholds["certificates"]
    issued = sum(bool(c["certified"]) for c in certificates.values())
    tested = len(of.of_verdict("met")) + len(of.of_verdict("exceeded"))
    wrong = len(of.of_verdict("exceeded"))
    return Tiles(
        (
            Tile(
                both("validation_summary.tile_tests"),
                f"{count(wrong)} / {count(tested)}",
                both("validation_summary.tile_tests_detail"),
                "exceeded" if wrong else "met",
            ),
            Tile(
                both("validation_summary.tile_auc"),
                decimal(total.get("auc")),
                both("validation_summary.tile_auc_detail", auc=auc),
            ),
            Tile(
                both("validation_summary.tile_level"),
                f"{rate(total.get('mean_pd'))} / {rate(total.get('default_rate'))}",
                both("validation_summary.tile_level_detail"),
            ),
            Tile(
                both("validation_summary.tile_certified"),
                f"{issued} / {len(certificates)}",
                both("validation_summary.tile_certified_detail"),
            ),
        )
    )


def _unwritten(of: Validated) -> tuple[Paragraph, ...]:
    """Which chapters nobody wrote, or that they were written for another model."""
    missing = [both(title) for key, (title, _) in CHAPTERS.items() if key not in of.written.chapters]
    told = []
    if of.written.chapters and of.written.written_for != mark(of.run):
        named_mark = of.written.written_for or "–"
        told.append(Paragraph(both("validation_written.other_mark", named=named_mark, mark=mark(of.run)), "exceeded"))
    if missing:
        told.append(Paragraph(both("validation_summary.unwritten", chapters=joined(missing)), "note"))
    return tuple(told)


def _unstudied(of: Validated) -> tuple[Paragraph, ...]:
    """Which studies have nothing to show: not run to their end, or run on other models."""
    steps = {"refits.title", "page.blanked", "validation_page.benchmarks"} if of.run.study is None else set()
    steps |= set() if of.validation.get("sensitivity") else {"validation_page.sensitivity"}
    if not steps:
        return ()
    names = joined([both(key) for key in STUDIES if key in steps])
    if of.stale_study:
        return (Paragraph(both("validation_summary.other_models", studies=names), "exceeded"),)
    return (Paragraph(both("validation_summary.unstudied", studies=names), "note"),)
