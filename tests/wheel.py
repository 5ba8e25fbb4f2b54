"""Build the wheel and import every package and sub-package from it: one left out would be missing silently.

Then the examples of docs/library.md run in a fresh environment that holds the wheel and what it asks for, in an empty
folder: nothing of the checkout can lend a hand.
"""

import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> int:
    """Exit code 0 when the wheel holds every package, all of them import from it, and the library's examples run."""
    found = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["tool"]["setuptools"]["packages"][
        "find"
    ]
    named = sorted(pattern.removesuffix("*") for pattern in found["include"])
    here = sorted(p.parent.name for p in ROOT.glob("*/py.typed"))
    if named != here:
        sys.stderr.write(f"wanted packages {', '.join(here)} in pyproject.toml; got {', '.join(named)}\n")
        return 1
    packages = sorted(
        ".".join(p.parent.relative_to(ROOT).parts) for name in here for p in (ROOT / name).rglob("__init__.py")
    )
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, str(ROOT)]
        subprocess.run(build, check=True, capture_output=True)
        wheel = next(Path(folder).glob("*.whl"))
        with zipfile.ZipFile(wheel) as opened:
            opened.extractall(Path(folder) / "unpacked")
        code = f"import {', '.join(packages)}, pipelines.cli; import policy.loader as l; l.figures('tolerance')"
        where = f"; import sys; assert all('unpacked' in sys.modules[p].__file__ for p in {packages!r})"
        subprocess.run(
            [sys.executable, "-c", code + where], check=True, cwd=f"{folder}/unpacked", env={"PYTHONPATH": "."}
        )
        examples = run_in_fresh_environment(wheel, Path(folder) / "fresh")
    sys.stdout.write(f"wheel: {len(packages)} packages built and imported; {examples} in a fresh environment\n")
    return 0


EXAMPLES = """
import doctest, sys, warnings, techcredit
assert not techcredit.__file__.startswith(sys.argv[2]), techcredit.__file__
warnings.simplefilter("ignore")
done = doctest.testfile(sys.argv[1], module_relative=False)
sys.exit(1) if done.failed or not done.attempted else print(done.attempted, "examples of the library")
"""


def run_in_fresh_environment(wheel: Path, folder: Path) -> str:
    """Install the wheel by uv, with what it asks for as constraints.txt locks it, and run the library's examples.

    Packages come from uv's cache where they were installed before, so this takes seconds.
    """
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    python = str(folder / "bin" / "python")
    locked = ["--constraint", str(ROOT / "constraints.txt")]
    subprocess.run([*uv, "pip", "install", "--quiet", "--python", python, *locked, str(wheel)], check=True)
    (folder / "empty").mkdir()
    command = [python, "-c", EXAMPLES, str(ROOT / "docs" / "library.md"), str(ROOT)]
    done = subprocess.run(command, check=True, cwd=folder / "empty", capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
