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
