"""A bank's tables after reading: canonical, every row once, with the rejects and the account of every row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from schemas.account import TableQuality
from schemas.conform import conform, without_duplicates
from schemas.tables import TABLES
from sources.bank.reading import Reading
from sources.bank.rejects import no_rejects


@dataclass(frozen=True)
class Imported:
    """Canonical tables, the rows that could not be read (columns: `rejects.REJECT_DTYPES`), and the account by table.

    `told` are sentences on bad values and on what looks wrong, for the person who imports.
    """

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    rejects: dict[str, pd.DataFrame] = field(default_factory=dict)
    quality: tuple[TableQuality, ...] = ()
    told: tuple[str, ...] = ()


def imported(found: Reading) -> Imported:
    """What was read as canonical tables; a row that was delivered twice is there once."""
    told = (*(f"bad value: {value}" for value in found.bad), *(f"note: {sentence}" for sentence in found.notes))
    tables = {name: conform(frame, TABLES[name]) for name, frame in found.tables.items()}
    return accounted(tables, found.rejects, told, {name: found.left_out(name) for name in tables})


def accounted(
    tables: dict[str, pd.DataFrame],
    rejects: dict[str, pd.DataFrame],
    told: Iterable[str] = (),
    left_out: Mapping[str, Mapping[str, int]] = MappingProxyType({}),
) -> Imported:
    """Conformed tables without their identical rows: rows = kept + rejected + identical duplicates + left out."""
    once = {name: without_duplicates(frame, name) for name, frame in tables.items()}
    unread = {name: rejects.get(name, no_rejects()) for name in tables}
    quality = tuple(_quality(name, tables[name], once[name], unread[name], left_out.get(name, {})) for name in tables)
    return Imported(once, unread, quality, tuple(told))


def _quality(
    name: str, came: pd.DataFrame, once: pd.DataFrame, rejects: pd.DataFrame, left_out: Mapping[str, int]
) -> TableQuality:
    rejected = len(rejects[["source", "row"]].drop_duplicates())
    by_rule = rejects.drop_duplicates(["rule", "source", "row"])["rule"].value_counts(sort=False)
    counts = {str(rule): int(rows) for rule, rows in by_rule.items()}
    rows = len(came) + rejected + sum(left_out.values())
    return TableQuality(name, rows, len(once), rejected, len(came) - len(once), counts, left_out=left_out)
