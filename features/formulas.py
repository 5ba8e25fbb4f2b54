"""What the features are computed by, as a fingerprint: code, SQL and policy figures, without words and comments."""

import ast
import hashlib
import json
import re
from functools import cache
from pathlib import Path

import yaml

import policy

ROOM = Path(__file__).parent
POLICY = Path(policy.__file__).parent
DOCUMENTS = (
    *("hitech_enterprise", "innovation_points", "ip_protection", "quality_sme"),
    *("rd_tax", "size_class", "stage", "technology_sme", "windows"),
)
"""Policy documents whose figures enter feature values or rule quantities, directly or by stage and size class."""
WORDS = frozenset({"families.py"})
"""Modules of features that say how things are told, and enter no value."""
TOLD = frozenset({"family", "expected", "strength_from", "weakness_until", "actionable"})
"""Keywords of a feature that its reasons and plans are made by, and no value."""
LANGUAGE = "conditions.py"
"""Module of policy that says what a condition of a stage rule means."""


@cache
def formulas(room: Path = ROOM, policies: Path = POLICY) -> str:
    """Fingerprint of every function, query and policy figure behind the feature table.

    Comments, docstrings, labels, layout and the sources and meanings of policy figures do not count; anything that can
    change a value does. A model fitted under another fingerprint is refused: its inputs may mean something else now.
    """
    digest = hashlib.sha256()
    for path in sorted(path for path in room.rglob("*.py") if path.name not in WORDS):
        digest.update(f"{path.relative_to(room).as_posix()}\n{_code(path)}".encode())
    for path in sorted(room.rglob("*.sql")):
        digest.update(f"{path.relative_to(room).as_posix()}\n{_query(path)}".encode())
    digest.update(f"{LANGUAGE}\n{_code(policies / LANGUAGE)}".encode())
    for document in DOCUMENTS:
        digest.update(f"{document}\n{_figures(policies / f'{document}.yaml')}".encode())
    return digest.hexdigest()[:16]


def _code(path: Path) -> str:
    """Syntax tree of a module without texts that stand alone, what people read (`Text`) and what makes reasons."""
    tree = ast.parse(path.read_text(encoding="utf8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [part for part in body if not _is_text(part)] or [ast.Pass()]  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text":
            node.args, node.keywords = [], []
        if isinstance(node, ast.Call):
            node.keywords = [keyword for keyword in node.keywords if keyword.arg not in TOLD]
    return ast.dump(tree)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _query(path: Path) -> str:
    """A query without comments, white space folded."""
    return " ".join(re.sub(r"--[^\n]*", "", path.read_text(encoding="utf8")).split())


def _figures(path: Path) -> str:
    """Values of a policy document by figure and day."""
    content = yaml.safe_load(path.read_text(encoding="utf8"))
    values = {name: {str(day): value for day, value in entry["values"].items()} for name, entry in content.items()}
    return json.dumps(values, sort_keys=True)
