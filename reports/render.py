"""Pages from templates: one self-contained HTML file each, in both languages or in one."""

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from policy.printable import printable
from reports.texts import LANGUAGES, both, catalogue, in_language
from reports.view import Linked, Section
from schemas.declarations import Text

TEMPLATES = Path(__file__).with_name("templates")


def safe(value: str) -> Markup:
    """Text for a page: escaped as HTML asks, and no character of it turns the direction of what stands beside it."""
    return value if isinstance(value, Markup) else escape(printable(value, keep="\n\t"))


@cache
def environment(languages: tuple[str, ...] = LANGUAGES) -> Environment:
    """Jinja environment whose pages are in `languages`: with two, each text is in the page twice and one is shown.

    Filters: `t` shows a text, `k` the text of a key, `key` looks a text up, `s` gives a text without markup.
    """
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: safe(value) if isinstance(value, str) else value,
    )

    def shown(value: str | Text) -> Markup:
        if isinstance(value, Linked):
            return linked(value)
        return spoken(value) if isinstance(value, Text) else safe(value)

    # Labels come again in every memo: what was escaped once is kept.
    @lru_cache(maxsize=10_000)
    def spoken(value: Text) -> Markup:
        if value.en == value.zh or len(languages) == 1:
            return safe(value[LANGUAGES.index(languages[0])])
        spans = (f'<span lang="{x}">{safe(value[LANGUAGES.index(x)])}</span>' for x in languages)
        return Markup("".join(spans))

    def linked(value: Linked) -> Markup:
        """One link per language, which the page it leads to opens in."""
        sign = "&" if "#" in value.href else "#"
        anchors = (
            Markup('<a lang="{}" href="{}">{}</a>').format(x, f"{value.href}{sign}lang={x}", str(value))
            for x in languages
        )
        return Markup("").join(anchors)

    def plain(value: str | Text) -> str:
        return (
            value
            if not isinstance(value, Text)
            else " / ".join(dict.fromkeys(value[LANGUAGES.index(x)] for x in languages))
        )

    made.filters.update(in_language=in_language, t=shown, s=plain, key=both, k=lambda key: shown(both(key)))
    made.globals.update(
        languages=languages, language_names={x: catalogue()["language.name"][i] for i, x in enumerate(LANGUAGES)}
    )
    return made


def page(
    template: str, title: Text, subtitle: Text, sections: Sequence[Section], languages: tuple[str, ...] = LANGUAGES
) -> str:
    """HTML of one page: same inputs, same bytes."""
    rendered = environment(languages).get_template(template).render(title=title, subtitle=subtitle, sections=sections)
    return rendered.rstrip() + "\n"
