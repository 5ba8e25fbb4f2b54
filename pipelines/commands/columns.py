"""Columns that canonical tables lack: what the models were fitted with is not left out in silence."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from features.blanking import needed_tables
from features.catalogue import by_name
from features.declarations import RANK_SUFFIX
from pipelines.commands.costs import lost_features
from schemas.conform import BadTableError
from schemas.parts import parts_of
from schemas.tables import TABLES
from scoring.bundle import Bundle

ALIKE = 0.85
"""From which share of common letters on a name that is not declared is taken for a misspelt one that is."""


def absent_columns(tables: Path) -> dict[str, list[str]]:
    """Declared columns that the canonical tables of a folder do not have, by table; `known_on` where a lag gives it.

    A file that cannot be read is left to the check, which says so.

    Raises
    ------
    BadTableError
        When a column is there under a name that looks like one of them: it would not be read.
    """
    found: dict[str, list[str]] = {}
    for name, table in TABLES.items():
        there = _columns(tables / f"{name}.parquet")
        if there:
            given = {*there, *(["known_on"] if table.lag is not None else [])}
            absent = [c.name for c in table.columns if c.name not in given]
            _refuse_misspelt(tables / f"{name}.parquet", absent, there)
            found |= {name: absent} if absent else {}
    return found


def refuse_lost(tables: Path, bundle: Bundle) -> dict[str, list[str]]:
    """`absent_columns`, where the models lose no feature by them that they were fitted with.

    Raises
    ------
    BadTableError
        When they do, or as `absent_columns`.
    """
    absent = absent_columns(tables)
    if not absent:
        return {}
    read = {name.removesuffix(RANK_SUFFIX) for model in bundle.models.values() for name in model.features}
    lost = [name for name in lost_features((t, c) for t, columns in absent.items() for c in columns) if name in read]
    if lost:
        catalogue = by_name()
        needed = frozenset[str]().union(*(needed_tables(catalogue[name]) for name in lost))
        columns = [f"{t}.{c}" for t, names in absent.items() if t in needed or t == "applications" for c in names]
        message = (
            f"wanted the columns that the models were fitted with; {tables} has no {', '.join(columns)}, so that the "
            f"models lose {', '.join(lost)}. Deliver what these features need, or write a column without values where "
            "the bank has none"
        )
        raise BadTableError(message)
    return absent


def told_absent(absent: Mapping[str, Sequence[str]]) -> list[str]:
    """A sentence on declared columns that did not come; none where all did."""
    listed = "; ".join(f"{table}: {', '.join(columns)}" for table, columns in absent.items())
    return [f"columns that did not come, so that nobody knows their values: {listed}"] if listed else []


def _columns(path: Path) -> list[str]:
    """Names of the columns of a table, with the keys of its partitions; none where it is not there or not readable."""
    try:
        file = parts_of(path)[0] if path.is_dir() else path
        keys = [part.partition("=")[0] for part in file.relative_to(path.parent).parts[1:-1] if "=" in part]
        return [*pq.read_schema(file).names, *keys]
    except (OSError, pa.ArrowException, BadTableError):
        return []


def _refuse_misspelt(path: Path, absent: Sequence[str], there: Sequence[str]) -> None:
    declared = {column.name for column in TABLES[path.stem].columns}
    for wanted, got in _pairs(absent, [name for name in there if name not in declared]):
        message = (
            f"table {path.stem} in {path.parent}: wanted column {wanted}; got {got}, which would not be read. Name it "
            f"{wanted}, or give it a name that is not like it"
        )
        raise BadTableError(message)


def _pairs(absent: Sequence[str], others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Columns that are absent, each with another that is written like it."""
    for wanted in absent:
        for other in others:
            one, two = _folded(wanted), _folded(other)
            if one == two or SequenceMatcher(None, one, two).ratio() >= ALIKE:
                yield wanted, other


def _folded(name: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKC", name).casefold() if each.isalnum())
