"""The batch job: a folder of canonical tables in, one decision an application out, nothing lost."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from decisions.rules import products_named
from features.peers import with_peer_ranks
from features.table import feature_tables, out_of_range
from schemas.account import TableQuality
from schemas.check import Validated
from schemas.checks import Checks, checked_folder, write_rejects
from schemas.conform import BadTableError
from schemas.fit import Fit, fit, write_fit
from schemas.gaps import no_gaps, unread_rows
from scoring.assemble import decided
from scoring.bundle import Bundle

NO_STAGE = "no_stage_rule_applies"


@dataclass(frozen=True)
class Counts:
    """Applications [rows]: rows_in = scored + rejected + duplicates; and what the check found in every table.

    `out_of_range` counts scored applications by feature whose value lies outside the range the catalogue promises;
    `unread` by table the rows of the bank's files that the import could not read, which are in none of these tables.
    `decisions` counts scored applications by decision, `rules` by the rule that decided, `data_gaps` by table and rule
    of a gap, `products` those of a product that no rule names, and `beyond_peers` those decided after the last month
    that the peers of the model are known for. `unknown` is what `Fit.told` says: tables without content, records nobody
    can attribute, rows rejected before.
    """

    rows_in: int
    scored: int
    rejected: int
    duplicates: int
    extracted_on: pd.Timestamp
    quality: tuple[TableQuality, ...]
    out_of_range: dict[str, int] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)
    decisions: dict[str, int] = field(default_factory=dict)
    data_gaps: dict[str, int] = field(default_factory=dict)
    rules: dict[str, int] = field(default_factory=dict)
    products: dict[str, int] = field(default_factory=dict)
    beyond_peers: int = 0
    unknown: Mapping[str, Any] = field(default_factory=lambda: Fit({}, no_gaps()).told())


@dataclass
class _Scored:
    """What is counted while buckets are scored."""

    rows: int = 0
    unstaged: list[pd.Series] = field(default_factory=list)
    out_of_range: Counter[str] = field(default_factory=Counter)
    decisions: Counter[str] = field(default_factory=Counter)
    data_gaps: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    products: Counter[str] = field(default_factory=Counter)
    beyond_peers: int = 0


def rejects_of(output: Path) -> Path:
    """Parquet file of the applications that got no decision, beside the scores."""
    return output.with_name(output.name + ".rejects.parquet")


def score_folder(
    bundle: Bundle, tables: Path, output: Path, extracted_on: pd.Timestamp | None = None, wanted: Checks | None = None
) -> Counts:
    """Score every application of the folder `tables` into the Parquet file `output`, and count.

    Applications that cannot be scored go whole to `<output>.rejects.parquet` with the rules they broke, rejected rows
    of the other tables to `<output>.rejects/<table>.parquet`. `extracted_on` is the day the tables stand for; when not
    given, the last day on which anything in them was known. The file appears only when it is complete, and not at all
    when no application is fit.

    Raises
    ------
    BadTableError
        When a table that is needed is missing or cannot be used, or there is no application.
    """
    _refuse_places(tables, output)
    result, day = checked_folder(tables, extracted_on, wanted or Checks())
    found = fit(result, tables)
    with tempfile.TemporaryDirectory(prefix="techcredit-", dir=_made(output.parent)) as work:
        scored = _Scored()
        if len(result.tables["applications"]):
            write_fit(found, Path(work))
            scored = _score(bundle, Path(work), Path(work) / "scored.parquet")
        rejects = _rejects(result, pd.concat([pd.Series(dtype="str"), *scored.unstaged]))
        rejects.to_parquet(rejects_of(output), index=False)
        others = {name: frame for name, frame in result.rejects.items() if name != "applications"}
        write_rejects(others, rejects_of(output).with_suffix(""))
        if scored.rows:
            shutil.move(Path(work) / "scored.parquet", output)
        else:
            output.unlink(missing_ok=True)  # decisions of an earlier batch are not those of this one
    came = next(q for q in result.quality if q.table == "applications")
    return Counts(
        *(came.rows, scored.rows, len(rejects), came.duplicates),
        day,
        result.quality,
        dict(scored.out_of_range),
        unread_rows(tables),
        dict(sorted(scored.decisions.items())),
        dict(sorted(scored.data_gaps.items())),
        dict(sorted(scored.rules.items())),
        dict(sorted(scored.products.items())),
        scored.beyond_peers,
        found.told(),
    )


def _refuse_places(tables: Path, output: Path) -> None:
    """Nothing, when `output` is a file that is none of the input.

    Raises
    ------
    BadTableError
        When it is a folder, has another ending than .parquet, or lies among the tables that are scored.
    """
    if output.is_dir():
        message = f"wanted a file for the scores; {output} is a folder"
        raise BadTableError(message)
    if output.suffix != ".parquet":
        message = f"wanted a file for the scores that ends in .parquet, which is what is written; got {output.name}"
        raise BadTableError(message)
    if output.resolve().parent == tables.resolve():
        message = f"wanted a place for the scores outside the tables that are scored; {output} lies among them"
        raise BadTableError(message)


def of_application(found: Fit, application: str) -> Fit:
    """What the check left of one application and its enterprise: see `of_applications`."""
    return of_applications(found, (application,))


def of_applications(found: Fit, names: Collection[str]) -> Fit:
    """What the check left of some applications and their enterprises, so that they have the features of the batch.

    Which tables say something, and whom a rejected row speaks of, was found out on all of them. The enterprises' other
    applications stay: rules add up what one enterprise applies for.
    """
    applications = found.tables["applications"]
    enterprises = set(applications.loc[applications["application_id"].isin(names), "enterprise_id"])
    tables = {name: _of_some(frame, names, enterprises) for name, frame in found.tables.items()}
    of_them = found.gaps["enterprise_id"].isin(enterprises) | found.gaps["application_id"].isin(names)
    return replace(found, tables=tables, gaps=found.gaps[of_them])


def _of_some(frame: pd.DataFrame, names: Collection[str], enterprises: Collection[str]) -> pd.DataFrame:
    if "enterprise_id" in frame.columns:
        return frame[frame["enterprise_id"].isin(enterprises)]
    return frame[frame["application_id"].isin(names)]


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _rejects(result: Validated, unstaged: pd.Series) -> pd.DataFrame:
    """Whole rows of the applications without a decision: those that broke a rule, then those no stage rule fits."""
    fit = result.tables["applications"]
    without = fit[fit["application_id"].isin(unstaged)]
    told = without.assign(rules=pd.Series([[NO_STAGE]] * len(without), index=without.index, dtype="object"))
    return pd.concat([result.rejects["applications"], told], ignore_index=True)


def _score(bundle: Bundle, valid: Path, output: Path) -> _Scored:
    """Decisions of all buckets into one file, and what was counted on the way."""
    writer: pq.ParquetWriter | None = None
    found = _Scored()
    named, last = products_named(bundle.procedure.rules), pd.Timestamp(bundle.grids["month"].max())
    for unranked in feature_tables(valid, bundle.schemes, bundle.taught):
        table = with_peer_ranks(unranked, bundle.grids)
        found.unstaged.append(table.loc[table["stage"].isna(), "application_id"])
        staged = table[table["stage"].notna()]
        if staged.empty:
            continue
        found.out_of_range.update(out_of_range(staged))
        rows = decided(staged, bundle)
        arrow = pa.Table.from_pandas(rows, preserve_index=False)
        writer = writer or pq.ParquetWriter(output, arrow.schema)
        writer.write_table(arrow.cast(writer.schema))
        found.rows += len(rows)
        found.decisions.update(rows["decision"])
        found.rules.update(rows["rule"])
        products = staged["product"].dropna()
        found.products.update(products[~products.isin(named)])
        found.beyond_peers += int((staged["as_of"] >= last + pd.DateOffset(months=1)).sum())
        found.data_gaps.update(gap for told in rows["data_gap"] if told for gap in told.split("; "))
    if writer is not None:
        writer.close()
    return found
