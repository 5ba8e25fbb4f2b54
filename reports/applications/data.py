"""The list as files of data that a page loads by <script>, since a page from a disk may not fetch."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from policy.digits import rounded_number
from reports.applications.codes import Words, fired_codes, gap_codes
from reports.applications.listing import fingerprint
from reports.applications.names import file_key
from reports.numbers import telling

MOST_ROWS = 10_000
"""Most applications in one file of data."""
FIELDS = (
    *("id", "enterprise", "name", "code", "region", "stage", "size", "decision", "rule", "grade"),
    *("pd", "pd_shown", "limit", "limit_shown", "amount", "day", "gap", "fired", "cover", "memo"),
)
"""Fields of a row, in order. Codes are numbers of their place among the words of the page."""


@dataclass(frozen=True)
class DataFile:
    """One file of the list: its name below the report, the applications in it, and their first and last day."""

    name: str
    rows: int
    first: str
    last: str


@dataclass(frozen=True)
class Data:
    """The list in files: what each holds, the content of each by its name, and the fingerprint all of them carry."""

    files: tuple[DataFile, ...]
    contents: Mapping[str, str]
    run: str


def data(listed: pd.DataFrame, words: Mapping[str, Words], written: Sequence[str]) -> Data:
    """Files of the list (`reports.applications.listing`), by year of decision, at most MOST_ROWS applications in each.

    `written` are the applications whose memo lies in a file of its own beside the report.
    """
    run, files, contents = fingerprint(listed), [], {}
    rows = _rows(listed, words, frozenset(written))
    for name, at in parts(listed["as_of"].dt.year.tolist()):
        days = listed["as_of"].iloc[[at.start, at.stop - 1]].dt.date.astype("str").tolist()
        files.append(DataFile(f"applications/{name}.js", at.stop - at.start, *days))
        contents[files[-1].name] = f"TechCredit.rows({script_json(name)}, {script_json(run)}, {_listed(rows[at])});\n"
    return Data(tuple(files), contents, run)


def parts(years: Sequence[int], most: int = MOST_ROWS) -> Iterator[tuple[str, slice]]:
    """Name and rows of every file of data, for rows in order of their years: a year, numbered where it needs several.

    >>> list(parts([2015, 2015, 2015, 2016], 2))
    [('2015-1', slice(0, 2, None)), ('2015-2', slice(2, 3, None)), ('2016', slice(3, 4, None))]
    """
    counts = pd.Series(years, dtype="int64").value_counts().sort_index()
    start = 0
    for year, rows in counts.items():
        for number, first in enumerate(range(0, rows, most), 1):
            name = f"{year}-{number}" if rows > most else f"{year}"
            yield name, slice(start + first, start + min(first + most, rows))
        start += rows


def _rows(listed: pd.DataFrame, words: Mapping[str, Words], written: frozenset[str]) -> list[list[Any]]:
    place = {family: {code: at for at, (code, *_) in enumerate(known)} for family, known in words.items()}
    columns = {"stage": "stage", "size": "size_class", "decision": "decision", "rule": "rule", "grade": "grade"}
    columns |= {"region": "province", "cover": "cover"}
    coded = {
        family: [place[family].get(code, -1) if isinstance(code, str) else -1 for code in listed[column]]
        for family, column in columns.items()
    }
    shown = [telling(pd_, limit) for pd_, limit in zip(listed["pd"], listed["limit"], strict=True)]
    found = {
        "id": listed["application_id"].tolist(),
        "enterprise": _texts(listed["enterprise_id"]),
        "name": _texts(listed["name"]),
        "code": _texts(listed["credit_code"]),
        **coded,
        **{name: _numbers(listed[name]) for name in ("pd", "limit")},
        "amount": [None if pd.isna(value) else float(value) for value in listed["amount"]],
        "pd_shown": [pd_ for pd_, _ in shown],
        "limit_shown": [limit for _, limit in shown],
        "day": listed["as_of"].dt.date.astype("str").tolist(),
        "gap": [[place["gap"][code] for code in gap_codes(told)] for told in listed["data_gap"]],
        "fired": [[place["fired"][code] for code in fired_codes(told)] for told in listed["fired"]],
        "memo": [file_key(name) if name in written else 0 for name in listed["application_id"]],
    }
    return [list(row) for row in zip(*(found[name] for name in FIELDS), strict=True)]


def _texts(column: pd.Series) -> list[str | None]:
    return [value if isinstance(value, str) else None for value in column]


def _numbers(column: pd.Series) -> list[float | None]:
    return [None if pd.isna(value) else rounded_number(float(value)) for value in column]


def _listed(rows: Sequence[Sequence[Any]]) -> str:
    """Rows as JSON, a line each, so that two runs can be compared line by line."""
    return "[\n" + ",\n".join(script_json(row) for row in rows) + "\n]"


def script_json(content: Any) -> str:
    r"""JSON that may stand in a script: ASCII alone, and no `<`, `>` or `&`, which could end it.

    >>> script_json("</script>\u2028")
    '"\\u003c/script\\u003e\\u2028"'
    """
    plain = json.dumps(content, separators=(",", ":"), allow_nan=False)
    return plain.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
