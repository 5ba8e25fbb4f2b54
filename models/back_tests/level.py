"""Tests of level: PDs against default rates on both sides, by group, beside all loans, and over years."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from models.back_tests.counts import Counts, counts
from models.back_tests.limits import Fewest
from models.back_tests.records import Record
from models.validation.conservatism import central_tendency_shift
from models.validation.two_sided import binomial_two_sided, jeffreys_two_sided, normal_two_sided

Groups = Iterable[tuple[str, pd.DataFrame]]


@dataclass(frozen=True)
class LevelTest:
    """How levels are tested: fewest loans and defaults, and the asset correlation of a common year effect."""

    fewest: Fewest
    rho: float


def levels(groups: Groups, dimension: str, by: LevelTest, binomial: bool = False) -> list[Record]:
    """Record `level` of each group, and `binomial` where asked for; correlated p-values are Vasicek's."""
    found = []
    for name, loans in groups:
        known = counts(loans)
        why = known.lacking(by.fewest)
        about: dict[str, Any] = {
            "dimension": dimension,
            "group": name,
            "loans": known.loans,
            "defaults": known.defaults,
            "why": why,
        }
        p = correlated = None
        if why is None:
            defaults, size = known.whole()
            p = jeffreys_two_sided(known.effective_defaults, known.effective, known.mean_pd)
            correlated = binomial_two_sided(defaults, size, known.mean_pd, by.rho) if by.rho > 0 else None
            if binomial:
                exact = binomial_two_sided(defaults, size, known.mean_pd)
                found.append(Record("binomial", value=float(defaults), p_value=exact, p_correlated=correlated, **about))
        found.append(Record("level", value=known.level, p_value=p, p_correlated=correlated, **about))
    return found


def beside_all(table: pd.DataFrame, groups: Groups, dimension: str, fewest: Fewest) -> list[Record]:
    """Record `level_beside` of each group: its level once the PDs of `table` are shifted to the rate of all of it.

    What remains is the group's own: a level that is wrong for all loans is told once, by `level`. None where all loans
    of the table have the same outcome.
    """
    y, w = (table[name].to_numpy(dtype=np.float64) for name in ("defaulted", "weight"))
    rate = float(np.average(y, weights=w))
    if not 0 < rate < 1:
        return []
    odds = logit(table["pd"].to_numpy(dtype=np.float64))
    shifted = pd.Series(expit(odds + central_tendency_shift(odds, w, rate)), table.index)
    found = []
    for name, loans in groups:
        known = counts(loans, shifted.loc[loans.index].to_numpy())
        found.append(_beside(name, dimension, known, known.lacking(fewest)))
    return found


def _beside(name: str, dimension: str, known: Counts, why: str | None) -> Record:
    p = None if why else jeffreys_two_sided(known.effective_defaults, known.effective, known.mean_pd)
    return Record("level_beside", dimension, name, known.level, p, loans=known.loans, defaults=known.defaults, why=why)


def multi_year(groups: Mapping[str, pd.DataFrame], dimension: str, fewest: Fewest) -> list[Record]:
    """Record `multi_year` of each group: the normal test over its years with enough loans, at least three."""
    found = []
    for name, loans in groups.items():
        years = [counts(of_year) for _, of_year in loans.groupby("year", sort=True) if len(of_year) >= fewest.loans]
        about: dict[str, Any] = {"loans": len(loans), "defaults": int(loans["defaulted"].sum())}
        found.append(_years(name, dimension, years, about))
    return found


def _years(name: str, dimension: str, years: Sequence[Counts], about: Mapping[str, Any]) -> Record:
    gaps = {year.rate - year.mean_pd for year in years}
    if len(years) < 3 or len(gaps) < 2:
        return Record("multi_year", dimension, name, why="few_loans", **about)
    test = normal_two_sided([year.mean_pd for year in years], [year.rate for year in years])
    return Record("multi_year", dimension, name, test.z, test.p_value, **about)
