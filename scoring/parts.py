"""One range of applications decided, counted and written as a part; and the counts of all parts together."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from decisions.rules import products_named
from features.table import out_of_range
from policy.digests import sha256
from scoring.assemble import decided, staged
from scoring.bundle import Bundle
from scoring.journal import Part
from scoring.output import columns
from scoring.progress import Progress, Silent

COUNTED = ("out_of_range", "decisions", "rules", "products", "data_gaps")
"""What is counted by name over the scored applications of a part; `beyond_peers` is one number."""


def decide_part(table: pd.DataFrame, bundle: Bundle) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Decisions on the applications of a feature table that have a stage, and what is counted of them."""
    known = staged(table)
    rows = decided(known, bundle)
    products = known["product"].dropna()
    last = pd.Timestamp(bundle.grids["month"].max())
    gaps: Counter[str] = Counter()
    for told, count in _plain(rows["data_gap"]).items():
        gaps.update(dict.fromkeys(told.split("; ") if told else (), count))
    return rows, {
        "out_of_range": out_of_range(known),
        "decisions": _plain(rows["decision"]),
        "rules": _plain(rows["rule"]),
        "products": _plain(products[~products.isin(products_named(bundle.procedure.rules))]),
        "data_gaps": dict(gaps),
        "beyond_peers": int((known["as_of"] >= last + pd.DateOffset(months=1)).sum()),
    }


def made_part(table: pd.DataFrame, bundle: Bundle, work: Path, number: int, told: Progress | None = None) -> Part:
    """The applications of a feature table decided, and written as the part `number` in the folder `work`."""
    say = told or Silent()
    say.phase("decide")
    rows, counted = decide_part(table, bundle) if table["stage"].notna().any() else (table[:0], {})
    say.phase("write")
    return write_part(rows, table.loc[table["stage"].isna(), ["application_id"]], counted, work, number)


def write_part(rows: pd.DataFrame, left: pd.DataFrame, counted: Mapping[str, Any], work: Path, number: int) -> Part:
    """The finished part `number` in the folder `work`; `left` names the applications without a stage."""
    file, unstaged = f"part-{number:05d}.parquet", f"left-{number:05d}.parquet"
    if len(rows):
        pq.write_table(columns.table(rows), work / file)
    if len(left):
        left.to_parquet(work / unstaged, index=False)
    return Part(
        len(rows),
        file if len(rows) else "",
        sha256(work / file) if len(rows) else "",
        unstaged if len(left) else "",
        sha256(work / unstaged) if len(left) else "",
        counted,
    )


def read_part(path: Path) -> pa.Table:
    """The decisions of a part."""
    return pq.read_table(path)


def added(parts: Iterable[Part]) -> tuple[dict[str, dict[str, int]], int]:
    """Counts of all parts by what is counted, each in the order of its names, and `beyond_peers`."""
    sums: dict[str, Counter[str]] = {name: Counter() for name in COUNTED}
    beyond = 0
    for part in parts:
        if part.counted:
            beyond += part.counted["beyond_peers"]
            for name in COUNTED:
                sums[name].update(part.counted[name])
    return {name: dict(sorted(counts.items())) for name, counts in sums.items()}, beyond


def _plain(names: pd.Series) -> dict[str, int]:
    return {str(name): int(count) for name, count in names.value_counts(sort=False).items()}
