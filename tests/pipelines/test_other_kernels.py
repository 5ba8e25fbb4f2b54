"""A run under the kernels of another CPU leaves the same bytes."""

import ast
import hashlib
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
OLD_BLAS = {"x86_64": "Nehalem", "amd64": "Nehalem", "aarch64": "ARMV8", "arm64": "ARMV8"}
FEWEST_FILES = 60
TRANSCENDENTAL = {"exp", "expm1", "log", "log1p", "log2", "log10", "power", "sin", "cos", "tan", "tanh", "exp2"}


def simd_found() -> list[str]:
    """Groups of instructions that numpy uses on this CPU beyond its baseline."""
    return list(np.show_config(mode="dicts")["SIMD Extensions"].get("found", []))


def older() -> dict[str, str]:
    """Environment of a CPU without them: numpy's plain loops, OpenBLAS of an older core, the plain libm of glibc."""
    return {
        "NPY_DISABLE_CPU_FEATURES": " ".join(simd_found()),
        "OPENBLAS_CORETYPE": OLD_BLAS.get(platform.machine().lower(), ""),
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F,-AVX",
    }


def run(folder: Path, environment: dict[str, str]) -> tuple[str, dict[str, str]]:
    """What the run said of its kernels, and the SHA-256 of every file it left."""
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.pipelines.steps"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = next(line for line in done.stdout.splitlines() if line.startswith("kernels: "))
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return said, {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.skipif(not simd_found(), reason="this CPU has no instructions beyond numpy's baseline to do without")
def test_a_run_under_other_kernels_leaves_the_same_bytes(tmp_path: Path) -> None:
    said, files = run(tmp_path / "this_cpu", {})
    said_older, files_older = run(tmp_path / "older_cpu", older())
    assert said != said_older
    assert "[]" in said_older
    assert len(files) >= FEWEST_FILES
    assert set(files) == set(files_older)
    apart = [name for name in files if files[name] != files_older[name]]
    assert [
        name for name in apart if not at_the_edge(tmp_path / "this_cpu" / name, tmp_path / "older_cpu" / name)
    ] == []


def at_the_edge(this: Path, older_: Path) -> bool:
    """Whether two JSON files are apart in at most two numbers, each by one unit of the last digit that is stored.

    That is what docs/reproducibility.md leaves open: a number that lay on the boundary between two roundings.
    """
    if this.suffix != ".json":
        return False
    pairs = list(
        zip(*(re.findall(r"-?\d[\d.e+-]*|[^\d-]+", p.read_text("utf8")) for p in (this, older_)), strict=False)
    )
    other = [(a, b) for a, b in pairs if a != b]
    return 0 < len(other) <= 2 and all(abs(float(a) - float(b)) <= 1.01e-7 * abs(float(a)) + 1e-12 for a, b in other)


def strays(tree: ast.AST) -> list[str]:
    """Calls of np.exp and its like, and powers other than whole ones, in a module."""
    calls = [
        f"np.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "np" and node.attr in TRANSCENDENTAL
    ]
    powers = [node for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)]
    return calls + [ast.unparse(node) for node in powers if not (whole(node.left) or whole(node.right))]


def whole(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


def test_the_simulator_takes_exponentials_and_powers_from_one_place() -> None:
    modules = [path for path in (ROOT / "sources" / "simulated").glob("*.py") if path.name != "draws.py"]
    assert strays(ast.parse("np.exp(x) + x**2 + x**1.8 + 10**n")) == ["np.exp", "x ** 1.8"]
    found = {path.name: strays(ast.parse(path.read_text(encoding="utf8"))) for path in modules}
    assert {name: calls for name, calls in found.items() if calls} == {}


def test_one_unit_of_the_last_digit_in_two_numbers_is_the_edge_and_more_is_not(tmp_path: Path) -> None:
    texts = {
        "a": '{"x": 0.12345678, "y": -2.5e-05, "n": 3}',
        "edge": '{"x": 0.12345679, "y": -2.5e-05, "n": 3}',
        "far": '{"x": 0.12345699, "y": -2.5e-05, "n": 3}',
        "count": '{"x": 0.12345678, "y": -2.5e-05, "n": 4}',
    }
    paths = {name: tmp_path / f"{name}.json" for name in texts}
    for name, text in texts.items():
        paths[name].write_text(text, encoding="utf8")
    assert at_the_edge(paths["a"], paths["edge"])
    assert not at_the_edge(paths["a"], paths["far"])
    assert not at_the_edge(paths["a"], paths["count"])
