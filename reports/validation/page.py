"""The validation report as one offline page, in both languages or in one; and as a page to be set on paper."""

import re

from reports.render import TEMPLATES, page
from reports.sources import notes
from reports.texts import LANGUAGES, both
from reports.validation import (
    appendix,
    benchmarks,
    calibration,
    conclusion,
    data,
    definition,
    explainability,
    fairness,
    findings,
    limits,
    methodology,
    performance,
    purpose,
    reproducibility,
    segmentation,
    sensitivity,
    stability,
    summary,
)
from reports.validation.facts import Validated, mark
from reports.view import Section

CHAPTERS = (
    summary,
    findings,
    purpose,
    data,
    definition,
    segmentation,
    methodology,
    performance,
    calibration,
    stability,
    explainability,
    fairness,
    sensitivity,
    limits,
    benchmarks,
    conclusion,
    reproducibility,
    appendix,
)
"""Every chapter in order, the summary first: what is wrong stands before how it was found."""


def sections(of: Validated) -> tuple[Section, ...]:
    """All chapters as plain data."""
    return tuple(chapter.section(of) for chapter in CHAPTERS)


def report(of: Validated, languages: tuple[str, ...] = LANGUAGES) -> str:
    """HTML of the report: same inputs, same bytes."""
    name = both(notes(of.run.source).name)
    subtitle = both("validation_page.subtitle", source=name, day=of.run.built_on, mark=mark(of.run))
    return page("validation.html", both("validation_page.title"), subtitle, sections(of), languages)


def sheets(of: Validated, language: str) -> str:
    """The report in one language for a program that sets it on paper, which reads no outer style in a drawing."""
    style = (TEMPLATES / "validation_svg.css").read_text(encoding="utf8")
    return re.sub(r"(<svg\b[^>]*>)", rf"\1<style>{style}</style>", report(of, (language,)))
