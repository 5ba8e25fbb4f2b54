"""What a check leaves for the features, for `score`, `explain` and the run alike: fit tables, and what is unknown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from schemas.attribution import ambiguous, attributed, subjects, unattributed
from schemas.check import Validated
from schemas.conform import write_table
from schemas.gaps import AMBIGUOUS, EVERYBODY, gap_rows, of_earlier_check, write_gaps
from schemas.tables import TABLES

ALWAYS_SAYS = ("applications", "outcomes")
"""Tables that say something by their required columns alone."""


@dataclass(frozen=True)
class Fit:
    """Fit rows by table, the gap rows (`schemas.gaps.COLUMNS`), and what else a person has to be told.

    `silent` names delivered tables that say nothing: they count as not delivered and are none of `tables`.
    `unattributed` counts rejected rows that fit nobody, `before` those that an earlier check had taken out, by table;
    `alike` names the enterprises whose identifier is written like another one.
    """

    tables: Mapping[str, pd.DataFrame]
    gaps: pd.DataFrame
    silent: tuple[str, ...] = ()
    unattributed: Mapping[str, int] = field(default_factory=dict)
    before: Mapping[str, int] = field(default_factory=dict)
    alike: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """What a person has to be told, as plain data for a JSON file beside the output."""
        return {
            "says_nothing": list(self.silent),
            "unattributed": dict(self.unattributed),
            "rejected_before": dict(self.before),
            AMBIGUOUS: list(self.alike),
        }


def fit(result: Validated, folder: Path) -> Fit:
    """What the check `result` of the tables of `folder` leaves; rows that import and earlier checks rejected count too.

    Raises
    ------
    MendableError
        When `folder` holds rejected rows of a check without their gap rows.
    """
    silent = tuple(name for name, frame in result.tables.items() if says_nothing(frame, name))
    known = subjects(result)
    found = pd.concat([gap_rows(result.rejects, folder), ambiguous(known["enterprise_id"])], ignore_index=True)
    twice = (found["table"] == "enterprises") & found.duplicated()  # an earlier check may have said it already
    gaps = attributed(found[~twice], known)
    alike = gaps.loc[gaps["table"] == "enterprises", "enterprise_id"]
    before = of_earlier_check(folder)["table"].value_counts().drop("enterprises", errors="ignore").sort_index()
    return Fit(
        {name: frame for name, frame in result.tables.items() if name not in silent},
        gaps,
        silent,
        unattributed(gaps, known),
        {str(name): int(rows) for name, rows in before.items()},
        tuple(sorted(alike)),
    )


def write_fit(found: Fit, folder: Path) -> None:
    """Write fit tables and gap rows into `folder` for the features; another table does not stay there."""
    for name in TABLES:
        if name in found.tables:
            write_table(found.tables[name], name, folder)
        else:
            (folder / f"{name}.parquet").unlink(missing_ok=True)
    write_gaps(found.gaps, folder)


def says_nothing(frame: pd.DataFrame, name: str) -> bool:
    """Whether a table says nothing: no row where every enterprise has one, or none of its columns has a value.

    Its key and its days do not count where they are required: rows that only exist are no content. A required code does
    (the kind of an adverse record), except in tables in which every enterprise has a row.
    """
    if name in ALWAYS_SAYS:
        return False
    if not len(frame):
        return name in EVERYBODY
    return bool(frame[telling(name)].isna().all(axis=None))


def telling(name: str) -> list[str]:
    """Columns of a table of which a value says something: see `says_nothing`."""
    codes = name not in EVERYBODY
    return [c.name for c in TABLES[name].columns if not c.required or (codes and c.values is not None)]
