"""The model card: one page and plain data on what the models are for, how good they are, and what they are not for."""

from typing import Any

from policy.segments import STAGES
from reports.groups import GROUPS, group_name
from reports.inputs import Json
from reports.numbers import count, decimal, interval, rate
from reports.render import page
from reports.sources import notes
from reports.texts import LANGUAGES, both
from reports.validation import fairness
from reports.validation.data import samples
from reports.validation.facts import Validated, mark
from reports.validation.purpose import INTENDED, NOT_INTENDED
from reports.validation.wrong import sentences
from reports.view import Grid, Paragraph, Points, Row, Section, number, short
from schemas.declarations import Text

FIGURES = ("auc", "auc_low", "auc_high", "ks", "brier", "log_loss", "mean_pd", "default_rate")
RATE = ("default_rate", "default_rate_low", "default_rate_high")
LATER = "out_of_time"


def card(of: Validated) -> dict[str, Any]:
    """The card as plain data; texts by language, rates as fractions, `contacts` for the bank to fill."""
    later = of.run.metrics["parts"][LATER]
    return {
        "mark": mark(of.run),
        "source": of.run.source,
        "built_on": of.run.built_on,
        "models": {stage: str(of.run.tracking["models"][stage]["model"]) for stage in STAGES},
        "intended_use": _by_language(INTENDED),
        "not_intended_use": _by_language(NOT_INTENDED),
        "data": of.validation["samples"],
        "metrics": {name: _figures(later[name] or {}) for name in GROUPS},
        "limits": [{"en": text.en, "zh": text.zh} for text in _limits(of)],
        "certified": {name: c["cut_off"] for name, c in of.run.thresholds["certificates"].items()},
        "fairness": of.validation.get("fairness") or {},
        "findings": {
            "standing": len(of.standing()),
            "high": sum(finding["severity"] == "high" for finding in of.standing()),
            "told": [{"en": text.en, "zh": text.zh} for text in sentences(of)],
        },
        "contacts": {"owner": "", "developer": "", "validator": ""},
    }


def _by_language(keys: tuple[str, ...]) -> dict[str, list[str]]:
    return {language: [both(key)[at] for key in keys] for at, language in enumerate(LANGUAGES)}


def _figures(found: Json) -> dict[str, Any]:
    names = ("loans", "defaults", *FIGURES, "default_rate_low", "default_rate_high", "cox_slope", "ece")
    return {name: found.get(name) for name in names}


def _limits(of: Validated) -> list[Text]:
    return [both(key) for key in (*notes(of.run.source).proxies, *notes(of.run.source).limits, "limits.selection")]


def card_page(of: Validated, languages: tuple[str, ...] = LANGUAGES) -> str:
    """The card as an offline page."""
    name = both(notes(of.run.source).name)
    subtitle = both("validation_page.subtitle", source=name, day=of.run.built_on, mark=mark(of.run))
    return page("page.html", both("validation_card.title"), subtitle, _sections(of), languages)


def _sections(of: Validated) -> tuple[Section, ...]:
    wrong = Points(both("validation_summary.wrong"), tuple(sentences(of)))
    nothing = Paragraph(both("validation_findings.none"))
    groups = (Paragraph(fairness.told(of)), Paragraph(both("validation_fairness.reading"), "note"))
    limits = Points(both("validation_card.of_source"), tuple(_limits(of)))
    return (
        Section("use", both("validation_card.use"), _use()),
        Section("figures", both("validation_card.figures"), (_grid(of), samples(of))),
        Section("findings", both("validation_page.findings"), (wrong if wrong.items else nothing,)),
        Section("limits", both("limits.title"), (limits,)),
        Section("fairness", both("validation_page.fairness"), groups),
        Section("contacts", both("validation_card.contacts"), (Paragraph(both("validation_card.nobody"), "note"),)),
    )


def _use() -> tuple[Points, ...]:
    return (
        Points(both("validation_purpose.intended"), tuple(both(key) for key in INTENDED)),
        Points(both("validation_purpose.not_intended"), tuple(both(key) for key in NOT_INTENDED)),
    )


def _grid(of: Validated) -> Grid:
    heads = (
        short("column.stage"),
        number("column.loans"),
        number("column.defaults_rows"),
        number("column.auc"),
        number("column.ks"),
        number("column.log_loss"),
        number("column.mean_pd"),
        number("column.default_rate_interval"),
    )
    rows = tuple(_row(name, of.run.metrics["parts"][LATER][name] or {}) for name in GROUPS)
    return Grid(both("validation_card.out_of_time"), heads, rows)


def _row(name: str, m: Json) -> Row:
    cells = (
        group_name(name),
        count(m.get("loans")),
        count(m.get("defaults")),
        interval(*(decimal(m.get(key)) for key in ("auc", "auc_low", "auc_high"))),
        decimal(m.get("ks")),
        decimal(m.get("log_loss"), 4),
        rate(m.get("mean_pd")),
        interval(*(rate(m.get(key)) for key in RATE)),
    )
    return Row(cells, strong=name == "total")
