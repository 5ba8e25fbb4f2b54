"""The code of our packages for executors, as an archive that Spark unpacks on every machine.

Executors need no installation of ours, only the libraries. Our packages read files beside their code, so they are
unpacked, not imported from a zip. They come before any other package of the same name that a worker has.
"""

import zipfile
from pathlib import Path

from pyspark.sql import SparkSession

import scoring

PACKAGES = ("schemas", "policy", "sources", "features", "models", "explanations", "decisions", "scoring")
"""Packages of ours that a worker may import: all below the reports and the command line."""
CODE = "techcredit_code"
"""Folder of Spark's files that the archive is unpacked to."""
ENDINGS = (".py", ".yaml", ".sql", ".typed")


<<<<<<< HEAD
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
=======
def ship(spark: SparkSession, work: Path) -> str:
    """Send our packages to the executors, by an archive made in the folder `work`; gives the name of their folder."""
    root = Path(scoring.__file__).parents[1]
    files = sorted(path for name in PACKAGES for path in (root / name).rglob("*") if path.suffix in ENDINGS)
    archive = work / f"{CODE}.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for file in files:
            opened.write(file, file.relative_to(root).as_posix())
    spark.sparkContext.addArchive(f"{archive}#{CODE}")
    return CODE
>>>>>>> 01c7ad9e23ae60813b111b691a6433bb00739d22
