"""The report of one source: the page, the memos as files of their own, and the pages beside it."""

from collections.abc import Mapping

from reports.applications.names import file_key
from reports.applications.page import applications_pages
from reports.inputs import Inputs
from reports.links import href
from reports.memo.choice import chosen
from reports.memo.page import Memo, memos
from reports.render import environment, page
from reports.sections import (
    blanked,
    cover,
    domains,
    headline,
    model_quality,
    parts,
    quality,
    refits,
    rules,
    thresholds,
    truth,
    versions,
)
from reports.sections.dictionary import dictionary_page
from reports.sections.quality import quality_page
from reports.sources import currency_note, notes
from reports.texts import LANGUAGES, both
from reports.thresholds.facts import facts
from reports.thresholds.page import thresholds_page
from reports.view import Link, Paragraph, Section


def pages(inputs: Inputs, most: int) -> Mapping[str, str]:
    """All pages by file name, and the data of the list of applications: see docs/applications.md.

    Beside the report, thresholds, quality, dictionary and the list there are up to `most` memos in each language.
    """
    names = chosen(inputs.decided(), most)
    written = memos(inputs, names)
    found = {
        "index.html": index_page(inputs, written),
        "thresholds.html": thresholds_page(facts(inputs), both(notes(inputs.source).name)),
        "quality.html": quality_page(inputs.quality),
        "dictionary.html": dictionary_page(),
        **applications_pages(inputs, tuple(names)),
    }
    for memo in written:
        for language in LANGUAGES:
            found[memo_name(memo.application_id, language)] = memo_page(inputs, memo, language)
    return found


def memo_name(application_id: str, language: str) -> str:
    """Name of the file of one memo below the report; never the identifier itself, which may hold anything."""
    return f"memos/{file_key(application_id)}.{language}.html"


def index_page(inputs: Inputs, written: tuple[Memo, ...]) -> str:
    """The report page, in both languages."""
    memo_blocks = (
        Link(both("applications.link"), href()),
        Paragraph(both("memo.reading"), "note"),
        Paragraph(currency_note(inputs.source, inputs.currency), "note"),
        *written,
    )
    covered, known = cover.section(inputs), truth.section(inputs)
    sections = (
        headline.section(inputs),
        *((known,) if known is not None else ()),
        *((covered,) if covered is not None else ()),
        quality.section(inputs),
        parts.section(inputs),
        model_quality.section(inputs),
        domains.section(inputs),
        blanked.section(inputs),
        refits.section(inputs),
        thresholds.section(inputs),
        rules.section(inputs),
        versions.policy_section(inputs),
        Section("memos", both("page.memos"), memo_blocks),
        versions.section(inputs),
        versions.limits_section(inputs),
    )
    subtitle = both("page.subtitle", source=both(notes(inputs.source).name), day=inputs.built_on)
    return page("index.html", both("page.title"), subtitle, sections)


def memo_page(inputs: Inputs, memo: Memo, language: str) -> str:
    """One memo as a page of its own, in one language."""
    title = both("memo.title", application=memo.shown_id)
    rendered = environment((language,)).get_template("memo.html").render(title=title, memo=memo)
    return rendered.rstrip() + "\n"
