"""What a step of dvc.yaml reads of this project: the import closure of its module, and the data files of those modules.

`python -m tests.closure` prints dvc.yaml with the files and folders of the code and the sections of params.yaml that
each step has to list; with `--write` it writes them there.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from features.formulas import DOCUMENTS
from policy.version import DECIDING

ROOT = Path(__file__).parents[1]
SOURCE, KEY = "${item.source}", "${key}"
"""The source in a step that is a matrix, and in one that goes over the mapping of sources and their folders."""
FOLDER = "${item}"
"""The folder of its own data, in the latter."""
ENTRIES = ("default", SOURCE)
"""Entries of a section of params.yaml that a step reads."""
PACKAGES = (
    *("schemas", "policy", "sources", "features", "models"),
    *("explanations", "decisions", "scoring", "reports", "pipelines"),
)
READS: Mapping[str, tuple[str, ...]] = {
    "features/as_of.py": ("features/sql",),
    "features/formulas.py": ("features", "policy/conditions.py", *(f"policy/{name}.yaml" for name in DOCUMENTS)),
    "pipelines/tracking_card.py": ("pipelines/tracking_texts.yaml",),
    "pipelines/tracking_stage.py": ("pipelines/pyfunc.py",),
    "policy/segments.py": ("policy/segments.yaml",),
    "policy/strict.py": tuple(f"policy/{name}.yaml" for name in DECIDING if name != "segments"),
    "policy/version.py": tuple(f"policy/{name}.yaml" for name in DECIDING),
    "reports/render.py": ("reports/templates",),
    "scoring/spark/shipping.py": PACKAGES,
    "reports/sections/versions.py": tuple(
        f"policy/{n}.yaml" for n in ("tolerance", "zones", "master_scale", "stage", "size_class")
    ),
    "reports/texts.py": tuple(
        f"reports/{name}.yaml" for name in ("texts", "command_texts", "threshold_texts", "application_texts")
    ),
}
"""Files beside the code that a module reads by another way than a call that names a document of policy/."""
HAND_ON = ("policy/loader.py", "features/rules/logic.py")
"""Modules that read the document their caller names."""
DOCUMENT_CALLS = {"figure": "policy.loader", "figures": "policy.loader", "latest": "features.rules.logic"}
"""Functions whose first argument names a document of policy/, and the module they come from."""


@cache
def tree(path: Path) -> ast.Module:
    """Syntax of a module."""
    return ast.parse(path.read_text(encoding="utf8"))


def module_file(parts: Iterable[str], root: Path) -> Path | None:
    """File of a module or package of ours; None where there is none."""
    path = root.joinpath(*parts)
    for found in (path.with_suffix(".py"), path / "__init__.py"):
        if found.is_file():
            return found
    return None


@cache
def imported(path: Path, root: Path) -> frozenset[Path]:
    """Our own modules that a module imports, wherever in it, and the packages they lie in."""
    return frozenset(_imported(path, root))


def _imported(path: Path, root: Path) -> Iterator[Path]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: wanted no relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for parts in (name.split(".") for name in names if name.split(".")[0] in PACKAGES):
            for length in range(1, len(parts) + 1):
                found = module_file(parts[:length], root)
                if found is not None:
                    yield found


@cache
def says_nothing(path: Path) -> bool:
    """Whether a module is a docstring at most: it cannot change a result."""
    return all(isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant) for n in tree(path).body)


def document_calls(path: Path) -> Iterator[ast.Call]:
    """Calls in a module that name a document of policy/ by their first argument."""
    known = {
        alias.asname or alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if DOCUMENT_CALLS.get(alias.name) == node.module
    }
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known:
            yield node


def below(path: Path) -> set[Path]:
    """The file, or all files below the folder, without what Python leaves behind."""
    if path.is_file():
        return {path}
    return {p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts}


@cache
def data_files(path: Path, root: Path) -> frozenset[Path]:
    """Files beside the code that a module reads."""
    name = path.relative_to(root).as_posix()
    found = {p for read in READS.get(name, ()) for p in below(root / read) if not _says_nothing_of(p)}
    if name not in HAND_ON:
        documents = (call.args[0] for call in document_calls(path))
        found |= {root / f"policy/{d.value}.yaml" for d in documents if isinstance(d, ast.Constant)}
    return frozenset(found)


def _says_nothing_of(path: Path) -> bool:
    """Whether a file below a folder is neither code nor data: the marker of types, a package without code."""
    return path.name == "py.typed" or (path.name == "__init__.py" and says_nothing(path))


def modules(start: Path, root: Path = ROOT) -> set[Path]:
    """Modules of the import closure of one module, itself and packages included."""
    found: set[Path] = set()
    left = [start]
    while left:
        path = left.pop()
        if path not in found:
            found.add(path)
            left += imported(path, root)
    return found


def closure(start: Path, root: Path = ROOT) -> set[str]:
    """Paths of all files that the module reads of this project; packages that are a docstring at most left out."""
    known = modules(start, root)
    files = {p for p in known if not (p.name == "__init__.py" and says_nothing(p))}
    files |= {p for module in known for p in data_files(module, root)}
    return {p.relative_to(root).as_posix() for p in files}


@cache
def counted(folder: Path) -> frozenset[str]:
    """Files below a folder that count as code or data of it: not the marker of types, not a package without code."""
    return frozenset(p.relative_to(ROOT).as_posix() for p in below(folder) if not _says_nothing_of(p))


def cover(files: set[str]) -> list[str]:
    """The fewest files and folders that hold exactly these files."""
    found: list[str] = []

    def visit(path: Path) -> None:
        own = counted(path)
        if own and own <= files:
            found.append(path.relative_to(ROOT).as_posix())
        elif path.is_dir() and own & files:
            for child in sorted(path.iterdir()):
                if child.name != "__pycache__":
                    visit(child)

    for package in sorted(PACKAGES):
        visit(ROOT / package)
    return found


def sections(start: Path) -> set[str]:
    """Sections of params.yaml that the modules of the closure ask for by `section("…")`."""
    found = set()
    for path in modules(start):
        if _other_section(path):
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "section":
                name = node.args[0]
                assert isinstance(name, ast.Constant), f"{path}: wanted the name of a section; got {ast.dump(name)}"
                found.add(str(name.value))
    return found


def _other_section(path: Path) -> bool:
    """Whether `section` means something else in a module: one it defines, or imports from elsewhere."""
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef) and node.name == "section" and path.name != "params.py":
            return True
        elsewhere = isinstance(node, ast.ImportFrom) and node.module != "pipelines.params"
        if elsewhere and any(alias.name == "section" for alias in node.names):  # type: ignore[attr-defined]
            return True
    return False


def steps() -> dict[str, dict[str, object]]:
    """Steps of dvc.yaml by name; of a step over the mapping of sources, what it does for one."""
    text = (ROOT / "dvc.yaml").read_text(encoding="utf8").replace(KEY, SOURCE)
    found: dict[str, dict[str, Any]] = yaml.safe_load(text)["stages"]
    return {name: entry.get("do", entry) for name, entry in found.items()}


def module_of(step: str) -> Path:
    """File of the module of a step."""
    return ROOT / "pipelines" / f"{step}.py"


def rewritten(text: str) -> str:
    """Text of dvc.yaml with the code and the sections of params that each step has to list; all else as it is."""
    lines: list[str] = []
    step = part = ""
    for line in text.splitlines():
        if re.match(r"  \w+:$", line):
            step = line.strip(" :")
        if re.match(r"    (  )?\w+:", line):
            part = line.strip().partition(":")[0]
        if part not in ("params", "deps") or not re.match(r"      (  )?- ", line):
            lines.append(line)
        bullet = line[: len(line) - len(line.lstrip())] + "  - "
        if line.strip() == "deps:":
            lines += [f"{bullet}{name}" for name in (*_data(text, step), *cover(closure(module_of(step))))]
        if line.strip() == "params:":
            source = KEY if len(bullet) > len("      - ") else SOURCE
            names = (f"{name}.{entry}" for name in sorted(sections(module_of(step))) for entry in ENTRIES)
            lines += [f"{bullet}{name.replace(SOURCE, source)}" for name in names]
    return "\n".join(lines) + "\n"


def _data(text: str, step: str) -> list[str]:
    """Files and folders of data among the deps of a step."""
    block = re.search(rf"(?ms)^  {step}:\n.*?^ +deps:\n(.*?)^ +\w", text)
    assert block is not None, f"dvc.yaml: wanted deps of the step {step}"
    names = [line.strip(" -") for line in block[1].splitlines()]
    return [name for name in names if name.startswith("data/") or name == FOLDER]


if __name__ == "__main__":
    file = ROOT / "dvc.yaml"
    wanted = rewritten(file.read_text(encoding="utf8"))
    if sys.argv[1:] == ["--write"]:
        file.write_text(wanted, encoding="utf8")
    else:
        sys.stdout.write(wanted)
