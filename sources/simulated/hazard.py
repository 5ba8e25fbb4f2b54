"""The true monthly hazard of default: drivers by stage, curves, interactions, year effects and frailty."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri

from policy.digits import rounded, rounded_number
from sources.simulated.draws import Array, exp, log, logistic, stream
from sources.simulated.drivers import Drivers
from sources.simulated.world import BAD_YEAR, BAD_YEAR_DRAW, DEFAULT_RATE, FIRST_DAY, INDUSTRIES, PROVINCES, STAGES

MONTHS = 12
OUTCOME_YEARS = 10
"""Calendar years from the first application to the end of the last window."""

PROVINCE_EFFECTS = {"21": 0.25, "22": 0.30, "23": 0.25, "41": 0.10, "52": 0.15, "33": -0.10, "44": -0.05, "31": -0.10}
"""Effect of some provinces on the logit of default; others have none: assumption of this project."""

SEASONING = np.array([0.35, 0.5, 0.65, 0.8, 0.95, 1.05, 1.15, 1.25, 1.3, 1.35, 1.35, 1.3])
"""Hazard of each month of the loan over its mean: young loans default less (assumption of this project)."""

Terms = Mapping[str, Array]
"""Contribution of each driver to the logit of the monthly hazard, one value per application; `a*b`: an interaction."""


def startup_terms(d: Drivers) -> dict[str, Array]:
    """Terms of startups: how long the money lasts, the team, the investors; U-shaped in R&D intensity."""
    return {
        "runway_months": -0.65 * d.runway_months + 0.30 * np.maximum(-d.runway_months - 0.5, 0),
        "core_team_turnover": 0.42 * d.core_team_turnover,
        "months_since_round": 0.38 * d.months_since_round,
        "vc_share": -0.30 * d.vc_share,
        "postgraduate_share": -0.38 * d.postgraduate_share,
        "rd_intensity": 0.22 * (d.rd_intensity - 0.2) ** 2,
        "rd_intensity*rd_staff_share": 0.30 * np.maximum(d.rd_intensity, 0) * np.maximum(-d.rd_staff_share, -0.5),
        "enterprise_age": 0.75 * exp(-(((d.age - 2.6) / 0.8) ** 2)),
    }


def growth_terms(d: Drivers) -> dict[str, Array]:
    """Terms of growth: who buys, how fast they pay, how steady R&D is; debt weighs more without technology sold."""
    return {
        "contract_turnover_share": -0.58 * d.contract_turnover_share,
        "buyer_concentration": 0.42 * d.buyer_concentration,
        "hitech_revenue_share": -0.50 * d.hitech_revenue_share,
        "receivable_days": 0.48 * d.receivable_days + 0.15 * np.maximum(d.receivable_days - 0.5, 0),
        "rd_growth": -0.38 * d.rd_growth + 0.12 * d.rd_growth**2,
        "rd_intensity": 0.18 * (d.rd_intensity - 0.2) ** 2,
        "leverage": 0.34 * d.leverage,
        "leverage*contract_turnover_share": 0.34
        * np.maximum(d.leverage, 0)
        * np.maximum(-d.contract_turnover_share, 0),
    }


def mature_terms(d: Drivers) -> dict[str, Array]:
    """Terms of mature enterprises: balance sheet, bank lines, the age of the stock of rights, past overdue debts."""
    return {
        "leverage": 0.42 * d.leverage + 0.18 * np.maximum(d.leverage - 0.5, 0),
        "current_ratio": -0.38 * d.current_ratio,
        "line_utilisation": 0.46 * d.line_utilisation,
        "rights_age": 0.46 * d.rights_age,
        "valid_invention_count": -0.34 * d.valid_invention_count,
        "overdue_count_3y": 0.38 * d.overdue_count_3y,
        "rd_intensity": 0.16 * (d.rd_intensity - 0.2) ** 2,
        "line_utilisation*valid_invention_count": 0.28
        * np.maximum(d.line_utilisation, 0)
        * np.maximum(-d.valid_invention_count, 0),
    }


STAGE_TERMS = (startup_terms, growth_terms, mature_terms)


def record_terms(d: Drivers) -> dict[str, Array]:
    """Terms of all stages alike: adverse records open on the day (assumption of this project)."""
    return {
        "open_overdue_count": 1.2 * d.open_overdue_count,
        "open_enforcement_count": 1.2 * d.open_enforcement_count,
        "is_abnormal": 0.8 * d.is_abnormal,
    }


SIGNAL = 0.95
"""Strength of all terms of stages, set so that the best attainable AUC is about 0.81."""


def contrast_weights(stage_contrast: float) -> tuple[float, float]:
    """Weights of the terms of an application's own stage, and of each of the two others.

    Of terms that vary alike, the own ones make `stage_contrast` + (1 - `stage_contrast`) / 3 of the variance of the
    predictor and the others the rest: at 1 stages share no driver, at 0 all have the same. The sum of squares is the
    same for all contrasts, so that the signal stays about as strong.
    """
    other = (1 - stage_contrast) / len(STAGES)
    return SIGNAL * float(np.sqrt(stage_contrast + other)), SIGNAL * float(np.sqrt(other))


class Probabilities(NamedTuple):
    """Probability of default in 12 months, one application a row."""

    true: Array  # given all, the frailty and the year effects of its window included
    in_year: Array  # frailty integrated out, year effects of its window included
    attainable: Array  # frailty and year effects integrated out


def linear_terms(d: Drivers, industry: Array, province: Array, stage_contrast: float) -> Terms:
    """Terms of the linear predictor; those of other stages than the application's own count by `contrast_weights`."""
    effects = np.array([i.effect for i in INDUSTRIES])[industry]
    found = {
        "industry_division": effects,
        "province": np.array([PROVINCE_EFFECTS.get(p, 0.0) for p in PROVINCES])[province],
        **record_terms(d),
    }
    own, other = contrast_weights(stage_contrast)
    for number, terms in enumerate(STAGE_TERMS):
        weight = np.where(d.stage == number, own, other)
        for name, values in terms(d).items():
            found[name] = found.get(name, 0.0) + weight * values
    return found


def year_deviation(rho: float) -> float:
    """Standard deviation of the effect of a year on the logit of the hazard, for asset correlation `rho`.

    A one-factor model moves the probit of the rate by sqrt(rho/(1-rho)) a standard deviation (BCBS Working Paper 14,
    2005); the logit moves by the ratio of the slopes at a rate of 3 %.
    """
    rate = 0.03
    slope = rounded_number(exp(-(ndtri(rate) ** 2) / 2) / np.sqrt(2 * np.pi) / (rate * (1 - rate)))
    return float(np.sqrt(rho / (1 - rho))) * slope


def year_effects(seed: int, rho: float) -> Array:
    """Common effect of each calendar year on the logit of the hazard; centred, so that the years average to none.

    One year is bad by design, in whatever portfolio: `BAD_YEAR_DRAW` standard deviations before centring.
    """
    draws = stream(seed, "year effects").standard_normal(OUTCOME_YEARS)
    draws[BAD_YEAR - int(FIRST_DAY[:4])] = BAD_YEAR_DRAW
    return np.asarray(year_deviation(rho) * (draws - draws.mean()) * np.sqrt(OUTCOME_YEARS / (OUTCOME_YEARS - 1)))


def window_effects(effects: Array, day: Array) -> tuple[Array, Array]:
    """Year effect of each month of the windows (12 by applications), and the share of months in the first year."""
    start = day.astype("int64").astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    month = start[None, :] + np.arange(MONTHS)[:, None]
    first = int(FIRST_DAY[:4]) - 1970
    return effects[(month // 12 - first).clip(0, len(effects) - 1)], 1 - (start % 12) / 12


def survival(predictor: Array, shifts: Array | float, months: int = MONTHS) -> Array:
    """Probability of no default in so many months from the logit of the mean monthly hazard, month effects added."""
    alive = np.ones(len(predictor))
    for month in range(months):
        shift = shifts[month] if isinstance(shifts, np.ndarray) else shifts
        alive *= 1 - logistic(predictor + shift + log(SEASONING[month]))
    return alive


def integrated(predictor: Array, shifts: Array | float, deviation: Array | float) -> Array:
    """Probability of default in 12 months with a normal effect of this standard deviation integrated out."""
    nodes, weights = (rounded(found) for found in np.polynomial.hermite_e.hermegauss(7))
    total = np.zeros(len(predictor))
    for node, weight in zip(nodes, weights / weights.sum(), strict=True):
        total += weight * (1 - survival(predictor + node * deviation, shifts))
    return total


def intercepts(visible: Array, deviation: Array, stage: Array, accepted: Array) -> Array:
    """Intercept of each stage at which accepted loans default at the assumed rate, what is not seen averaged."""
    found = []
    for number, name in enumerate(STAGES):
        rows = np.flatnonzero((stage == number) & accepted)[:20_000]
        chosen, spread, wanted = visible[rows], deviation[rows], DEFAULT_RATE[name]

        def gap(level: float, chosen: Array = chosen, spread: Array = spread, wanted: float = wanted) -> float:
            return float(integrated(chosen + level, 0.0, spread).mean()) - wanted

        found.append(brentq(gap, -15.0, 0.0, xtol=1e-4) if len(chosen) else -7.0)
    return rounded(found)


def probabilities(visible: Array, frailty: Array, deviation: Array, seed: int, rho: float, day: Array) -> Probabilities:
    """Probabilities of default at the three degrees of knowledge; `deviation` is that of the frailty.

    A window over two years averages two independent year effects, weighted by its months in each (first order).
    """
    shifts, first = window_effects(year_effects(seed, rho), day)
    with_years = np.sqrt(deviation**2 + year_deviation(rho) ** 2 * (first**2 + (1 - first) ** 2))
    return Probabilities(
        true=rounded(1 - survival(visible + frailty, shifts)),
        in_year=rounded(integrated(visible, shifts, deviation)),
        attainable=rounded(integrated(visible, 0.0, with_years)),
    )
