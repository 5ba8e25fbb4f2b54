"""A folder of tables made ready for scoring: checked, its fit rows as relations, cut into ranges of enterprises."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from features.clustering import clustered
from features.engine import Engine, engine, literal
from features.gap_rows import GAPS
from features.peers import with_peer_ranks
from features.ranges import Range, ranges
from features.table import Source
from schemas.account import TableQuality
from schemas.checks import Checks
from schemas.declarations import PANDAS_DTYPES
from schemas.gaps import FILE
from schemas.tables import TABLES
from scoring.budget import Budget
from scoring.bundle import Bundle
from scoring.stream_check import stream_check

NO_STAGE = "no_stage_rule_applies"
"""Rule broken by an application that no stage rule fits: it gets no decision."""


class Prepared(NamedTuple):
    """What the check found (`scoring.stream_check.StreamChecked`), and the fit rows as relations in an engine."""

    quality: tuple[TableQuality, ...]
    extracted_on: pd.Timestamp
    told: Mapping[str, Any]
    in_memory: tuple[str, ...]
    base: Engine
    source: Source
    bundle: Bundle

    def ranges(self, size: int) -> list[Range]:
        """Ranges of enterprises of about `size` applications, in order; every application is in one."""
        return [one for one in ranges(self.base, self.source.relations, size) if one.applications]

    def features(self, wanted: Sequence[Range]) -> Iterator[pd.DataFrame]:
        """Feature table with ranks among peers of each range, in order; the next one is read meanwhile."""
        for table in self.source.tables(wanted):
            yield with_peer_ranks(table, self.bundle.grids)

    def without_stage(self, left: Sequence[Path]) -> pd.DataFrame:
        """Whole fit rows of the applications named in the files `left`, with the one rule they broke."""
        types: dict[str, Any] = {c.name: PANDAS_DTYPES[c.dtype] for c in TABLES["applications"].columns}
        if not left:
            rows = pd.DataFrame({name: pd.Series(dtype=type_) for name, type_ in types.items()})
        else:
            files = ", ".join(literal(str(path)) for path in left)
            rows = self.base.frame(
                f"SELECT * FROM {self.source.relations['applications']} WHERE application_id IN "
                f"(SELECT application_id FROM read_parquet([{files}])) ORDER BY application_id"
            ).astype(types)
        return rows.assign(rules=pd.Series([[NO_STAGE]] * len(rows), index=rows.index, dtype="object"))


@contextmanager
def prepared(
    bundle: Bundle,
    tables: Path,
    work: Path,
    rejects: Path,
    extracted_on: pd.Timestamp | None,
    wanted: Checks,
    budget: Budget,
) -> Iterator[Prepared]:
    """The tables of a folder after their check, as long as the engine is open; what it needs lies in `work`.

    Rejected rows lie in `rejects` as `<table>.parquet`.

    Raises
    ------
    BadTableError
        When a table that is needed is missing or cannot be used, or there is no application.
    """
    spill = work / "spill"
    for folder in (work, rejects, spill):
        folder.mkdir(parents=True, exist_ok=True)
    with engine(budget.engine, budget.threads, spill) as base:
        found = stream_check(base, tables, work, rejects, extracted_on, wanted)
        relations = {**clustered(base, found.relations, work), GAPS: f"read_parquet({literal(str(work / FILE))})"}
        source = Source(base, relations, bundle.schemes, bundle.taught)
        yield Prepared(found.quality, found.extracted_on, found.told, found.in_memory, base, source, bundle)
