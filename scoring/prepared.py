"""A folder of tables made ready for scoring: checked, its fit rows laid out, cut into ranges of enterprises."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from features.peers import with_peer_ranks
from features.table import feature_tables
from schemas.account import TableQuality
from schemas.checks import Checks, checked_folder, write_rejects
from schemas.fit import Fit, fit, write_fit
from scoring.budget import Budget
from scoring.bundle import Bundle

NO_STAGE = "no_stage_rule_applies"
"""Rule broken by an application that no stage rule fits: it gets no decision."""


class Range(NamedTuple):
    """Enterprises from `low` to before `high` (None: no bound), and how many applications they have."""

    low: str | None
    high: str | None
    applications: int


class Prepared(NamedTuple):
    """What the check found, and the fit rows."""

    quality: tuple[TableQuality, ...]
    extracted_on: pd.Timestamp
    told: Mapping[str, Any]
    found: Fit

    def ranges(self, size: int) -> list[Range]:
        """Ranges of enterprises of about `size` applications, in order; every application is in one."""
        if "applications" not in self.found.tables or self.found.tables["applications"].empty:
            return []
        enterprises = self.found.tables["applications"]["enterprise_id"].sort_values()
        counts = enterprises.value_counts(sort=False).sort_index()
        number = (counts.cumsum() - counts) // size
        starts = list(number.groupby(number).head(1).index)
        bounds = [None, *starts[1:], None]
        sums = counts.groupby(number).sum()
        return [
            Range(low, high, int(rows)) for low, high, rows in zip(bounds[:-1], bounds[1:], sums, strict=True) if rows
        ]

    def features(self, ranges: Sequence[Range], bundle: Bundle, work: Path) -> Iterator[pd.DataFrame]:
        """Feature table with ranks among peers of each range, in order."""
        for each in ranges:
            with tempfile.TemporaryDirectory(dir=work) as folder:
                write_fit(_within(self.found, each), Path(folder))
                tables = pd.concat(feature_tables(Path(folder), bundle.schemes, bundle.taught), ignore_index=True)
            yield with_peer_ranks(tables, bundle.grids)

    def without_stage(self, left: Sequence[Path]) -> pd.DataFrame:
        """Whole fit rows of the applications named in the files `left`, with the one rule they broke."""
        names = pd.concat([pd.DataFrame({"application_id": []}, dtype="str"), *(pd.read_parquet(p) for p in left)])
        fit_rows = self.found.tables.get("applications", pd.DataFrame({"application_id": []}))
        rows = fit_rows[fit_rows["application_id"].isin(names["application_id"])]
        return rows.assign(rules=pd.Series([[NO_STAGE]] * len(rows), index=rows.index, dtype="object"))


def prepared(
    tables: Path, work: Path, rejects: Path, extracted_on: pd.Timestamp | None, wanted: Checks, budget: Budget
) -> Prepared:
    """The tables of a folder after their check; rejected rows lie in `rejects` as `<table>.parquet` then.

    Raises
    ------
    BadTableError
        When a table that is needed is missing or cannot be used, or there is no application.
    """
    result, day = checked_folder(tables, extracted_on, wanted)
    found = fit(result, tables)
    write_rejects(result.rejects, rejects)
    return Prepared(result.quality, day, found.told(), found)


def _within(found: Fit, wanted: Range) -> Fit:
    applications = found.tables["applications"]
    names = set(applications.loc[_between(applications["enterprise_id"], wanted), "application_id"])
    tables = {
        name: frame[_between(frame["enterprise_id"], wanted)]
        if "enterprise_id" in frame.columns
        else frame[frame["application_id"].isin(names)]
        for name, frame in found.tables.items()
    }
    return Fit(tables, found.gaps, found.silent, found.unattributed, found.before, found.alike)


def _between(enterprises: pd.Series, wanted: Range) -> pd.Series:
    low = pd.Series(True, index=enterprises.index) if wanted.low is None else enterprises >= wanted.low
    return low if wanted.high is None else low & (enterprises < wanted.high)
