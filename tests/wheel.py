"""Build the wheel and import every package and sub-package from it: one left out would be missing silently."""

import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> int:
    """Exit code 0 when the wheel holds every package and all of them import from it."""
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
    sys.stdout.write(f"wheel: {len(packages)} packages built and imported\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
