"""The first page: what was validated, how many tests exceeded their limit, and what is wrong in plain sentences."""

from collections.abc import Mapping, Sequence

from policy.segments import STAGES
from reports.inputs import Json
from reports.numbers import count, decimal, interval, percent, rate
from reports.sources import notes
from reports.texts import both, coded, joined
from reports.validation import verdicts
from reports.validation.facts import Validated, mark
from reports.validation.names_of_tests import LEVEL, name_of_test
from reports.validation.words import SEVERITIES, group_of, named, shown
from reports.validation.written import CHAPTERS
from reports.view import Paragraph, Points, Section, Tile, Tiles
from schemas.declarations import Text

MOST = 8
"""So many groups of loans with findings are told on the first page; all stand in the chapter of findings."""
OUT_OF_TIME = "out_of_time"


def section(of: Validated) -> Section:
    """Sentences first, then what is wrong, the figures that stand out, the count by test, chapters not written."""
    blocks = (
        Paragraph(_validated(of), "lead"),
        Paragraph(_counted(of), "lead exceeded" if of.judged("exceeded") else "lead met"),
        *_wrong(of),
        _tiles(of),
        *_unwritten(of),
        verdicts.tally(of.tests, of.run.source),
    )
    return Section("summary", both("validation_page.summary"), blocks)


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
        mark=mark(of.run),
    )


def _counted(of: Validated) -> Text:
    met, exceeded, rest = (len(of.judged(verdict)) for verdict in ("met", "exceeded", "not_judged"))
    return both(
        "validation_summary.counted",
        judged=count(met + exceeded),
        exceeded=count(exceeded),
        rest=count(rest),
        high=count(sum(finding["severity"] == "high" for finding in of.standing())),
        standing=count(len(of.standing())),
    )


def _wrong(of: Validated) -> tuple[Points | Paragraph, ...]:
    """One sentence per group of loans with standing findings, the worst first."""
    groups: dict[tuple[str, str], list[Json]] = {}
    for finding in of.standing():
        groups.setdefault((finding["dimension"], finding["group"]), []).append(finding)
    if not groups:
        return (Paragraph(both("validation_summary.nothing")),)
    told = [_sentence(of, found) for found in list(groups.values())[:MOST]]
    if len(groups) > MOST:
        told.append(both("validation_summary.more", more=count(len(groups) - MOST)))
    return (Points(both("validation_summary.wrong"), tuple(told)),)


def _sentence(of: Validated, found: Sequence[Json]) -> Text:
    """What is wrong in one group: the level first where a test of it was exceeded, then the tests by name."""
    worst = found[0]
    figures = (of.validation["groups"].get(worst["dimension"]) or {}).get(worst["group"]) or {}
    levels = [f for f in found if f["test"] in LEVEL]
    rest = [f for f in found if f["test"] not in LEVEL]
    parts = [_level(figures, levels)] if levels and figures.get("mean_pd") is not None else []
    rest = [*([] if parts else levels), *rest]
    parts += [
        both(
            "validation_summary.test",
            test=name_of_test(f["test"]),
            value=shown(f.get("value")),
            limit=shown(f.get("limit")),
        )
        for f in rest
    ]
    severity = named(SEVERITIES, worst["severity"])
    group = group_of(worst, of.run.source)
    return both("validation_summary.sentence", severity=severity, group=group, said=joined(parts, "; ", "；"))


def _level(figures: Mapping[str, float], levels: Sequence[Json]) -> Text:
    side = "high" if figures["mean_pd"] > (figures.get("default_rate") or 0.0) else "low"
    said = both("validation_summary.too_high") if side == "high" else both("validation_summary.too_low")
    return both(
        "validation_summary.level",
        side=said,
        mean=rate(figures["mean_pd"]),
        observed=rate(figures.get("default_rate")),
        tests=joined([name_of_test(name) for name in dict.fromkeys(f["test"] for f in levels)]),
    )


def _tiles(of: Validated) -> Tiles:
    total = of.run.metrics["parts"][OUT_OF_TIME]["total"] or {}
    auc = interval(*(decimal(total.get(key)) for key in ("auc", "auc_low", "auc_high")))
    certificates = of.run.thresholds["certificates"]
    issued = sum(bool(c["certified"]) for c in certificates.values())
    judged = len(of.judged("met")) + len(of.judged("exceeded"))
    wrong = len(of.judged("exceeded"))
    return Tiles(
        (
            Tile(
                both("validation_summary.tile_tests"),
                f"{count(wrong)} / {count(judged)}",
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
                f"{percent(total.get('mean_pd'), 1)} / {percent(total.get('default_rate'), 1)}",
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
