"""The simulated book: who applies when, what the old policy accepted, exposures, true PDs and defaults."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from policy.errors import MendableError
from sources.simulated.adverse import Spell, flags, spells
from sources.simulated.deliveries import Deliveries, deliveries, known_terms
from sources.simulated.draws import Array, choice, day_number, exp, log, stream
from sources.simulated.drivers import Drivers, drivers, line_utilisation
from sources.simulated.hazard import (
    Probabilities,
    Terms,
    intercepts,
    linear_terms,
    probabilities,
    survival,
    window_effects,
    year_effects,
)
from sources.simulated.histories import Histories, histories
from sources.simulated.states import FRAILTY, States, states
from sources.simulated.world import ACCEPTED_SHARE, INDUSTRIES, LAST_DAY, PROVINCES

MOST_APPLICATIONS = 6
"""Applications of one enterprise at most; its outcome windows never overlap."""


class Book(NamedTuple):
    """Enterprises, and their applications in order of the day; applications point to rows of the states."""

    seed: int
    states: States
    histories: Histories
    delivered: Deliveries
    open_records: Mapping[str, Spell]
    industry: Array  # place in INDUSTRIES, one per enterprise
    province: Array  # place in PROVINCES, one per enterprise
    enterprise: Array
    day: Array  # day number
    drivers: Drivers
    terms: Terms
    visible: Array  # logit of the mean monthly hazard, without frailty and year effects
    frailty: Array  # all that no table shows: that of the enterprise, and drivers it does not deliver
    probabilities: Probabilities
    accepted: Array
    exposure: Array  # CNY
    default_day: Array  # day number, NaN where the loan did not default or was not granted


def book(applications: int, seed: int, rho: float, stage_contrast: float) -> Book:
    """A book of exactly this many applications; a defaulted enterprise does not apply again."""
    rows = int(applications / 1.8) + 50
    found = states(seed, rows)
    past = histories(seed, found)
    rng = stream(seed, "places")
    industry = choice(rng, [i.share for i in INDUSTRIES], rows)
    province = choice(rng, list(PROVINCES.values()), rows)
    enterprise, day = _application_days(seed, found)
    delivered = deliveries(seed, rows)
    records = spells(seed, found.quality[enterprise], found.founded[enterprise], day)
    known = drivers(found, past, enterprise, day, flags(records, len(day)))
    accepted = _accepted(seed, known)
    past = _with_own_loans(past, enterprise, day, accepted)
    known = known._replace(line_utilisation=line_utilisation(found, past, enterprise, day))
    every = linear_terms(known, industry[enterprise], province[enterprise], stage_contrast)
    terms, unseen, hidden = known_terms(every, known.stage, delivered.taken(enterprise))
    visible, deviation = np.sum(list(terms.values()), axis=0), np.sqrt(FRAILTY**2 + hidden**2)
    visible += intercepts(visible, deviation, known.stage, accepted)[known.stage]
    frailty = found.frailty[enterprise] + unseen
    default_day = _default_days(seed, visible + frailty, year_effects(seed, rho), day, accepted)
    kept = _kept(enterprise, day, default_day, applications)
    chosen, place = np.unique(enterprise[kept], return_inverse=True)
    visible, frailty, deviation, day = visible[kept], frailty[kept], deviation[kept], day[kept]
    return Book(
        seed=seed,
        states=found.taken(chosen),
        histories=past.taken(chosen),
        delivered=delivered.taken(chosen),
        open_records=_open_records(records, kept),
        industry=industry[chosen],
        province=province[chosen],
        enterprise=place,
        day=day,
        drivers=Drivers(*(values[kept] for values in known)),
        terms={name: values[kept] for name, values in terms.items()},
        visible=visible,
        frailty=frailty,
        probabilities=probabilities(visible, frailty, deviation, seed, rho, day),
        accepted=accepted[kept],
        exposure=_exposures(seed, known, terms)[kept],
        default_day=default_day[kept],
    )


def _application_days(seed: int, found: States) -> tuple[Array, Array]:
    """Row of the states and day of each application, at least a year apart for one enterprise."""
    rng = stream(seed, "applications")
    rows = len(found.first)
    gaps = np.floor(367 + rng.exponential(170.0, (rows, MOST_APPLICATIONS - 1)))
    again = np.logical_and.accumulate(rng.random(gaps.shape) < 0.80, axis=1)
    later = found.first[:, None] + np.cumsum(gaps, axis=1)
    every = np.concatenate([found.first[:, None], np.where(again, later, np.inf)], axis=1)
    row, place = np.nonzero(every <= day_number(LAST_DAY))
    return row, every[row, place]


def _accepted(seed: int, known: Drivers) -> Array:
    """Whether the old policy accepted each application: a scorecard of noisily read ratios, and an officer's view."""
    rng = stream(seed, "old policy")

    def read(values: Array) -> Array:
        return np.asarray(values + 0.5 * rng.standard_normal(len(values)))

    score = (
        0.22 * log(known.revenue / 35e6)
        + 0.15 * log(known.age.clip(1) / 6)
        - 0.40 * read(known.leverage)
        + 0.30 * read(known.current_ratio)
        - 0.25 * read(known.receivable_days)
        + 0.20 * read(known.runway_months)
        - 0.60 * known.overdue_count_3y
        - 0.60 * (known.open_overdue_count + known.open_enforcement_count + known.is_abnormal)
        + 1.1 * rng.standard_normal(len(known.age))
    )
    return np.asarray(score >= np.quantile(score, 1 - ACCEPTED_SHARE))


def _with_own_loans(past: Histories, enterprise: Array, day: Array, accepted: Array) -> Histories:
    """Histories in which the bank's own granted loans count: an enterprise borrows from its first one at the latest."""
    first = past.borrows_from.copy()
    np.minimum.at(first, enterprise[accepted], day[accepted] + 15)
    return past._replace(borrows_from=first)


def _default_days(seed: int, predictor: Array, effects: Array, day: Array, accepted: Array) -> Array:
    """Day of default of granted loans within 12 months, by inversion of the survival; NaN where there is none."""
    rng = stream(seed, "defaults")
    shifts, _ = window_effects(effects, day)
    level = rng.random(len(day))
    month = np.sum([survival(predictor, shifts, months) > level for months in range(1, 13)], axis=0)
    happened = (month < 12) & accepted
    return np.where(happened, np.floor(day + 1 + (month + rng.random(len(day))) * 30.3), np.nan)


def _kept(enterprise: Array, day: Array, default_day: Array, applications: int) -> Array:
    """Places of the applications kept, in order of the day: none after a default of the enterprise, and just as many.

    Raises
    ------
    ValueError
        When too few were drawn.
    """
    first_default = np.full(enterprise.max() + 1, np.inf)
    failed = np.isfinite(default_day)
    np.minimum.at(first_default, enterprise[failed], default_day[failed])
    standing = np.flatnonzero(day <= first_default[enterprise])
    if len(standing) < applications:
        message = f"wanted {applications} applications; only {len(standing)} were drawn"
        raise MendableError(message)
    first_enterprises = standing[np.argsort(enterprise[standing], kind="stable")[:applications]]
    return np.asarray(first_enterprises[np.argsort(day[first_enterprises], kind="stable")])


def _open_records(records: Mapping[str, Spell], kept: Array) -> dict[str, Spell]:
    """Records of the applications kept, by their places in the book."""
    found = {}
    for kind, spell in records.items():
        place = np.full(int(max(kept.max(), spell.application.max(initial=0))) + 1, -1)
        place[kept] = np.arange(len(kept))
        rows = place[spell.application] >= 0
        begun, ended, known = (values[rows] for values in spell[1:])
        found[kind] = Spell(place[spell.application][rows], begun, ended, known)
    return found


def _exposures(seed: int, known: Drivers, terms: Terms) -> Array:
    """Exposure of each application [CNY]: grows with revenue and, mildly, with the risk that the tables show."""
    rng = stream(seed, "exposures")
    risk = np.sum(list(terms.values()), axis=0)
    risk = (risk - risk.mean()) / risk.std()
    logarithm = 14.68 + 0.40 * log(known.revenue / 35e6) + 0.55 * rng.standard_normal(len(risk)) + 0.24 * risk
    amount = np.minimum(exp(logarithm), 0.6 * known.revenue).clip(1e5, 3e7)
    return np.asarray(np.round(amount, -4))
