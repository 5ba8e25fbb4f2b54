"""The Parquet files of a table at any place that Spark can read: refused where they do not have the same columns.

Spark takes the columns of one file for those of all: what another lacks is missing there, and what it has beside them
is left out, without a word. A folder of this machine that the check reads has `schemas.parts` for it.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from schemas.parts import FOREIGN, PLAIN, hidden
from scoring.spark.errors import SparkError
from scoring.spark.places import hadoop


def require_alike(spark: SparkSession, path: str) -> None:
    """Nothing, when all Parquet files at `path`, a file or a folder, have the columns of the first in the same types.

    Keys of partitions (`month=2026-06/`) count as columns of text. Reads the footer of every file, no rows.

    Raises
    ------
    SparkError
        When there is no file, one is no Parquet, columns differ, a column comes twice, or the files are not the rows:
        those of a table of Delta Lake or Hudi, or of a job that has not ended.
    """
    first: tuple[str, Mapping[str, str]] | None = None
    for part, name in _files(spark, path):
        mine = _columns(spark, part, name, path)
        first = first or (name, mine)
        said = _unlike(first[1], mine)
        if said:
            message = f"{path}: wanted the columns of the first part, {first[0]}, in every part; {name} {said}"
            raise SparkError(message)
    if first is None:
        message = f"wanted Parquet files in the folder {path}; it has none"
        raise SparkError(message)


def _files(spark: SparkSession, path: str) -> Iterator[tuple[Any, str]]:
    """Paths of the files of a table, as Hadoop has them, each with its name below `path`, in order."""
    system, place = hadoop(spark, path)
    root = str(system.getFileStatus(place).getPath())
    listed, found = system.listFiles(place, True), dict[str, Any]()
    while listed.hasNext():
        part = listed.next().getPath()
        found[str(part).removeprefix(root).lstrip("/") or part.getName()] = part
    for name, part in sorted(found.items()):
        foreign = [step for step in name.split("/") if step in FOREIGN]
        if foreign:
            said = f"it holds {foreign[0]}. {PLAIN}"
            message = f"wanted a folder whose Parquet files are the rows of a table, in {path}; {said}"
            raise SparkError(message)
        if not any(map(hidden, name.split("/"))):
            yield part, name


def _columns(spark: SparkSession, part: Any, name: str, path: str) -> dict[str, str]:
    """Columns of a file with their types in Spark, from its footer; then the keys of its partition."""
    jvm: Any = spark._jvm
    context: Any = spark._jsc
    parquet = jvm.org.apache.parquet.hadoop
    session: Any = spark._jsparkSession
    convert = jvm.org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter
    try:
        reader = parquet.ParquetFileReader.open(
            parquet.util.HadoopInputFile.fromPath(part, context.hadoopConfiguration())
        )
        try:
            stored = reader.getFileMetaData().getSchema()
        finally:
            reader.close()
        fields = convert(session.sessionState().conf()).convert(stored).fields()
    except Py4JJavaError as error:
        told = str(error.java_exception.getMessage()).splitlines()[0]
        message = f"cannot read {name} of {path} as Parquet: {told}"
        raise SparkError(message) from error
    steps = [step.partition("=") for step in name.split("/")[:-1] if "=" in step]
    listed = [(field.name(), field.dataType().catalogString()) for field in fields]
    listed += [(unquote(key), "key of a partition") for key, _, _ in steps]
    twice = [column for at, (column, _) in enumerate(listed) if column in dict(listed[:at])]
    if twice:
        message = f"{path}: wanted column {twice[0]} once, in the file or in the name of a folder; {name} has it twice"
        raise SparkError(message)
    return dict(listed)


def _unlike(first: Mapping[str, str], mine: Mapping[str, str]) -> str:
    """What a part has that the first has not, or the other way round; empty when they are alike."""
    if absent := sorted(set(first) - set(mine)):
        return f"lacks {', '.join(absent)}"
    if more := sorted(set(mine) - set(first)):
        return f"has {', '.join(more)} beside them"
    other = [f"{name} as {mine[name]} instead of {kind}" for name, kind in first.items() if mine[name] != kind]
    return f"has {', '.join(other)}" if other else ""
