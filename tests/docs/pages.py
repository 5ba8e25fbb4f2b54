"""Pages of the docs as blocks of code, and how a guide's blocks are applied to a copy of the project."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
COPIED = ("schemas", "policy", "sources", "features", "models", "explanations", "decisions", "scoring", "reports")
FENCE = re.compile(r'^```(?P<kind>\w*)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block: kind of code, its title (the file it changes, or empty) and its text."""

    kind: str
    title: str
    text: str

    @property
    def file(self) -> str:
        """File the block changes, relative to the project."""
        return self.title.split(",")[0]


def blocks(page: Path) -> list[Block]:
    """Fenced blocks of a page, in order."""
    return [Block(m["kind"], m["title"] or "", m["text"]) for m in FENCE.finditer(page.read_text(encoding="utf8"))]


def changes(guide: str) -> Iterator[Block]:
    """Blocks of a guide that change a file, but those it shows as refused."""
    return (b for b in blocks(DOCS / guide) if b.title and not b.title.endswith("refused"))


def project_copy(folder: Path) -> Path:
    """A copy of the packages, their tests of features and the parameters, without data."""
    skipped = shutil.ignore_patterns("__pycache__")
    for name in (*COPIED, "pipelines", "tests/features"):
        shutil.copytree(ROOT / name, folder / name, ignore=skipped)
    for name in ("pyproject.toml", "params.yaml", "tests/conftest.py", "tests/parameters.py"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def apply(guide: str, folder: Path) -> None:
    """Do in `folder` what the guide says."""
    listed = list(changes(guide))
    for block in listed:
        path = folder / block.file
        if block.kind == "yaml" and path.exists():
            merge_yaml(path, block.text)
        elif ", in " in block.title:
            insert(path, block.title.split(", in ")[1], block.text)
        elif path.exists():
            names = [b.title.split(", in ")[1] for b in listed if b.file == block.file and ", in " in b.title]
            add(path, block.text, names)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf8")


def merge_yaml(path: Path, text: str) -> None:
    """Lay the keys of a fragment over those of the file; a list replaces a list."""

    def merged(old: Any, new: Any) -> Any:
        if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
            return new
        return {**old, **{key: merged(old.get(key), value) for key, value in new.items()}}

    old, new = yaml.safe_load(path.read_text(encoding="utf8")), yaml.safe_load(text)
    path.write_text(yaml.safe_dump(merged(old, new), allow_unicode=True, sort_keys=False), encoding="utf8")


def insert(path: Path, name: str, text: str) -> None:
    """Put the lines after the dots of `text` before the closing bracket of the collection `name` of a module."""
    lines = path.read_text(encoding="utf8").split("\n")
    opening = next(n for n, line in enumerate(lines) if re.match(rf"{name}\b.*[\(\[{{]$", line))
    closing = next(n for n in range(opening, len(lines)) if re.match(r"[\)\]}]", lines[n]))
    told = text.rstrip("\n").split("\n")
    dots = next(n for n, line in enumerate(told) if line.strip() in ("...,", "...: ...,"))
    path.write_text("\n".join([*lines[:closing], *told[dots + 1 : -1], *lines[closing:]]), encoding="utf8")


def add(path: Path, text: str, names: list[str]) -> None:
    """Put `text` before the collection that the guide extends in this module, at the end where it extends none."""
    old = path.read_text(encoding="utf8")
    found = re.search(rf"^{names[0]}\b", old, re.MULTILINE) if names else None
    at = found.start() if found else len(old)
    path.write_text(f"{old[:at].rstrip()}\n\n\n{text.rstrip()}\n\n\n{old[at:]}", encoding="utf8")


def run_in(folder: Path, *arguments: str) -> str:
    """Output of Python in a copy of the project, whose packages come before the installed ones."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
