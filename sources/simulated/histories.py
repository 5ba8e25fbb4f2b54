"""Dated histories of the simulated enterprises that both the tables and the hazard are made from."""

from typing import NamedTuple

import numpy as np

from sources.simulated.draws import YEARS, Array, day_in_year, exp, log, logistic, stream
from sources.simulated.states import States, age_at_year_end
from sources.simulated.world import PATENT_KINDS


class Histories(NamedTuple):
    """One enterprise a row; arrays of two dimensions have a column a fiscal year."""

    core_team: Array  # persons
    leaves: Array  # of the core team, persons
    round_day: Array  # day number, NaN where no round closed in the year
    institutional: Array  # the round was led by venture capital
    overdue_day: Array  # day number, NaN where no overdue debt was recorded in the year
    contracts: Array  # registered technology contracts
    contract_share: Array  # their turnover over the revenue of the year, fraction
    main_share: Array  # share of the largest buyer in it, fraction
    filed: Array  # invention applications
    granted: Array  # of them later granted
    utility: Array  # utility models filed, all granted
    design: Array  # designs filed, all granted
    software: Array  # software copyrights
    lapse_years: Array  # years after filing when the enterprise lets its rights lapse
    borrows_from: Array  # day number of the first loan of any bank

    def taken(self, rows: Array | slice) -> "Histories":
        """The same histories of some enterprises."""
        return Histories(*(values[rows] for values in self))


def histories(seed: int, found: States) -> Histories:
    """Histories of the enterprises with these states; nothing happens before the founding."""
    alive = age_at_year_end(found.founded) > 0.1
    rng = stream(seed, "core team")
    core = 3 + rng.poisson(3.0, len(found.founded))
    leaves = rng.binomial(core[:, None], logistic(-2.3 + 1.0 * found.turnover)).astype(np.int8)
    filed, granted = _inventions(seed, found, alive)
    contracts, share, main = _contracts(seed, found, alive)
    rng = stream(seed, "first loan")
    wait = exp(log(3.2) + 0.8 * rng.standard_normal(len(core)))
    return Histories(
        core_team=core,
        leaves=leaves,
        round_day=_rounds(seed, found, alive),
        institutional=stream(seed, "investor kind").random(found.investor.shape) < logistic(1.6 * found.investor),
        overdue_day=_dated(seed, "overdue", found, alive & (found.overdue > 0), logistic(-2.6 + 1.5 * found.overdue)),
        contracts=contracts,
        contract_share=share,
        main_share=main,
        filed=filed,
        granted=granted,
        **{kind: _others(seed, kind, found, alive, filed) for kind in ("utility", "design", "software")},
        lapse_years=4 + 7 * stream(seed, "renewal").beta(1.6, 1.2, len(core)),
        borrows_from=np.floor(found.founded + 365.25 * np.maximum(wait, 0.4)),
    )


def _dated(seed: int, name: str, found: States, may: Array, chance: Array) -> Array:
    """Day of the event in each year [day number], NaN where it did not happen."""
    rng = stream(seed, name)
    happened = may & (rng.random(may.shape, dtype=np.float32) < chance)
    day = np.full(may.shape, np.nan, dtype=np.float32)
    row, year = np.nonzero(happened)
    day[row, year] = day_in_year(rng, year, found.founded[row])
    return day


def _rounds(seed: int, found: States, alive: Array) -> Array:
    age = age_at_year_end(found.founded)
    chance = exp(-1.35 + 0.6 * found.equity - 0.09 * np.maximum(age, 0)).clip(0, 0.8)
    return _dated(seed, "rounds", found, alive & (age < 15), chance)


def _inventions(seed: int, found: States, alive: Array) -> tuple[Array, Array]:
    """Invention applications a year, and how many of them are granted later (about six of ten)."""
    rng = stream(seed, "inventions")
    mean = exp(0.32 + 0.45 * found.size[:, None] + 0.75 * found.filing).clip(0, 25)
    filed = np.zeros(mean.shape, dtype=np.int16)
    may = alive & found.inventive[:, None]
    filed[may] = rng.poisson(mean[may])
    return filed, rng.binomial(filed, 0.62).astype(np.int16)


def _others(seed: int, kind: str, found: States, alive: Array, filed: Array) -> Array:
    """Rights of another kind a year: as many a granted invention as the grants of 2023 had, a few for those without."""
    share = PATENT_KINDS.get(kind, 0.08) / PATENT_KINDS["invention"]
    mean = 0.62 * share * np.where(found.inventive[:, None], 0.80 * filed, 0.18)
    return stream(seed, kind).poisson(mean * alive).astype(np.int16)


def _contracts(seed: int, found: States, alive: Array) -> tuple[Array, Array, Array]:
    """Number, turnover over revenue and largest buyer's share of the technology contracts of each year."""
    rng = stream(seed, "contracts")
    sells = alive & (found.contract > -0.4)
    number = np.where(sells, 2 + rng.poisson(0.1, sells.shape), 0).astype(np.int8)
    share = np.where(sells, 0.03 * exp(1.1 * found.contract), 0.0).clip(0, 0.8).astype(np.float32)
    main = logistic(0.3 + 0.9 * found.concentration)
    main = np.where(sells, main, 0.0).astype(np.float32)
    return number, share, main


def years_between(first: Array, last: Array) -> Array:
    """Whether each fiscal year is among those with index `first` to `last` (rows by years)."""
    index = np.arange(len(YEARS))[None, :]
    return np.asarray((index >= first[:, None]) & (index <= last[:, None]))
