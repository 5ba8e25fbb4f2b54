"""What a batch counts: every application, and every row of every table."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from schemas.account import TableQuality
from schemas.fit import Fit
from schemas.gaps import no_gaps


def not_delivered(taught: Collection[str], came: Collection[str]) -> tuple[str, ...]:
    """Tables that models were taught with and that did not come, in order of names."""
    return tuple(sorted(set(taught) - set(came)))


@dataclass(frozen=True)
class Counts:
    """Applications [rows]: rows_in = scored + rejected + duplicates; and what the check found in every table.

    `out_of_range` counts scored applications by feature whose value lies outside the range the catalogue promises;
    `unread` by table the rows of the bank's files that the import could not read, which are in none of these tables.
    `decisions` counts scored applications by decision, `rules` by the rule that decided, `data_gaps` by table and rule
    of a gap, `products` those of a product that no rule names, and `beyond_peers` those decided after the last month
    that the peers of the model are known for. `unknown` is what `Fit.told` says: tables without content, records nobody
    can attribute, rows rejected before. `seconds` are those of every phase, where somebody measured; `parts` is the
    number of parts, of which an earlier run that was killed had finished `resumed`; `peak` is the most memory that
    several processes were seen to hold [bytes], 0 where it was one. `not_delivered` are the tables that
    the models were taught with and that are not there.
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
    seconds: Mapping[str, float] = field(default_factory=dict)
    parts: int = 0
    resumed: int = 0
    peak: int = 0
    not_delivered: tuple[str, ...] = ()
