"""How much of the default rate is common to all loans of a year: the asset correlation, from the years before."""

from dataclasses import dataclass

import pandas as pd
from scipy.special import ndtri
from scipy.stats import chi2, norm

UPPER = 0.90
"""Level of the upper value of rho."""
FEWEST = 3
"""Years from which rho is estimated."""


@dataclass(frozen=True)
class YearEffects:
    """Default rate by year [fraction of loans], and the asset correlation rho they show, with its upper value.

    `rho` and `upper` are missing with fewer than FEWEST years that have both outcomes.
    """

    rates: dict[int, float]
    rho: float | None
    upper: float | None


def year_effects(loans: pd.DataFrame) -> YearEffects:
    """Asset correlation from the years of `loans` (as_of, defaulted, weight), by the moments of the probit rates.

    One-factor model (Vasicek 2002): the probit rates of years have variance rho / (1 - rho). What chance adds in a year
    of few loans, p (1 - p) / (n phi(probit p)^2) by the delta method with n the effective loans, is taken off. The
    upper value takes the variance at the chi-square bound of level UPPER. Short series show too small a rho (Duellmann,
    Kuell and Kunisch 2010), and a trend in the applicants counts as an effect of the years.
    """
    weight = loans["weight"]
    amounts = pd.DataFrame({"weight": weight, "bad": weight * loans["defaulted"], "squared": weight**2})
    grouped = amounts.groupby(loans["as_of"].dt.year)
    total = grouped["weight"].sum()
    rate = grouped["bad"].sum() / total
    effective = total**2 / grouped["squared"].sum()
    rates = {int(year): float(value) for year, value in rate.items()}  # type: ignore[call-overload]  # years
    inner = (rate > 0) & (rate < 1)
    if inner.sum() < FEWEST:
        return YearEffects(rates, None, None)
    p, probit = rate[inner].to_numpy(), ndtri(rate[inner].to_numpy())
    chance = float((p * (1 - p) / effective[inner].to_numpy() / norm.pdf(probit) ** 2).mean())
    variance, free = float(probit.var(ddof=1)), len(p) - 1
    return YearEffects(rates, _rho(variance - chance), _rho(free * variance / chi2.ppf(1 - UPPER, free) - chance))


def _rho(variance: float) -> float:
    known = max(0.0, variance)
    return float(known / (1 + known))


def years_spanned(days: pd.Series) -> float:
    """Whole years, at least one, that the days of the certification loans span."""
    return float(max(1, round(((days.max() - days.min()).days + 1) / 365.25))) if len(days) else 1.0
