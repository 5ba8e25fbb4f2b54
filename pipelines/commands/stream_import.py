"""An import that holds no table whole: chunks go to a private work folder, and from there, sorted, to the tables."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from features.engine import Engine, engine, parquet
from policy.folders import temporary
from schemas.account import TableQuality
from schemas.conform import ROW_GROUP, conform, order_of, without_duplicates
from schemas.tables import TABLES
from scoring.check.convert import canonical_schema
from sources.bank.maps import BankMapping
from sources.bank.reading import Account, read_into
from sources.bank.rejects import REJECT_DTYPES, REJECTS

MEMORY = "400MB"
"""Cap of the engine that sorts a table; a chunk of rows as texts and as values stands beside it."""
ROWS = 120_000
"""Rows brought into canonical columns at a time."""
PLACE = "techcredit_place"
"""Column of the place in which a row came, while a table is being sorted: of identical rows the first is kept."""


class _Files:
    """Rows taken into files of one folder: those that were read, in canonical columns, and those that were not."""

    def __init__(self, folder: Path, mapping: BankMapping) -> None:
        self._folder = folder
        self._mapped: dict[str, list[str]] = {}
        for entry in mapping.tables:
            columns = [*(spec.ours.name for spec in entry.columns), *entry.defaults]
            self._mapped[entry.ours.name] = [*self._mapped.get(entry.ours.name, []), *columns]
        self._writers: dict[str, pq.ParquetWriter] = {}
        self.came: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()
        self.broken: dict[str, Counter[str]] = {}

    def take(self, name: str, kept: pd.DataFrame, rejects: pd.DataFrame) -> None:
        # A column that another file of the table fills is there, and missing in the rows of this one.
        wanted = list(dict.fromkeys([*kept.columns, *self._mapped[name]]))
        frame = conform(kept.reindex(columns=wanted), TABLES[name])
        first = self.came[name]
        frame[PLACE] = range(first, first + len(frame))
        self._write(name, frame)
        self.came[name] += len(frame)
        if len(rejects):
            self._write(f"{name}.{REJECTS}", rejects.astype(dict(REJECT_DTYPES)))
            self.rejected[name] += len(rejects[["source", "row"]].drop_duplicates())
            once = rejects.drop_duplicates(["rule", "source", "row"])
            self.broken.setdefault(name, Counter()).update(once["rule"].astype("str"))

    def _write(self, name: str, frame: pd.DataFrame) -> None:
        table = pa.Table.from_pandas(frame, preserve_index=False)
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(self.path(name), table.schema)
        self._writers[name].write_table(table.cast(self._writers[name].schema))

    def path(self, name: str) -> Path:
        return self._folder / f"{name}.parquet"

    def close(self) -> None:
        for writer in self._writers.values():
            writer.close()


def stream_import(mapping: BankMapping, location: str, output: Path) -> tuple[Account, tuple[TableQuality, ...]]:
    """Write the tables of a folder or database, and the rows that could not be read, as canonical tables into `output`.

    The same files as `sources.bank.imported` and `schemas.conform.write_table` make of the whole tables; gives what was
    read and the account of every table. Tables appear when all of them have been read; what is on the way lies in a
    private folder beside them.

    Raises
    ------
    MappingError, BankDataError, BadTableError
        As `sources.bank.reading.read` and `schemas.conform.conform`.
    """
    output.mkdir(parents=True, exist_ok=True)
    with temporary(output) as work:
        files = _Files(work, mapping)
        try:
            account = read_into(files, mapping, location)
        finally:
            files.close()
        names = [name for name in TABLES if name in files.came]
        sorted_ = {name: work / f"{name}.sorted.parquet" for name in names}
        with engine(MEMORY, spill=work) as base:
            kept = {name: _sorted(base, name, files.path(name), sorted_[name]) for name in names}
        for name in names:
            sorted_[name].replace(output / f"{name}.parquet")
            _place_rejects(files.path(f"{name}.{REJECTS}"), output / REJECTS / f"{name}.parquet")
    left_out = {name: account.left_out(name) for name in names}
    return account, tuple(_quality(name, files, kept[name], left_out[name]) for name in names)


def _sorted(base: Engine, name: str, came: Path, target: Path) -> int:
    """Write the rows of one table in its order, identical ones once; how many they are."""
    order = ", ".join((*order_of(name), PLACE))
    kept = 0
    with pq.ParquetWriter(target, canonical_schema(TABLES[name])) as writer:
        rows = base.batches(f"SELECT * FROM {parquet(came)} ORDER BY {order}", ROWS)
        for frame in _whole_keys((batch.to_pandas() for batch in rows), TABLES[name].key):
            once = without_duplicates(conform(frame.drop(columns=PLACE), TABLES[name]), name)
            writer.write_table(pa.Table.from_pandas(once, schema=writer.schema, preserve_index=False), ROW_GROUP)
            kept += len(once)
    return kept


def _whole_keys(frames: Iterator[pd.DataFrame], key: Sequence[str]) -> Iterator[pd.DataFrame]:
    """Frames of sorted rows cut anew, so that rows that share a key stand in one of them."""
    left: pd.DataFrame | None = None
    for frame in frames:
        whole = frame if left is None else pd.concat([left, frame], ignore_index=True)
        last = whole[list(key)].iloc[-1:]
        same = (whole[list(key)].fillna("").astype("str") == last.fillna("").astype("str").to_numpy()).all(axis=1)
        yield whole[~same]
        left = whole[same]
    if left is not None:
        yield left


def _place_rejects(came: Path, target: Path) -> None:
    """Put the rejects of a table in their place; where there is none, those of an import before go."""
    if came.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        came.replace(target)
    else:
        target.unlink(missing_ok=True)


def _quality(name: str, files: _Files, kept: int, left_out: Mapping[str, int]) -> TableQuality:
    came, rejected = files.came[name], files.rejected[name]
    rows = came + rejected + sum(left_out.values())
    return TableQuality(name, rows, kept, rejected, came - kept, dict(files.broken.get(name, {})), left_out=left_out)
