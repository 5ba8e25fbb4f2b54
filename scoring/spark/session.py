"""A Spark session as this product needs one: equal arithmetic, days without a time zone, nothing listening outside."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pyspark.sql import SparkSession

from scoring.spark.errors import SparkError

LOCAL = "local[*]"
SETTINGS: Mapping[str, str] = {
    "spark.sql.ansi.enabled": "true",  # an overflow or a division by zero is an error, not a missing value
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "20000",
    # Without it one IS NOT NULL over a COALESCE of twenty columns makes millions of constraints and fills any memory.
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.executorEnv.OMP_NUM_THREADS": "1",  # a task has one core
    "spark.executorEnv.NUMBA_NUM_THREADS": "1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Keys of partitions are texts, as they are for the other engine: 001 is no number.
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
}
"""Settings that values or privacy hang on; a cluster's own configuration says all else."""
ON_THIS_MACHINE: Mapping[str, str] = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.sql.shuffle.partitions": "8",  # 200, Spark's own number, are thousands of tasks for a few cores
}


@contextmanager
def session(
    master: str = LOCAL, settings: Mapping[str, str] | None = None, hive: bool = False
) -> Iterator[SparkSession]:
    """A session on `master` ("local[2]", "yarn", "k8s://..."), stopped at the end; `settings` are added to ours.

    `hive` connects it to the metastore that Spark's configuration names.

    Raises
    ------
    SparkError
        When there is no Java.
    """
    _require_java()
    local = master.startswith("local")
    if local:
        # Without it the workers take the first python3 of PATH, which has none of the packages.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("techcredit score")
    for name, value in {**SETTINGS, **(ON_THIS_MACHINE if local else {}), **(settings or {})}.items():
        builder = builder.config(name, value)
    spark = (builder.enableHiveSupport() if hive else builder).getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        yield spark
    finally:
        spark.stop()


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and (Path(home) / "bin" / "java").exists()):
        message = "wanted Java 17 or later for Spark, as java on the PATH or by JAVA_HOME; there is none"
        raise SparkError(message)
