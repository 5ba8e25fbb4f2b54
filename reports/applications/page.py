"""The page that lists every application: search, filters and order in the reader's browser, without a server."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import pandas as pd
from markupsafe import Markup

from reports.applications.codes import Words, words
from reports.applications.data import FIELDS, MOST_ROWS, Data, data, script_json
from reports.applications.listing import listing
from reports.inputs import Inputs
from reports.links import PAGE
from reports.numbers import CURRENCIES, count
from reports.render import environment
from reports.sources import notes
from reports.texts import both, catalogue, coded
from schemas.declarations import Text

AUTOMATIC = 100_000
"""Applications that the page loads by itself, newest first; a button loads the rest."""
MEMOS = "../memos/"
"""Where `techcredit memo --all` writes, seen from the folder of the report."""
COLUMNS = (
    *("id", "name", "code", "region", "stage", "size", "decision", "rule"),
    *("grade", "pd", "limit", "amount", "day", "gap"),
)
"""Columns of the list, in order; one without any value is left out."""
FILTERS = ("decision", "size", "stage", "rule", "fired", "grade", "region", "cover", "gap")
"""Conditions a reader may choose, in order; one without any value is left out."""


def applications_pages(inputs: Inputs, written: tuple[str, ...]) -> Mapping[str, str]:
    """The list with its files of data, by file name; `written` are the applications with a memo beside the report."""
    listed = listing(inputs)
    known = words(inputs, listed)
    found = data(listed, known, written)
    return {PAGE: _page(inputs, listed, known, found, len(written)), **found.contents}


def _page(inputs: Inputs, listed: pd.DataFrame, known: Mapping[str, Words], found: Data, written: int) -> str:
    title = both("applications.title")
    config = {
        "fields": FIELDS,
        "words": known,
        "columns": _columns(listed),
        "filters": [key for key in FILTERS if known[key]],
        "tables": _tables(known["gap"]),
        "files": [{"file": f.name, "rows": f.rows, "first": f.first, "last": f.last} for f in found.files],
        "all": len(listed),
        "most": MOST_ROWS,
        "automatic": AUTOMATIC,
        "run": found.run,
        "written": written,
        "memos": MEMOS,
        "command": command(inputs),
        "title": title,
        "currency": _currency(inputs),
        "texts": {key: text for key, text in catalogue().items() if key.startswith("applications.")},
    }
    subtitle = both("applications.subtitle", source=both(notes(inputs.source).name), count=count(len(listed)))
    rendered = (
        environment()
        .get_template(PAGE)
        .render(title=title, subtitle=subtitle, filters=config["filters"], config=Markup(script_json(config)))
    )
    return rendered.rstrip() + "\n"


def command(inputs: Inputs) -> str:
    """The command that writes memos of this run, as far as it is the same for all of them."""
    page = PurePosixPath(inputs.page)
    folder = page.parent.parent if len(page.parts) > 2 else PurePosixPath("data") / inputs.source
    return f"techcredit memo --model {folder}"


def _columns(listed: pd.DataFrame) -> list[str]:
    column = {"id": "application_id", "code": "credit_code", "region": "province", "size": "size_class"}
    column |= {"day": "as_of", "gap": "data_gap"}
    known = [key for key in COLUMNS if _has_values(listed[column.get(key, key)])]
    return [key for key in known if key != "code" or "name" not in known]  # a name has its code beneath it


def _has_values(column: pd.Series) -> bool:
    return bool((column.notna() & (column != "")).any())


def _tables(gaps: Words) -> list[tuple[str, Any, Any]]:
    """Tables with gaps, which an address may name without saying what is amiss."""
    tables = sorted({code.partition(":")[0] for code, *_ in gaps})
    return [(table, *coded("table_short", table)) for table in tables]


def _currency(inputs: Inputs) -> Text:
    """Unit of the amounts: whole ones in English, ten-thousands in Chinese."""
    code = notes(inputs.source, inputs.currency).currency
    name = both(f"currency.{code}").zh if code in CURRENCIES else f" {code}"
    return Text(code, f"万{name}")
