"""Sources by name: each gives canonical tables, and the truth about them where it is known; any other is a bank's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from schemas.account import LIMITS, TableQuality
from sources import sba, us_firms
from sources.own import own_tables
from sources.simulated import portfolio


@dataclass(frozen=True)
class SourceParams:
    """Parameters of a source: those of the simulated portfolio, and those of a bank's own tables.

    `mappings` are read by `sources.own.deliveries`; `rejected_limit` gives the largest share of rows that could not be
    read, by table, where it is not that of `schemas.account.LIMITS`.
    """

    applications: int = 0
    seed: int = 0
    rho: float = 0.0
    stage_contrast: float = 0.5
    mappings: Sequence[Mapping[str, str]] = ()
    rejected_limit: Mapping[str, float] | None = None

    def limits(self) -> Mapping[str, float]:
        """Largest share of rows that could not be read, by table [fraction]."""
        return {**LIMITS, **(self.rejected_limit or {})}


@dataclass(frozen=True)
class Source:
    """Raw canonical tables, and for a simulated portfolio the truth, which no model may read.

    `left_out` counts by reason the loans that the source itself left out, by a rule on facts of origination [loans].
    Of a bank's own tables, `rejects` are the rows that could not be read, `quality` is the account of every row, and
    `told` are sentences on them.
    """

    tables: dict[str, pd.DataFrame]
    truth: dict[str, pd.DataFrame] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    rejects: dict[str, pd.DataFrame] = field(default_factory=dict)
    quality: tuple[TableQuality, ...] = ()
    told: tuple[str, ...] = ()


def _sba(sample: Path, params: SourceParams) -> Source:
    path = sample / "sba_sample.parquet"
    return Source(sba.tables(path), left_out=sba.left_out(path))


def _us_firms(sample: Path, params: SourceParams) -> Source:
    return Source(us_firms.tables(sample / "firm_years.parquet"))


def _simulated(sample: Path, params: SourceParams) -> Source:
    asked = portfolio.SimulatedParams(params.applications, params.seed, params.rho, params.stage_contrast)
    found = portfolio.simulate(asked)
    return Source(found.tables, {"truth": found.truth, "contributions": found.contributions, "drivers": found.drivers})


SOURCES: Mapping[str, Callable[[Path, SourceParams], Source]] = {
    "simulated": _simulated,
    "sba": _sba,
    "us_firms": _us_firms,
}


def source_data(source: str, folder: Path, params: SourceParams) -> Source:
    """Data of a source, read from its folder or made by its parameters; a name not in SOURCES is a bank's own source.

    Raises
    ------
    MendableError
        When a bank's own tables cannot be read (see `sources.own.own_tables`).
    """
    if source in SOURCES:
        return SOURCES[source](folder, params)
    found = own_tables(source, folder, params.mappings)
    return Source(found.tables, rejects=found.rejects, quality=found.quality, told=found.told)
