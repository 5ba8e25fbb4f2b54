"""Tables in any order: where the rows of an enterprise do not lie together they are sorted once, for ranges to read."""

import re
from pathlib import Path

from features.engine import Engine, Relations, parquet
from schemas.tables import TABLES

FEW = 4
"""Ranges up to which a scattered table is read again for each: sorting it costs more than that."""
DEPTH = 3.0
"""Most parts of a file that an enterprise may be looked for in, on average; a table with more is sorted."""
FILE = re.compile(r"read_parquet\(\['((?:[^']|'')+)'")
"""The file that a relation reads, the first where it reads several."""


def clustered(base: Engine, relations: Relations, work: Path) -> Relations:
    """The relations, each in an order in which a range of enterprises is read fast.

    A table is read as it is where few row groups of its file hold the same enterprises; else a copy sorted by
    `enterprise_id` is written into the folder `work`, which the caller removes. Rows of applications that do not name
    their enterprise get its `enterprise_id` beside the declared columns, where there is more than one row group. What
    is no canonical table, or reads no file, stays as it is.
    """
    found = dict(relations)
    for name, relation in relations.items():
        file = FILE.search(relation)
        if file is None or name not in TABLES:
            continue
        of_enterprise = _has(name, "enterprise_id")
        groups, depth = _groups(base, f"parquet_metadata('{file[1]}')")
        if groups < 2 or (of_enterprise and depth <= DEPTH):
            continue
        rows = f"SELECT * FROM {relation}"
        if not of_enterprise:
            rows = f"""SELECT t.*, a.enterprise_id FROM {relation} t
                JOIN {relations["applications"]} a ON a.application_id = t.application_id"""
        path = work / f"{name}.sorted.parquet"
        base.write(f"SELECT * FROM ({rows}) ORDER BY enterprise_id", path, compression="snappy")
        found[name] = parquet(path)
    return found


def _has(name: str, column: str) -> bool:
    return any(declared.name == column for declared in TABLES[name].columns)


def _groups(base: Engine, metadata: str) -> tuple[int, float]:
    """Row groups of a file, and in how many of them an enterprise of one lies on average; all where nothing says."""
    groups = int(base.rows(f"SELECT COUNT(DISTINCT row_group_id) FROM {metadata}")[0][0])
    edges = base.rows(f"SELECT stats_min_value, stats_max_value FROM {metadata} WHERE path_in_schema = 'enterprise_id'")
    if len(edges) < groups or any(low is None or high is None for low, high in edges):
        return groups, float(groups)
    overlaps = sum(low < other_high and other_low < high for low, high in edges for other_low, other_high in edges)
    return groups, overlaps / max(groups, 1)
