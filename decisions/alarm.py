"""The watch over a certificate: bets against its promise, and an alarm whose false-alarm probability holds for ever.

A certificate says nothing of a year unlike those it was made on. What can be promised instead is early notice. For
every period, and every loan at risk in it with exposure w (capped) and hazard h, S = sum w (y - c h), where y is 1 for
a default and c the tolerance factor. While the promise holds, the expectation of S given the past is at most 0, however
the loans of one period depend on each other. So a capital that starts at 1 and is multiplied by 1 + stake S each period
grows above 1 / alpha with a probability of at most alpha, at whatever time one looks (Ville 1939; Waudby-Smith and
Ramdas 2024, arXiv 2010.09686), if each stake is settled by what is known before the period and never costs the whole
capital.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from policy.digits import rounded, rounded_number
from policy.errors import MendableError

MULTIPLES = (0.25, 0.5, 1.0, 2.0, 4.0)
"""The bets, in multiples of the one that suits the planned variance; the capital is their mean."""
START = (1.0,) * len(MULTIPLES)
MOST_LOST = 0.9
"""Largest part of a capital that one period may cost, so that no capital ever reaches 0."""
COLUMNS = ("application_id", "exposure", "hazard", "defaulted")
"""Columns of the loans at risk in a period."""


class AlarmError(MendableError):
    """A watch is asked for something that would make its alarm worthless, or its state cannot be read."""


@dataclass(frozen=True)
class Terms:
    """What is fixed when a watch opens, before any outcome.

    `certificate` is the fingerprint of the certificate watched; `tolerance_factor` the tolerated level over the
    predicted one; `exposure_cap` in the unit of the exposures; `variance` that of S in one planned period [exposure
    squared], of which a year has `periods_a_year`.
    """

    certificate: str
    alpha: float
    tolerance_factor: float
    exposure_cap: float
    variance: float
    periods_a_year: int

    def __post_init__(self) -> None:
        """Refuse figures no bet can be made from."""
        positive = (self.tolerance_factor, self.exposure_cap, self.variance, self.periods_a_year)
        if not 0 < self.alpha < 1 or not all(math.isfinite(value) and value > 0 for value in positive):
            message = (
                "wanted a false-alarm probability between 0 and 1, and tolerance factor, exposure cap, variance and "
                f"periods a year above 0; got {self}"
            )
            raise AlarmError(message)

    @property
    def level(self) -> float:
        """Capital from which the alarm fires: 1 / alpha."""
        return 1 / self.alpha

    @property
    def bets(self) -> tuple[float, ...]:
        """Stakes per unit of exposure, as planned: best for the first year's variance, and multiples of it."""
        best = math.sqrt(2 * math.log(self.level) / (self.periods_a_year * self.variance))
        return tuple(rounded_number(best * multiple) for multiple in MULTIPLES)


@dataclass(frozen=True)
class Fed:
    """One period that was fed: what was at risk, what came, the stakes that were used, and the capital after it.

    `predicted` and `defaulted` are capped exposures: sum w h, and that of the loans in default; `fingerprint` is that
    of the loans, so that a later change is noticed.
    """

    start: date
    end: date
    loans: int
    defaults: int
    exposure: float
    predicted: float
    tolerated: float
    defaulted: float
    stakes: tuple[float, ...]
    capitals: tuple[float, ...]
    capital: float
    fingerprint: str


def stakes(terms: Terms, tolerated: float) -> tuple[float, ...]:
    """The planned bets, lowered by what is known before the period, and never raised.

    The most that a period can cost is `tolerated` = sum w c h, when no loan defaults. Where that would take more than
    MOST_LOST of a capital, because the book is larger than planned, the stake is lowered until it takes just that.
    """
    bound = MOST_LOST / tolerated if tolerated > 0 else math.inf
    return tuple(rounded_number(min(bet, bound)) for bet in terms.bets)


def settled(capitals: tuple[float, ...], used: tuple[float, ...], gain: float) -> tuple[float, ...]:
    """The capital of every bet after a period with S = `gain`."""
    return tuple(rounded_number(held * (1 + stake * gain)) for held, stake in zip(capitals, used, strict=True))


def fed(terms: Terms, before: tuple[Fed, ...], start: date, end: date, loans: pd.DataFrame) -> Fed:
    """The period from `start` to `end`, both inclusive, after the periods `before`.

    `loans` are all loans at risk on `start`, columns COLUMNS: `hazard` the probability of default within the period,
    `defaulted` whether it did.

    Raises
    ------
    AlarmError
        When the period was fed before, does not follow the last one, or a loan is not fit to use.
    """
    _check_order(before, start, end)
    rows = loans.sort_values("application_id")
    _check_loans(rows, end)
    amount = np.minimum(rows["exposure"].to_numpy(dtype="float64"), terms.exposure_cap)
    hazard = rows["hazard"].to_numpy(dtype="float64")
    bad = rows["defaulted"].to_numpy(dtype=bool)
    tolerated = math.fsum(amount * np.minimum(terms.tolerance_factor * hazard, 1.0))
    defaulted = math.fsum(amount[bad])
    used = stakes(terms, tolerated)
    capitals = settled(before[-1].capitals if before else START, used, defaulted - tolerated)
    return Fed(
        start=start,
        end=end,
        loans=len(rows),
        defaults=int(bad.sum()),
        exposure=rounded_number(math.fsum(amount)),
        predicted=rounded_number(math.fsum(amount * hazard)),
        tolerated=rounded_number(tolerated),
        defaulted=rounded_number(defaulted),
        stakes=used,
        capitals=capitals,
        capital=rounded_number(math.fsum(capitals) / len(capitals)),
        fingerprint=fingerprint(rows),
    )


def fired_on(terms: Terms, periods: tuple[Fed, ...]) -> date | None:
    """Last day of the first period after which the capital reached the level; None when it never did."""
    return next((period.end for period in periods if period.capital >= terms.level), None)


def planned_variance(exposure: np.ndarray, hazard: np.ndarray, weight: np.ndarray, tolerance_factor: float) -> float:
    """Variance of S over one period of a planned book, its loans independent: sum of weight w^2 c h (1 - c h)."""
    allowed = np.minimum(tolerance_factor * hazard, 1.0)
    return rounded_number(math.fsum(weight * exposure**2 * allowed * (1 - allowed)))


def fingerprint(loans: pd.DataFrame) -> str:
    """Fingerprint of the loans of a period, columns COLUMNS, whatever their order."""
    rows = loans.sort_values("application_id")
    numbers = (rounded(rows[name].to_numpy(dtype="float64")) for name in ("exposure", "hazard"))
    lines = zip(rows["application_id"].astype(str), *numbers, rows["defaulted"].astype(int), strict=True)
    return hashlib.sha256("\n".join(map(repr, lines)).encode("utf8")).hexdigest()[:16]


def _check_order(before: tuple[Fed, ...], start: date, end: date) -> None:
    if end < start:
        message = f"wanted a period whose last day is not before its first; got {start} to {end}"
        raise AlarmError(message)
    if any((known.start, known.end) == (start, end) for known in before):
        message = f"the period {start} to {end} was fed before; a period counts once"
        raise AlarmError(message)
    if before and (start - before[-1].end).days != 1:
        message = f"wanted the period that follows {before[-1].end}; got {start} to {end}: periods are fed in order"
        raise AlarmError(message)


def _check_loans(rows: pd.DataFrame, end: date) -> None:
    twice = rows["application_id"][rows["application_id"].duplicated()]
    if len(twice):
        message = f"period to {end}: wanted every loan once; {twice.iloc[0]} is there twice"
        raise AlarmError(message)
    exposure, hazard = rows["exposure"].astype("float64"), rows["hazard"].astype("float64")
    fit: dict[str, pd.Series] = {
        "an exposure above 0": (exposure > 0) & (exposure < math.inf),
        "a hazard from 0 to below 1": (hazard >= 0) & (hazard < 1),
        "a default that is yes or no": rows["defaulted"].isin([0, 1]),
    }
    for wanted, right in fit.items():
        if not right.all():
            row = rows[~right.to_numpy(dtype=bool)].iloc[0]
            message = f"period to {end}: wanted {wanted} of every loan; got {row.to_dict()}"
            raise AlarmError(message)
