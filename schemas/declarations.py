"""The vocabulary of a table declaration: text in two languages, column, publication lag, table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import pandas as pd

Dtype = Literal["string", "number", "integer", "boolean", "date"]
Level = Literal["reject", "warn"]
"""What becomes of a row that breaks a rule: it is taken out, or it is counted and stays."""

PANDAS_DTYPES: Mapping[Dtype, str] = {
    "string": "str",
    "number": "float64",
    "integer": "Int64",
    "boolean": "boolean",
    "date": "datetime64[us]",
}
"""The one pandas dtype of each declared dtype; dates never mix resolutions, so joins never fail on them."""


class Text(NamedTuple):
    """One text in the two languages of the product."""

    en: str
    zh: str


@dataclass(frozen=True)
class Column:
    """One column of a canonical table.

    `unit` is written for every number; `low` and `high` are inclusive bounds, and with `positive` 0 itself is out;
    `earliest` and `past` bound a day: not before that ISO day, not after the day the tables were extracted; `values` is
    the closed list of a code; `required` means never missing; `pattern` a regular expression a text must match in full.
    """

    name: str
    dtype: Dtype
    meaning: Text
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    positive: bool = False
    earliest: str | None = None
    past: bool = False
    values: tuple[str, ...] | None = None
    pattern: str | None = None
    required: bool = False


@dataclass(frozen=True)
class Lag:
    """The day the bank could know a row, where the source has none: `months` after the day in column `after`.

    `overrides` gives other months for the values of the code column `by` (kind of statement, kind of patent).
    A row with a day in column `never_later_than` was public on that day at the latest.
    """

    after: str
    months: int
    source: str
    by: str | None = None
    overrides: Mapping[str, int] = field(default_factory=dict)
    never_later_than: str | None = None


class Part(NamedTuple):
    """A number that is a part of another: where both are given, `part` is not above `whole`.

    `reject` only where it is true by definition; `warn` where accounts may differ in good faith.
    """

    part: str
    whole: str
    level: Level = "reject"


class Follows(NamedTuple):
    """A day that does not come before a day of the parent row; with `strictly` it comes after it."""

    later: str
    parent: str
    earlier: str
    strictly: bool = False


class Condition(NamedTuple):
    """What each row must meet that no single column says: `met` takes the table and gives one boolean a row.

    `sql` says the same in the engine's SQL, over the columns by name; it is never unknown. With `across` it compares
    rows with each other. It may use `folded(text)`, which is `schemas.identifiers.folded`.
    """

    name: str
    columns: tuple[str, ...]
    meaning: Text
    met: Callable[[pd.DataFrame], pd.Series]
    sql: str
    level: Level = "reject"
    across: bool = False


@dataclass(frozen=True)
class Table:
    """One canonical table: its grain (`key`), columns, the tables it points to and when its rows were known."""

    name: str
    meaning: Text
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    parents: Mapping[str, str] = field(default_factory=dict)
    lag: Lag | None = None
    ordered: tuple[tuple[str, str], ...] = ()
    """Pairs (earlier, later) of date columns: where both are given, the second is not before the first."""
    parts: tuple[Part, ...] = ()
    follows: tuple[Follows, ...] = ()
    conditions: tuple[Condition, ...] = ()
    optional: bool = True

    def column(self, name: str) -> Column:
        """Declaration of one column.

        Raises
        ------
        KeyError
            When the table declares no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        message = f"table {self.name} declares no column {name!r}; it has {', '.join(c.name for c in self.columns)}"
        raise KeyError(message)
