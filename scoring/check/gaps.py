"""Gap rows of a check as a stream: of this check, of the import and of an earlier check, under known identifiers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from features.engine import Engine, parquet
from schemas.attribution import ambiguous, attributed, unattributed
from schemas.compiled.folding import WRITTEN_APART, ascii_only, macro
from schemas.gaps import FILE, GAP_TABLES, no_gaps, of_check, of_import
from schemas.identifiers import folded
from scoring.check.delivered import Delivered
from scoring.check.earlier import earlier_gaps

KEYS = ("enterprise_id", "application_id")
AT_A_TIME = 50_000
"""Gap rows, or identifiers, held at a time."""
SUBJECTS = "subjects"
"""Table of the engine: all identifiers of enterprises and applications that came, by key."""


@dataclass(frozen=True)
class Gaps:
    """Gap rows nobody can attribute and those of an earlier check, counted by table; identifiers like another one."""

    unattributed: Mapping[str, int] = field(default_factory=dict)
    before: Mapping[str, int] = field(default_factory=dict)
    alike: tuple[str, ...] = ()


def name_subjects(engine: Engine, tables: Mapping[str, Delivered], work: Path) -> None:
    """Make the table SUBJECTS (key, id, alike: what the id folds to), and `folded(text)` for these identifiers."""
    ids = {
        key: [f"SELECT {key} AS id FROM ({tables[t].select((key,))})" for t in of]
        for key, of in zip(KEYS, (("enterprises", "applications"), ("applications",)), strict=True)
    }
    each = [
        f"SELECT DISTINCT '{key}' AS key, id FROM ({' UNION ALL '.join(parts)}) WHERE id IS NOT NULL"
        for key, parts in ids.items()
    ]
    engine.run(f"CREATE OR REPLACE TEMP TABLE {SUBJECTS} AS {' UNION ALL '.join(each)}")
    path = work / f"{WRITTEN_APART}.parquet"
    schema = pa.schema([("apart_id", pa.large_string()), ("apart_alike", pa.large_string())])
    query = f"SELECT DISTINCT id FROM {SUBJECTS} WHERE NOT ({ascii_only('id')})"
    with pq.ParquetWriter(path, schema) as writer:
        for batch in engine.batches(query, AT_A_TIME):
            written = batch.to_pandas()["id"].astype("str")
            frame = pd.DataFrame({"apart_id": written, "apart_alike": folded(written)})
            writer.write_table(pa.Table.from_pandas(frame, schema, preserve_index=False))
    engine.run(f"CREATE OR REPLACE TEMP TABLE {WRITTEN_APART} AS FROM {parquet(path)}")
    engine.run(macro())
    engine.run(f"CREATE OR REPLACE TEMP TABLE {SUBJECTS} AS SELECT key, id, folded(id) AS alike FROM {SUBJECTS}")


def write_gap_rows(engine: Engine, rejects: Path, folder: Path, names: Sequence[str], work: Path) -> Gaps:
    """Write the gap rows of a check of the tables `names` of `folder` into `work` (see `schemas.gaps`), and count.

    `rejects` holds the rejected rows of this check. `name_subjects` must have been called.

    Raises
    ------
    MendableError
        When what an earlier check left in `folder` is not whole (`scoring.check.earlier.earlier_gaps`).
    """
    earlier = earlier_gaps(folder)
    of_enterprises = earlier["table"] == "enterprises"
    alike = pd.concat([earlier[of_enterprises], ambiguous(_alike(engine))], ignore_index=True)
    alike = alike[~alike.duplicated()]  # an earlier check may have said it already
    parts = chain(_of_rejects(rejects, names), (of_import(folder), earlier[~of_enterprises], alike))
    schema = pa.Schema.from_pandas(no_gaps(), preserve_index=False)
    lost: dict[str, int] = {}
    said: list[str] = []
    with pq.ParquetWriter(work / FILE, schema, compression="zstd") as writer:
        for part in _pieces(parts):
            known = _known(engine, part, work)
            gaps = attributed(part, known)
            writer.write_table(pa.Table.from_pandas(gaps, schema, preserve_index=False))
            said += gaps.loc[gaps["table"] == "enterprises", "enterprise_id"].tolist()
            for name, rows in unattributed(gaps, known).items():
                lost[name] = lost.get(name, 0) + rows
    before = earlier["table"].value_counts().drop("enterprises", errors="ignore").sort_index()
    return Gaps(
        {name: lost[name] for name in GAP_TABLES if name in lost},
        {str(name): int(rows) for name, rows in before.items()},
        tuple(sorted(said)),
    )


def _of_rejects(rejects: Path, names: Sequence[str]) -> Iterator[pd.DataFrame]:
    """Gap rows of the rejected rows of this check, some at a time."""
    for name in names:
        path = rejects / f"{name}.parquet"
        if name in GAP_TABLES and path.exists():
            for batch in pq.ParquetFile(path).iter_batches(AT_A_TIME):
                yield of_check({name: pa.Table.from_batches([batch]).to_pandas()})


def _pieces(parts: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """The rows of the parts, AT_A_TIME and no more at a time."""
    waiting = no_gaps()
    for part in parts:
        waiting = pd.concat([waiting, part], ignore_index=True)
        while len(waiting) >= AT_A_TIME:
            yield waiting.iloc[:AT_A_TIME]
            waiting = waiting.iloc[AT_A_TIME:].reset_index(drop=True)
    if len(waiting):
        yield waiting


def _alike(engine: Engine) -> pd.Series:
    """Identifiers of enterprises that fold as another one of them does."""
    of_enterprises = f"FROM {SUBJECTS} WHERE key = 'enterprise_id' AND alike IS NOT NULL"
    twice = f"SELECT alike {of_enterprises} GROUP BY alike HAVING count(*) > 1"
    return engine.frame(f"SELECT id {of_enterprises} AND alike IN ({twice}) ORDER BY id")["id"].astype("str")


def _known(engine: Engine, gaps: pd.DataFrame, work: Path) -> dict[str, pd.Series]:
    """By key, those identifiers that came which gap rows have, or which are written as theirs are but for the fold."""
    found = {}
    for key in KEYS:
        ids = pd.DataFrame({"id": gaps[key].dropna().drop_duplicates()}, dtype="str")
        path = work / "asked.parquet"
        ids.assign(alike=folded(ids["id"])).to_parquet(path, index=False)
        asked = parquet(path)
        query = f"""SELECT id FROM {SUBJECTS} WHERE key = '{key}' AND (
            id IN (SELECT id FROM {asked}) OR alike IN (SELECT alike FROM {asked} WHERE alike IS NOT NULL)
        ) ORDER BY id"""
        found[key] = engine.frame(query)["id"].astype("str") if len(ids) else pd.Series(dtype="str")
        path.unlink()
    return found
