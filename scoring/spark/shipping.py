"""What executors need of us: the code of our packages and the run, as archives that Spark unpacks on every machine.

Executors need no installation of ours, only the libraries. Our packages read files beside their code, so they are
unpacked, not imported from a zip; the run is checked against its manifest by every worker that opens it.
"""

import zipfile
from collections.abc import Iterable
from pathlib import Path

from pyspark.sql import SparkSession

import scoring
from scoring.manifest import MANIFEST, SEALED

PACKAGES = ("schemas", "policy", "features", "models", "explanations", "decisions", "scoring", "sources")
"""Packages of ours that a worker may import: all below the command line and the reports."""
CODE, RUN = "techcredit_code", "techcredit_run"
"""Folders the archives are unpacked to."""
ROOT = Path(scoring.__file__).parents[1]
ENDINGS = (".py", ".yaml", ".sql", ".typed")


def ship(spark: SparkSession, run: Path, work: Path, code: bool = True) -> None:
    """Send the sealed files of `run` and, with `code`, our packages to the executors, by archives in `work`."""
    ours = (path for name in PACKAGES for path in (ROOT / name).rglob("*") if path.suffix in ENDINGS)
    sealed = (path for part in (*SEALED, str(MANIFEST.parent)) for path in _below(run / part))
    for name, base, files in ((RUN, run, sealed), *([(CODE, ROOT, ours)] if code else [])):
        spark.sparkContext.addArchive(f"{_zipped(work / f'{name}.zip', base, files)}#{name}")


def _below(path: Path) -> Iterable[Path]:
    return [path] if path.is_file() else path.rglob("*")


def _zipped(target: Path, base: Path, files: Iterable[Path]) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(files):
            if file.is_file():
                archive.write(file, file.relative_to(base).as_posix())
    return target
