"""How the figures of a run are made again: commit, versions, manifest, parameters."""

import importlib.metadata
import platform
import subprocess
from pathlib import Path

from pipelines.params import PARAMS, content
from policy.digests import sha256
from reports.validation.facts import Reproduction
from scoring.fingerprints import product
from scoring.manifest import MANIFEST

PACKAGES = ("numpy", "pandas", "scipy", "scikit-learn", "lightgbm", "duckdb", "great-expectations", "dvc", "mlflow")


def reproduction(source: str, folder: Path) -> Reproduction:
    """Commit, versions, manifest and parameters by step of the source."""
    steps = {name: found for name, found in content(PARAMS).items() if isinstance(found, dict) and "default" in found}
    return Reproduction(
        commit=_git("rev-parse", "HEAD"),
        changed=bool(_git("status", "--porcelain", "--untracked-files=no")),
        installed={
            "techcredit": product(),
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in PACKAGES},
        },
        manifest=sha256(folder / MANIFEST),
        params={name: {**(found["default"] or {}), **(found.get(source) or {})} for name, found in steps.items()},
    )


def _git(*arguments: str) -> str | None:
    """What git says in this folder; None where there is no git or no checkout."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
