"""What a link to the list means, worked out in Python from its address and the files of data, not by the page."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

Row = dict[str, Any]


def config(page: str) -> dict[str, Any]:
    """What the page hands to its script."""
    (found,) = re.findall(r'<script type="application/json" id="config">(.*?)</script>', page, flags=re.DOTALL)
    read: dict[str, Any] = json.loads(found)
    return read


def rows(pages: Mapping[str, str]) -> list[Row]:
    """Every application of the list, codes in place of their numbers."""
    told = config(pages["applications.html"])
    found = []
    for file in told["files"]:
        start, *lines, end = pages[file["file"]].splitlines()
        assert start.startswith("TechCredit.rows(")
        assert end == "]);"
        listed = json.loads("[" + "".join(lines) + "]")
        assert len(listed) == file["rows"]
        found += [_named(dict(zip(told["fields"], row, strict=True)), told["words"]) for row in listed]
    return found


def _named(row: Row, words: Mapping[str, Sequence[Sequence[str]]]) -> Row:
    for family, known in words.items():
        value = row[family]
        if isinstance(value, list):
            row[family] = [known[at][0] for at in value]
        else:
            row[family] = known[value][0] if value >= 0 else ""
    return row


def matching(listed: Sequence[Row], href: str) -> list[Row]:
    """Applications that an address asks for."""
    _, _, hash_ = href.partition("#")
    found = list(listed)
    for part in filter(None, hash_.split("&")):
        key, _, value = part.partition("=")
        codes = {unquote(code) for code in value.split(",")}
        if key == "lang":
            continue
        if key == "fired":
            found = [row for row in found if codes & set(row["fired"])]
        else:
            assert key in ("decision", "size", "stage", "rule", "grade", "region", "cover"), key
            found = [row for row in found if row[key] in codes]
    return found


def linked(page: str) -> list[tuple[str, int]]:
    """Address and number of every link to the list whose text is a number."""
    found = re.findall(r'<a lang="en" href="(applications\.html[^"]*)">([\d,]+)</a>', page)
    return [(href.replace("&amp;", "&"), int(number.replace(",", ""))) for href, number in found]
