"""Files and folders on any file system that Spark knows."""

from typing import Any

from pyspark.sql import SparkSession


def exists(spark: SparkSession, path: str) -> bool:
    """Whether there is a file or folder at `path`, on any file system that Spark knows."""
    system, place = hadoop(spark, path)
    return bool(system.exists(place))


def hadoop(spark: SparkSession, path: str) -> tuple[Any, Any]:
    """The file system of `path` and the path, as Hadoop has them."""
    jvm: Any = spark._jvm
    context: Any = spark._jsc
    place = jvm.org.apache.hadoop.fs.Path(path)
    return place.getFileSystem(context.hadoopConfiguration()), place
