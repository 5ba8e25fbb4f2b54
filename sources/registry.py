"""Sources by name: each gives canonical tables, and the truth about them where it is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from policy.errors import MendableError
from sources import sba, us_firms
from sources.simulated import portfolio


@dataclass(frozen=True)
class SourceParams:
    """Parameters of a source; only the simulated portfolio has any."""

    applications: int = 0
    seed: int = 0
    rho: float = 0.0
    stage_contrast: float = 0.5


@dataclass(frozen=True)
class Source:
    """Raw canonical tables, and for a simulated portfolio the truth, which no model may read.

    `left_out` counts by reason the loans that the source itself left out, by a rule on facts of origination [loans].
    """

    tables: dict[str, pd.DataFrame]
    truth: dict[str, pd.DataFrame] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)


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


def source_data(source: str, sample: Path, params: SourceParams) -> Source:
    """Data of a source, read from its folder of samples or made by its parameters.

    Raises
    ------
    MendableError
        When there is no source of that name.
    """
    if source not in SOURCES:
        message = f"source must be one of {', '.join(SOURCES)}; got {source!r}"
        raise MendableError(message)
    return SOURCES[source](sample, params)
