"""The batch job: a folder of canonical tables in, one decision an application out, nothing lost."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from features.peers import with_peer_ranks
from features.table import feature_tables
from schemas.check import validated
from schemas.conform import BadTableError, read_tables, require, write_table
from scoring.assemble import decided
from scoring.bundle import Bundle

NO_STAGE = "no_stage_rule_applies"


@dataclass(frozen=True)
class Counts:
    """Applications that came in, were scored, and were rejected; rows_in = scored + rejected."""

    rows_in: int
    scored: int
    rejected: int


def score_folder(bundle: Bundle, tables: Path, output: Path, extracted_on: pd.Timestamp | None = None) -> Counts:
    """Score every application of the folder `tables` into the Parquet file `output`, and count.

    Applications that cannot be scored go to `<output>.rejects.parquet` with the rules they broke. `extracted_on` is the
    day the tables stand for; the latest as_of when not given. The file appears only when it is complete.

    Raises
    ------
    BadTableError
        When a table that is needed is missing or cannot be used, or there is no application.
    """
    found = read_tables(tables)
    require(found, ("enterprises", "applications"), tables)
    applications = found["applications"]
    if applications.empty:
        message = f"table applications in {tables}: wanted at least one application; it is empty"
        raise BadTableError(message)
    day = extracted_on if extracted_on is not None else applications["as_of"].max()
    result = validated(found, day)
    broken = result.rejects[result.rejects["table"] == "applications"]
    with tempfile.TemporaryDirectory(prefix="techcredit-", dir=_made(output.parent)) as work:
        for name, frame in result.tables.items():
            write_table(frame, name, Path(work))
        scored, unstaged = _score(bundle, Path(work), Path(work) / "scored.parquet")
        rejects = pd.concat(
            [broken[["key", "rules"]].rename(columns={"key": "application_id"}), unstaged], ignore_index=True
        )
        rejects.to_parquet(output.with_name(output.name + ".rejects.parquet"), index=False)
        shutil.move(Path(work) / "scored.parquet", output)
    return Counts(len(applications), scored, len(rejects))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _score(bundle: Bundle, valid: Path, output: Path) -> tuple[int, pd.DataFrame]:
    """Decisions of all buckets into one file; returns how many, and the applications no stage rule fits."""
    writer: pq.ParquetWriter | None = None
    scored, without = 0, []
    for unranked in feature_tables(valid, bundle.schemes, bundle.taught):
        table = with_peer_ranks(unranked, bundle.grids)
        rows = decided(table, bundle)
        arrow = pa.Table.from_pandas(rows, preserve_index=False)
        writer = writer or pq.ParquetWriter(output, arrow.schema)
        writer.write_table(arrow.cast(writer.schema))
        scored += len(rows)
        without.append(table.loc[table["stage"].isna(), ["application_id"]].assign(rules=NO_STAGE))
    if writer is not None:
        writer.close()
    return scored, pd.concat(without, ignore_index=True).astype("str")
