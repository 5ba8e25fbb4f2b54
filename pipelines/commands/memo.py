"""`techcredit memo`: memos of chosen applications as files of their own, or of all of a run in packed files."""

import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from models.fitting.split import SplitParams
from pipelines.params import section
from pipelines.pdf_maker import pdf_maker
from pipelines.printing import Console
from pipelines.report import ReportParams, read_inputs
from policy.errors import MendableError
from policy.guarded import UnreadableError, read_json
from reports.applications.memo_files import BACK, PAGE, WRITTEN, memo_files
from reports.applications.names import file_key
from reports.inputs import Inputs
from reports.memo.page import memos
from reports.page import memo_page
from scoring.manifest import MANIFEST, ON_MEMOS, SEALED, require_unchanged

TOLD = 5
"""So many identifiers are named in a sentence."""
LARGEST_LIST = 100_000_000
"""Bytes of a JSON list of identifiers, at most."""
PROCESSES = 2
"""Processes that make memos, at most: each keeps the run in memory."""


class MemoError(MendableError):
    """A memo cannot be written as asked: no such application, or something else lies there."""


def run_inputs(model: Path) -> Inputs:
    """What memos are made from, of the finished run in the folder `model`, whose name is that of the source.

    Raises
    ------
    MemoError
        When there is no finished run.
    ParamsError
        When params.yaml does not know the source.
    """
    if not (model / "thresholds" / "thresholds.json").exists():
        message = (
            f"wanted a finished run in {model}; {model / 'thresholds' / 'thresholds.json'} is not there. "
            "`techcredit run` makes one"
        )
        raise MemoError(message)
    require_unchanged(model, (*SEALED, *ON_MEMOS))
    source = model.resolve().name
    params, split = section("report", ReportParams, source), section("split", SplitParams, source)
    page = (model / "report" / "index.html").as_posix()
    try:
        return read_inputs(source, model, page, split, params)
    except (KeyError, TypeError, FileNotFoundError) as error:
        message = (
            f"{model}: wanted a finished run of this version; a part is not there ({error!r:.150}). `techcredit run`"
        )
        raise MemoError(message) from error


def asked(applications: Sequence[str], listed: Path | None) -> list[str]:
    """Identifiers asked for, on the command line and in a file, each once.

    The file has one identifier per line, or is a JSON list where its name ends in .json.

    Raises
    ------
    MemoError
        When there is none, one is asked for twice, or the file cannot be read.
    """
    found = [*applications, *(_listed(listed) if listed is not None else ())]
    if not found:
        message = f"wanted identifiers of applications, one per line; {listed} holds none"
        raise MemoError(message)
    twice = [name for name, times in Counter(found).items() if times > 1]
    if twice:
        message = f"wanted each application once; {_named(twice)} asked for more than once"
        raise MemoError(message)
    return found


def _listed(path: Path) -> list[str]:
    try:
        if path.suffix == ".json":
            read = read_json(path, LARGEST_LIST)
            if not (isinstance(read, list) and all(isinstance(name, str) for name in read)):
                message = f"wanted a JSON list of identifiers in {path}; got {type(read).__name__} or other items"
                raise MemoError(message)
            return read
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"wanted UTF-8 in {path}; {error}"
        raise MemoError(message) from error
    except UnreadableError as error:
        message = f"wanted a JSON list of identifiers in {path}; {error}"
        raise MemoError(message) from error
    # Not splitlines(): an identifier may hold a sign that counts as the end of a line there.
    return [line for line in (line.rstrip("\r") for line in content.split("\n")) if line.strip()]


def require_known(names: Sequence[str], known: Sequence[str], where: str, advice: str = "") -> None:
    """Nothing, when every name is known.

    Raises
    ------
    MemoError
        When one is not.
    """
    there = frozenset(known)
    unknown = [name for name in names if name not in there]
    if unknown:
        message = f"wanted applications of {where}; {_named(unknown)} not among its {len(there):,}{advice}"
        raise MemoError(message)


def _named(names: Sequence[str]) -> str:
    """Some identifiers for a sentence, with its verb."""
    told = ", ".join(repr(name) if len(name) <= 80 else f"{name[:80]!r}…" for name in names[:TOLD])
    more = f" and {len(names) - TOLD:,} others" if len(names) > TOLD else ""
    return f"{told}{more} {'is' if len(names) == 1 else 'are'}"


def write_chosen(
    inputs: Inputs, names: Sequence[str], out: Path, languages: Sequence[str], formats: Sequence[str], overwrite: bool
) -> None:
    """Write the memos of these applications into the folder `out`, and print which file is whose.

    Raises
    ------
    MemoError
        When another file lies where one belongs, and is not to be overwritten; nothing has been written then.
    """
    pages = {
        out / f"{file_key(memo.application_id)}.{language}.html": (
            memo.application_id,
            memo_page(inputs, memo, language),
        )
        for memo in memos(inputs, names)
        for language in languages
    }
    if len(pages) != len(names) * len(languages):
        message = "two of these applications have the same file name; write them into two folders"
        raise MemoError(message)
    _refuse_others(pages, formats, overwrite)
    made_folder(out)
    as_pdf = pdf_maker(MemoError).pdf if "pdf" in formats else None
    for path, (name, html) in pages.items():
        if "html" in formats:
            _write(path, html)
            sys.stdout.write(f"{shown(name)}\t{path}\n")
        if as_pdf is not None:
            _write(path.with_suffix(".pdf"), as_pdf(html))
            sys.stdout.write(f"{shown(name)}\t{path.with_suffix('.pdf')}\n")


def shown(name: str) -> str:
    r"""An identifier as one piece of a line: what would break the line or hide is escaped.

    >>> shown("A1"), shown("a\tb\u202e")
    ('A1', "'a\\tb\\u202e'")
    """
    return name if name.isprintable() else repr(name)


def refuse_run_folders(out: Path, model: Path) -> None:
    """Nothing, when `out` is not a place that belongs to a run; the folder `memos` of the run is for memos.

    Raises
    ------
    MemoError
        When it lies in the run `model` or in another finished run: one more file there, and nothing is scored with it.
    """
    place = out.resolve()
    if place == (model / "memos").resolve():
        return
    for folder in (place, *place.parents):
        if (folder / MANIFEST).exists():
            message = f"wanted a folder for memos outside the run in {folder}, or its folder memos; got {out}"
            raise MemoError(message)


def _write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    MemoError
        When the disk is full, or it cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content.encode("utf8") if isinstance(content, str) else content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        message = f"{path} could not be written: {error.strerror}"
        raise MemoError(message) from error


def made_folder(out: Path) -> None:
    """Make the folder `out`.

    Raises
    ------
    MemoError
        When something else than a folder lies there, or nothing can be written into it.
    """
    if out.exists() and not out.is_dir():
        message = f"wanted a folder for the memos; {out} is a file"
        raise MemoError(message)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=out, prefix=".techcredit-"):
            pass
    except OSError as error:
        message = f"wanted a folder that can be written; {out}: {error.strerror}"
        raise MemoError(message) from error


def _refuse_others(pages: Mapping[Path, tuple[str, str]], formats: Sequence[str], overwrite: bool) -> None:
    """Nothing, when no file lies where one is to be written, or it is the same, or they are to be overwritten."""
    if overwrite:
        return
    other = []
    for path, (_, html) in pages.items():
        if "html" in formats and path.exists() and path.read_bytes() != html.encode("utf8"):
            other.append(path)
        if "pdf" in formats and path.with_suffix(".pdf").exists():
            other.append(path.with_suffix(".pdf"))
    if other:
        message = (
            f"wanted a folder without other memos of these applications; {other[0]} is there and is not the same"
            f"{f', nor are {len(other) - 1:,} others' if len(other) > 1 else ''}; another --out, or --overwrite"
        )
        raise MemoError(message)


def _refuse_foreign(out: Path) -> None:
    """Nothing, when the folder is empty, is not there, or holds packed memos alone: their chunks are replaced.

    Raises
    ------
    MemoError
        When it holds anything else; nothing has been touched then.
    """
    if not out.is_dir():
        return
    own = {PAGE, WRITTEN, "chunks"}
    chunks = (out / "chunks").glob("*") if (out / "chunks").is_dir() else ()
    foreign = [path for path in out.iterdir() if path.name not in own and not path.name.endswith(".part")]
    foreign += [path for path in chunks if not re.fullmatch(r"\d+\.js(\.part)?", path.name)]
    if foreign:
        message = f"wanted a folder for all memos that is empty or holds them alone; {foreign[0]} is something else"
        raise MemoError(message)


def write_all(inputs: Inputs, model: Path, out: Path, overwrite: bool) -> None:
    """Write the memos of all applications of the run `model` into the folder `out`, with the page that opens them.

    The list of the run opens those in its folder `memos` alone.

    Raises
    ------
    MemoError
        When the folder is a run's, holds other files than packed memos, or memos that are not to be overwritten.
    """
    refuse_run_folders(out, model)
    _refuse_foreign(out)
    made_folder(out)
    if (out / WRITTEN).exists() and not overwrite:
        message = f"wanted a folder without the memos of a run; {out / WRITTEN} is there; another --out, or --overwrite"
        raise MemoError(message)
    # The word that all are there goes first and comes last: the list opens no half-written memos.
    (out / WRITTEN).unlink(missing_ok=True)
    for stale in (out / "chunks").glob("*"):
        stale.unlink()
    (out / "chunks").mkdir(exist_ok=True)
    with Console(stderr=True).status("memo"):
        back = BACK if out.resolve() == (model / "memos").resolve() else None
        for name, content in memo_files(inputs, min(PROCESSES, os.cpu_count() or 1), back):
            _write(out / name, content)
    how = "opened from the list" if back is not None else "opened with # and an identifier behind it"
    sys.stdout.write(f"memos of {len(inputs.decisions):,} applications: {out / PAGE}, {how}\n")
