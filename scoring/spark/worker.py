"""What a worker does with a batch of applications: quantities to features, PD, decision and reasons, rows out."""

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd
import pyarrow as pa

from features.gaps import with_gaps
from features.peers import with_peer_ranks
from features.rule_quantities import rule_quantities
from features.table import joined, with_stage_and_size
from schemas.gaps import EVERYBODY
from scoring.bundle import Bundle
from scoring.parts import decide_part
from scoring.spark.packing import unpacked
from scoring.spark.rows import OUT, TALLY, told, typed


@dataclass(frozen=True)
class Job:
    """What a batch is scored with: the bundle, with who is held back, and the names of the tables delivered."""

    bundle: Bundle
    delivered: tuple[str, ...]


@lru_cache(maxsize=1)
def opened(content: bytes) -> Job:
    """The job that the driver pickled; a worker opens it once."""
    found: Job = pickle.loads(content)
    return found


def scored(batches: Iterator[pa.RecordBatch], job: Job) -> Iterator[pa.RecordBatch]:
    """One row per application of `batches` (`scoring.spark.quantities.packed`), columns of `scoring.spark.rows.OUT`.

    An application without a stage has no decision, and no other column but its identity.
    """
    for batch in batches:
        if batch.num_rows:
            yield from rows_of(feature_rows(batch, job), job.bundle).to_batches()


def feature_rows(batch: pa.RecordBatch, job: Job) -> pd.DataFrame:
    """The feature table of a batch, as `features.table.feature_tables` and the peers' grids make it."""
    bundle = job.bundle
    known, gaps = unpacked(batch.column("application_id"), batch.column("told"))
    absent = sorted(name for name in bundle.taught if name not in job.delivered)
    gapped = with_gaps(known, gaps, absent, [name for name in EVERYBODY if name in bundle.taught])
    staged = with_stage_and_size(gapped, bundle.schemes)
    return with_peer_ranks(joined(staged, rule_quantities(known, gapped)), bundle.ranks)


def rows_of(table: pd.DataFrame, bundle: Bundle) -> pa.Table:
    """Rows of a feature table, columns of OUT."""
    has_stage = table["stage"].notna()
    left = table.loc[~has_stage, ["application_id", "enterprise_id", "as_of"]]
    found, counted = decide_part(table.reset_index(drop=True), bundle) if has_stage.any() else (left[:0], {})
    rows = pa.concat_tables([typed(found), typed(left)])
    tally = [told(len(found), len(left), counted), *[None] * (len(rows) - 1)]
    return rows.set_column(OUT.get_field_index(TALLY), OUT.field(TALLY), pa.array(tally, type=pa.string()))
