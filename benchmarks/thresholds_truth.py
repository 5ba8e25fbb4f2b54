"""A known population for the proof of certificates: what its loans are, and the true ratio below every cut-off.

Score s, exposure beyond it e and risk beyond it u are independent standard normal.
Log exposure is sigma (k s + sqrt(1 - k^2) e), capped; log-odds of default are a + spread (c s + sqrt(1 - c^2) u) + d e.
The PD given to the certificate is E[default | s]: calibrated, and blind to e and u.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import cumulative_trapezoid
from scipy.optimize import brentq
from scipy.special import expit, logit, ndtr, ndtri

from benchmarks.thresholds_settings import Cell, Common

Floats = NDArray[np.float64]

SCORES = np.linspace(-6, 6, 601)
BEYOND = np.linspace(-6, 6, 241)
NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(15)


@dataclass(frozen=True)
class Loans:
    """Drawn loans in ascending score, shape (loans,): score, PD by the score, exposure, true PD, whether defaulted."""

    score: Floats
    pd_: Floats
    exposure: Floats
    true: Floats
    defaulted: NDArray[np.bool_]


@dataclass(frozen=True)
class Population:
    """A population with its integrals over the grid SCORES.

    `pd_` is E[default | score], `amount` the mean exposure, `share` and `ratio` what lies at or below a score: share of
    amounts, and their true default ratio.
    """

    common: Common
    cell: Cell
    level: float
    pd_: Floats
    amount: Floats
    share: Floats
    ratio: Floats

    def draw(self, random: np.random.Generator, loans: int, factor: float = 0.0, rho: float = 0.0) -> Loans:
        """Loans with outcomes; with `rho` those of a year whose common factor is `factor` (a low one is a bad year)."""
        s, e, u = random.standard_normal((3, loans))
        s = np.sort(s)
        true = expit(self.level + _odds(self.common, self.cell, s, e, u))
        happens = true if rho == 0 else in_year(true, factor, rho)
        seen = expit(np.interp(s, SCORES, logit(self.pd_)))
        return Loans(s, seen, _exposure(self.common, self.cell, s, e), true, random.random(loans) < happens)

    def at(self, score: float) -> tuple[float, float]:
        """True ratio and share of amounts at or below a score."""
        return float(np.interp(score, SCORES, self.ratio)), float(np.interp(score, SCORES, self.share))

    def oracle(self) -> float:
        """Largest share of amounts whose true ratio is within the tolerance."""
        within = np.flatnonzero(self.ratio <= self.cell.tolerance)
        if not within.size or within[-1] == SCORES.size - 1:
            return float(self.share[within[-1]]) if within.size else 0.0
        last = within[-1]
        score = np.interp(self.cell.tolerance, self.ratio[last : last + 2], SCORES[last : last + 2])
        return float(np.interp(score, SCORES, self.share))

    def ratio_in_year(self, score: float, factor: float, rho: float) -> float:
        """True ratio at or below a score in a year of that factor; where exposure tells nothing beyond the score."""
        s = np.append(SCORES[score > SCORES], score)
        mass = np.interp(s, SCORES, self.amount) * _density(s)
        odds = self.level + _odds(self.common, self.cell, s[:, None], 0.0, NODES[None, :])
        mean = in_year(expit(odds), factor, rho) @ NODE_WEIGHTS / NODE_WEIGHTS.sum()
        return float(np.trapezoid(mass * mean, s) / np.trapezoid(mass, s))


def in_year(true: Floats, factor: float, rho: float) -> Floats:
    """PDs in a year of the one-factor model (Vasicek 2002), given the factor."""
    moved: Floats = ndtr((ndtri(true) - np.sqrt(rho) * factor) / np.sqrt(1 - rho))
    return moved


def population(common: Common, cell: Cell) -> Population:
    """The population of a cell; those of the same exposures, base and dependence are computed once."""
    level, pd_, amount, share, ratio = _integrals(common, cell.base, cell.sigma, cell.cap, cell.dependence)
    return Population(common, cell, level, pd_, amount, share, ratio)


@cache
def _integrals(
    common: Common, base: float, sigma: float, cap: float, dependence: float
) -> tuple[float, Floats, Floats, Floats, Floats]:
    cell = Cell("none", base, base, 1, sigma, cap, dependence)
    exposure = _exposure(common, cell, SCORES[:, None], BEYOND[None, :])
    beyond = _density(BEYOND) / _density(BEYOND).sum()
    amount = exposure @ beyond

    def risks(level: float) -> tuple[Floats, Floats]:
        """Mean of default, and of exposure times default, by score."""
        mean = np.zeros((SCORES.size, BEYOND.size))
        for u, weight in zip(NODES, NODE_WEIGHTS / NODE_WEIGHTS.sum(), strict=True):
            mean += weight * expit(level + _odds(common, cell, SCORES[:, None], BEYOND[None, :], u))
        return mean @ beyond, (mean * exposure) @ beyond

    density = _density(SCORES)
    level = float(brentq(lambda a: (risks(a)[1] @ density) / (amount @ density) - base, -15, 3, xtol=1e-6))
    pd_, bad = risks(level)
    total, bad_total = (cumulative_trapezoid(part * density, SCORES, initial=0) for part in (amount, bad))
    total[0], bad_total[0] = amount[0] * density[0], bad[0] * density[0]  # at the end of the grid: both next to nothing
    return level, pd_, amount, total / total[-1], bad_total / total


def _exposure(common: Common, cell: Cell, s: Floats, e: Floats) -> Floats:
    k = common.exposure_known
    exposure: Floats = np.minimum(np.exp(cell.sigma * (k * s + np.sqrt(1 - k**2) * e)), cell.cap)
    return exposure


def _odds(common: Common, cell: Cell, s: Floats, e: Floats | float, u: Floats | float) -> Floats:
    """Log-odds of default less the level."""
    odds: Floats = common.spread * (common.known * s + np.sqrt(1 - common.known**2) * u) + cell.dependence * e
    return odds


def _density(x: Floats) -> Floats:
    density: Floats = np.exp(-(x**2) / 2)
    return density
