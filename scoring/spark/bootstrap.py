"""The first function a worker runs; it is sent by value, because our packages are not there before it has run."""

from collections.abc import Callable, Iterator

import pyarrow as pa
from pyspark import Broadcast

Batches = Iterator[pa.RecordBatch]


def task(code: str | None, job: Broadcast[bytes]) -> Callable[[Batches], Batches]:
    """A function for mapInArrow that scores batches (`scoring.spark.worker.scored`).

    `code` is the folder of Spark's files that our packages were unpacked to; without it the packages are those that the
    worker's Python has. `job` is a pickled `scoring.spark.worker.Job`: it is read where its packages are.
    """

    def scored_batches(batches: Batches) -> Batches:
        import sys
        from pathlib import Path

        from pyspark import SparkFiles

        if code is not None:
            folder = str(Path(SparkFiles.getRootDirectory()) / code)
            if folder not in sys.path:
                sys.path.insert(0, folder)
        from scoring.spark.worker import opened, scored

        yield from scored(batches, opened(job.value))

    return scored_batches
