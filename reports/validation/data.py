"""Chapter: the data: samples with their periods, what became of every row, and known gaps."""

from models.fitting.split import PARTS
from reports.numbers import MISSING, count, rate
from reports.sections import quality
from reports.sections.versions import limits_section
from reports.sources import currency_note, notes
from reports.texts import both, coded, joined
from reports.validation import representativeness
from reports.validation.facts import Validated, mark
from reports.validation.written import room
from reports.view import Grid, Paragraph, Points, Row, Section, number, short, word


def section(of: Validated) -> Section:
    """Sources, samples, quality account, representativeness, proxies and gaps, and who owns the data."""
    run = of.run
    proxies = tuple(both(key) for key in notes(run.source).proxies)
    blocks = (
        Paragraph(both("validation_data.source", source=both(notes(run.source).name), **_size(of))),
        Paragraph(currency_note(run.source, run.currency), "note"),
        samples(of),
        *quality.section(run).blocks,
        *representativeness.blocks(of),
        *((Points(both("policy.proxies"), proxies),) if proxies else ()),
        *limits_section(run).blocks,
        room(of.written, "data_ownership", mark(run)),
    )
    return Section("data", both("validation_page.data"), blocks)


def _size(of: Validated) -> dict[str, str]:
    """Number of tables that were checked, and of rows in all of them."""
    tables = of.run.quality["tables"]
    return {"tables": count(len(tables)), "rows": count(sum(table["rows"] for table in tables))}


def samples(of: Validated) -> Grid:
    """Loans, defaults and mean PD of each part of the division of the sample."""
    heads = (
        short("column.part"),
        short("column.first_day"),
        short("column.last_day"),
        number("column.loans"),
        number("column.defaults_rows"),
        number("column.mean_pd"),
        number("column.default_rate"),
        word("column.purpose"),
    )
    rows = []
    for part in PARTS:
        found = of.validation["samples"].get(part) or {}
        first, last = of.run.days.get(part, (MISSING, MISSING))
        cells = (
            coded("part", part),
            str(found.get("from") or first),
            str(found.get("to") or last),
            count(found.get("loans")),
            count(found.get("defaults")),
            rate(found.get("mean_pd")),
            rate(found.get("default_rate")),
            both(f"purpose.{part}"),
        )
        rows.append(Row(cells, strong=part == PARTS[-1]))
    note = joined((both("parts.built_on", day=of.run.built_on), both("note.population")), " ", "")
    return Grid(both("validation_data.samples"), heads, tuple(rows), note)
