"""What a worker does with a batch of applications: quantities to features, PD, decision and reasons, rows out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pyarrow as pa

from decisions.suspension import Suspension
from features.catalogue import compute
from features.declarations import IDENTITY
from features.gaps import with_gaps
from features.peers import with_peer_ranks
from features.rule_quantities import rule_quantities
from features.table import with_stage_and_size
from schemas.gaps import EVERYBODY
from scoring.bundle import Bundle, open_bundle
from scoring.parts import decide_part
from scoring.spark.packing import unpacked
from scoring.spark.rows import OUT, TALLY, told, typed


@dataclass(frozen=True)
class Job:
    """What a batch is scored with, beside the run: who is held back, and which tables were delivered."""

    suspensions: tuple[Suspension, ...]
    delivered: tuple[str, ...]


def scored(batches: Iterator[pa.RecordBatch], run: Path, job: Job) -> Iterator[pa.RecordBatch]:
    """One row per application of `batches` (`scoring.spark.quantities.packed`), columns of `scoring.spark.rows.OUT`.

    An application without a stage has no decision, and no other column but its identity.
    """
    bundle = _opened(run)
    bundle = replace(bundle, procedure=replace(bundle.procedure, suspensions=job.suspensions))
    for batch in batches:
        if batch.num_rows:
            yield from rows_of(feature_rows(batch, bundle, job), bundle).to_batches()


@lru_cache(maxsize=1)
def _opened(run: Path) -> Bundle:
    return open_bundle(run)


def feature_rows(batch: pa.RecordBatch, bundle: Bundle, job: Job) -> pd.DataFrame:
    """The feature table of a batch, as `features.table.feature_tables` and the peers' grids make it."""
    known, gaps = unpacked(batch.column("application_id"), batch.column("told"))
    absent = sorted(name for name in bundle.taught if name not in job.delivered)
    gapped = with_gaps(known, gaps, absent, [name for name in EVERYBODY if name in bundle.taught])
    staged = with_stage_and_size(gapped, bundle.schemes)
    table = pd.concat([staged[list(IDENTITY)], compute(staged), rule_quantities(known, gapped)], axis=1)
    return with_peer_ranks(table, bundle.grids)


def rows_of(table: pd.DataFrame, bundle: Bundle) -> pa.Table:
    """Rows of a feature table, columns of OUT."""
    has_stage = table["stage"].notna()
    left = table.loc[~has_stage, ["application_id", "enterprise_id", "as_of"]]
    found, counted = decide_part(table.reset_index(drop=True), bundle) if has_stage.any() else (left[:0], {})
    rows = pa.concat_tables([typed(found), typed(left)])
    tally = [told(len(found), len(left), counted), *[None] * (len(rows) - 1)]
    return rows.set_column(OUT.get_field_index(TALLY), OUT.field(TALLY), pa.array(tally, type=pa.string()))
