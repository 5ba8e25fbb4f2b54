"""Memos of all applications in a few files: bodies by the template of the memo page, packed, and the page for them.

A file per memo would be half a gigabyte of nearly the same text. Here some hundred memos share a file, compressed; the
page unpacks the one it is asked for. The bodies are those of the single memo page: nothing is laid out a second time.
"""

import base64
import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import Any

from markupsafe import Markup

from reports.applications.data import script_json
from reports.applications.listing import fingerprint, listing
from reports.applications.names import chunk_of
from reports.applications.page import command
from reports.inputs import Inputs
from reports.memo.page import memos
from reports.numbers import count
from reports.render import environment
from reports.sources import notes
from reports.texts import both, catalogue

PER_CHUNK = 100
"""Applications in one file, about: their number comes from a hash of the identifier."""
TOGETHER = 10
"""So many files are made at a time."""
FEW = 1000
"""So many memos are made sooner by one process than by several that have to start first."""
_run: Inputs
PAGE, WRITTEN = "memo.html", "written.js"
"""The page that opens a memo, and the file that tells the list that all of them are there."""
BACK = "../report/applications.html"
"""Where the list lies, seen from the folder of the memos of its run."""


def chunks_of(applications: Sequence[str]) -> Mapping[int, list[str]]:
    """Applications of every file by its number, in the order given; a file without any is there too."""
    chunks = max(1, round(len(applications) / PER_CHUNK))
    found: dict[int, list[str]] = {number: [] for number in range(chunks)}
    for name in applications:
        found[chunk_of(name, chunks)].append(name)
    return found


def bodies(inputs: Inputs, applications: Sequence[str]) -> dict[str, str]:
    """Inner HTML of the memo of each application, in both languages, by the template of the memo page."""
    template = environment().get_template("memo_body.html")
    return {memo.application_id: template.render(memo=memo).strip() for memo in memos(inputs, applications)}


def packed(number: int, content: Mapping[str, str]) -> str:
    """Memos as a script that hands them over: JSON, compressed by gzip, in base64; the same memos, the same bytes."""
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf8")
    text = base64.b64encode(gzip.compress(plain, 6, mtime=0)).decode("ascii")
    return f'TechCredit.memos({number}, "{text}");\n'


def lean(inputs: Inputs) -> Inputs:
    """The same run with the out-of-time applications alone in the tables that a step made, as far as memos read them.

    It is handed to other processes; the bank's own tables stay whole, since some facts are about all lenders in them.
    """
    kept = frozenset(inputs.decisions["application_id"])
    names = ("features", "scores", "split", "outcomes")
    frames = {name: getattr(inputs, name) for name in names}
    few: dict[str, Any] = {name: frame[frame["application_id"].isin(kept)] for name, frame in frames.items()}
    return replace(inputs, **few, figures={}, study=None)


def memo_files(inputs: Inputs, processes: int = 1, back: str | None = BACK) -> Iterator[tuple[str, str]]:
    """Name and content of every file: the memos, the page that opens them, and last the word that all are there.

    With several `processes` each makes some of the files of memos. `back` is the address of the list, None where it
    does not lie there.
    """
    listed = listing(inputs)
    applications = listed["application_id"].tolist()
    chunks = chunks_of(applications)
    numbers = list(chunks)
    groups = [{n: chunks[n] for n in numbers[at : at + TOGETHER]} for at in range(0, len(numbers), TOGETHER)]
    if processes > 1 and len(applications) > FEW:
        context = get_context("spawn")
        with ProcessPoolExecutor(processes, context, initializer=_start, initargs=(lean(inputs),)) as pool:
            for made in pool.map(_group, groups):
                yield from made
    else:
        for group in groups:
            yield from _files(inputs, group)
    yield PAGE, opener(inputs, len(applications), len(chunks), back)
    told = {"run": fingerprint(listed), "count": len(applications), "chunks": len(chunks)}
    yield WRITTEN, f"TechCredit.memos({script_json(told)});\n"


def _files(inputs: Inputs, group: Mapping[int, Sequence[str]]) -> list[tuple[str, str]]:
    """Some files of memos, whose memos are made together: finding the facts of one costs as much as of hundreds."""
    made = bodies(inputs, [name for names in group.values() for name in names])
    return [(f"chunks/{n}.js", packed(n, {name: made[name] for name in names})) for n, names in group.items()]


def _start(inputs: Inputs) -> None:
    """What a process keeps for all files it makes."""
    global _run
    _run = inputs


def _group(group: Mapping[int, Sequence[str]]) -> list[tuple[str, str]]:
    return _files(_run, group)


def opener(inputs: Inputs, applications: int, chunks: int, back: str | None) -> str:
    """The page that opens the memo named in its address; `back` leads to the list."""
    source = both(notes(inputs.source).name)
    config = {
        "chunks": chunks,
        "command": command(inputs),
        "texts": {key: text for key, text in catalogue().items() if key.startswith("application_memo.")},
    }
    rendered = (
        environment()
        .get_template("memo_opener.html")
        .render(
            title=both("application_memo.title"),
            subtitle=both("application_memo.subtitle", source=source, count=count(applications)),
            back=back,
            config=Markup(script_json(config)),
        )
    )
    return rendered.rstrip() + "\n"
