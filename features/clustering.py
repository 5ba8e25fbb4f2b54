"""Tables in any order: where the rows of an enterprise do not lie together they are sorted once, for ranges to read."""

from collections.abc import Sequence
from pathlib import Path

from features.engine import Engine, Relations, literal, relations_of
from schemas.tables import TABLES

FEW = 4
"""Ranges up to which a scattered table is read again for each: sorting it costs more than that."""
DEPTH = 3.0
"""Most parts of a file that an enterprise may be looked for in, on average; a table with more is sorted."""


def clustered(base: Engine, folder: Path, names: Sequence[str], work: Path) -> Relations:
    """Those of the tables `names` that lie in `folder`, each in an order in which a range of enterprises is read fast.

    A table is read as it is where few of its row groups hold the same enterprises; else a copy sorted by
    `enterprise_id` is written into the folder `work`, which the caller removes. Rows of applications that do not name
    their enterprise get its `enterprise_id` beside the declared columns, where there is more than one row group.
    """
    found = dict(relations_of(folder, names))
    for name in found:
        of_enterprise = _has(name, "enterprise_id")
        groups, depth = _groups(base, folder / f"{name}.parquet")
        if groups < 2 or (of_enterprise and depth <= DEPTH):
            continue
        if of_enterprise:
            rows = f"SELECT * FROM {found[name]}"
        elif "applications" in found and _has(name, "application_id"):
            rows = f"""SELECT t.*, a.enterprise_id FROM {found[name]} t
                JOIN {found["applications"]} a ON a.application_id = t.application_id"""
        else:
            continue
        path = work / f"{name}.parquet"
        base.write(f"SELECT * FROM ({rows}) ORDER BY enterprise_id", path, compression="snappy")
        found[name] = f"read_parquet({literal(str(path))})"
    return found


def _has(name: str, column: str) -> bool:
    return any(declared.name == column for declared in TABLES[name].columns)


def _groups(base: Engine, path: Path) -> tuple[int, float]:
    """Row groups of a file, and in how many of them an enterprise of one lies on average; all where nothing says."""
    metadata = f"parquet_metadata({literal(str(path))})"
    groups = int(base.rows(f"SELECT COUNT(DISTINCT row_group_id) FROM {metadata}")[0][0])
    edges = base.rows(f"SELECT stats_min_value, stats_max_value FROM {metadata} WHERE path_in_schema = 'enterprise_id'")
    if any(low is None or high is None for low, high in edges):
        return groups, float(groups)
    overlaps = sum(low < other_high and other_low < high for low, high in edges for other_low, other_high in edges)
    return groups, overlaps / max(groups, 1)
