"""A folder of tables made ready for scoring: checked, its fit rows as relations, cut into ranges of enterprises."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from features.clustering import clustered
from features.engine import Engine, engine, literal, parquet
from features.gap_rows import GAPS
from features.peers import with_peer_ranks
from features.queries import QUERIES
from features.ranges import Range, ranges
from features.table import Source
from schemas.account import TableQuality
from schemas.checks import Checks
from schemas.gaps import FILE
from schemas.tables import TABLES
from scoring.budget import Budget
from scoring.bundle import Bundle
from scoring.check.convert import canonical_schema
from scoring.check.rejects import AT_A_TIME, RULES
from scoring.stream_check import StreamChecked, stream_check
from scoring.workers import Workers

NO_STAGE = "no_stage_rule_applies"
"""Rule broken by an application that no stage rule fits: it gets no decision."""


class Prepared(NamedTuple):
    """What the check found (`scoring.stream_check.StreamChecked`), and the fit rows as relations in an engine.

    `ranges` are ranges of enterprises in order; every application is in one.
    """

    quality: tuple[TableQuality, ...]
    extracted_on: pd.Timestamp
    told: Mapping[str, Any]
    in_memory: tuple[str, ...]
    ranges: list[Range]
    base: Engine
    source: Source
    bundle: Bundle

    def features(self, wanted: Sequence[Range]) -> Iterator[pd.DataFrame]:
        """Feature table with ranks among peers of each range, in order; the next one is read meanwhile."""
        return map(self._ranked, self.source.tables(wanted))

    def _ranked(self, table: pd.DataFrame) -> pd.DataFrame:
        return with_peer_ranks(table, self.bundle.ranks)

    def reject(self, left: Sequence[Path], rejects: Path) -> int:
        """Add the applications named in the files `left`, which no stage rule fits, to `rejects`; how many are there.

        `rejects` is the Parquet file of the applications that the check rejected; it is there with all its columns
        afterwards, even where no row is.
        """
        schema = canonical_schema(TABLES["applications"], [pa.field("row", pa.int64()), RULES])
        beside = rejects.with_suffix(".all")
        with pq.ParquetWriter(beside, schema, compression="zstd") as writer:
            if rejects.exists():
                for batch in pq.ParquetFile(rejects).iter_batches(AT_A_TIME):
                    writer.write_table(pa.Table.from_batches([batch]).cast(schema))
            if left:
                columns = ", ".join(f'"{name}"' for name in schema.names[:-2])
                rows = (
                    f"SELECT {columns}, CAST(NULL AS BIGINT) AS row, [{literal(NO_STAGE)}] AS rules "
                    f"FROM {self.source.relations['applications']} WHERE application_id IN "
                    f"(SELECT application_id FROM {parquet(*left)}) ORDER BY application_id"
                )
                for batch in self.base.batches(rows, AT_A_TIME):
                    writer.write_table(pa.Table.from_batches([batch]).cast(schema))
        beside.replace(rejects)
        return int(pq.ParquetFile(rejects).metadata.num_rows)


READ = {table for query in QUERIES for table in query.tables}
"""The tables that features are made of; no decision reads another one."""


class _Given(NamedTuple):
    """What a check is of, and where it leaves files."""

    tables: Path
    work: Path
    rejects: Path
    extracted_on: pd.Timestamp | None
    wanted: Checks
    budget: Budget


@contextmanager
def prepared(
    bundle: Bundle,
    tables: Path,
    work: Path,
    rejects: Path,
    extracted_on: pd.Timestamp | None,
    wanted: Checks,
    budget: Budget,
    several: Workers | None = None,
) -> Iterator[Prepared]:
    """The tables of a folder after their check, as long as the engine is open; what it needs lies in `work`.

    Rejected rows lie in `rejects` as `<table>.parquet`. Where `several` processes are to work, the check is one of its
    own, so that what it leaves in memory goes with it.

    Raises
    ------
    BadTableError
        When a table that is needed is missing or cannot be used, or there is no application.
    """
    spill = work / "spill"
    for folder in (work, rejects, spill):
        folder.mkdir(parents=True, exist_ok=True)
    given = _Given(tables, work, rejects, extracted_on, wanted, budget)
    apart = None if several is None else several.apart(_checked_alone, given)
    threads = budget.threads if apart is None else 1  # none of its own: this process is going to be forked
    with engine(budget.check, threads, spill) as base:
        found, cut = _checked(base, given) if apart is None else apart
        source = Source(base, found.relations, bundle.schemes, bundle.taught)
        yield Prepared(found.quality, found.extracted_on, found.told, found.in_memory, cut, base, source, bundle)


def _checked_alone(given: _Given) -> tuple[StreamChecked, list[Range]]:
    """As `_checked`, with an engine that is gone afterwards."""
    with engine(given.budget.check, given.budget.threads, given.work / "spill") as base:
        return _checked(base, given)


def _checked(base: Engine, given: _Given) -> tuple[StreamChecked, list[Range]]:
    """What the check found, its relations in an order in which ranges are read fast, and the ranges."""
    found = stream_check(base, given.tables, given.work, given.rejects, given.extracted_on, given.wanted)
    read = {name: found.relations[name] for name in sorted(READ & found.relations.keys())}
    relations = {**clustered(base, read, given.work), GAPS: parquet(given.work / FILE)}
    cut = [one for one in ranges(base, relations, given.budget.applications) if one.applications]
    return replace(found, relations=relations), cut
