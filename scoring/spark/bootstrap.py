"""The first function a worker runs; it is sent by value, because our packages are not there before it has run."""

from collections.abc import Callable, Iterator

import pyarrow as pa

Batches = Iterator[pa.RecordBatch]


def task(code: str | None, run: str, job: bytes) -> Callable[[Batches], Batches]:
    """A function for mapInArrow that scores batches (`scoring.spark.worker.scored`).

    `code` and `run` are the folders of Spark's files that our packages and the run were unpacked to; without `code`
    the packages are those that the worker's Python has. `job` is a pickled `scoring.spark.worker.Job`.
    """

    def scored_batches(batches: Batches) -> Batches:
        import pickle
        import sys
        from pathlib import Path

        from pyspark import SparkFiles

        root = Path(SparkFiles.getRootDirectory())
        if code is not None and str(root / code) not in sys.path:
            sys.path.insert(0, str(root / code))
        from scoring.spark.worker import scored

        yield from scored(batches, root / run, pickle.loads(job))

    return scored_batches
