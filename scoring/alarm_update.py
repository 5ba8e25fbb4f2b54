"""Feeding outcomes to the watches of a run: one per certified size class, replayed from the first period each time."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from decisions.alarm import AlarmError, Fed, Terms, fed, fingerprint, planned_variance
from decisions.alarm_state import State, Watch
from models.fitting.stage_model import StageModel
from policy.digits import rounded_number
from policy.loader import figure
from scoring.alarm_book import Curves, at_risk, curves, ended_periods

SCORED = ("application_id", "stage", "size_class", "pd", "decision")
"""Columns of the scores of a batch, or of a run's own decisions, that a watch reads."""
VERSION = "model_version"
"""Column of a batch's scores: the fingerprint of the model; a run's own decisions do not have it."""


@dataclass(frozen=True)
class Promise:
    """A certificate that is watched, as thresholds.json has it, and its test loans (exposure, pd, weight)."""

    certificate: Mapping[str, Any]
    tested: pd.DataFrame


@dataclass(frozen=True)
class Rows:
    """What became of the loans of a table of outcomes.

    all = watched + not approved by decision + not certified + granted before their watch was opened by a renewal.
    """

    all: int
    watched: int
    not_approved: int
    not_certified: int
    earlier: int = 0


UNITS_APART = 100.0
"""Factor between the median exposures of the book and of the loans tested beyond which they are in other units."""
QUIET_DAYS = 366
"""Days without a word in the table after which its last day is not believed."""


def terms(promise: Promise, models: Mapping[str, StageModel], day: date) -> Terms:
    """Terms of a watch, from what was known when the certificate was issued, and the policy in force on `day`.

    The tolerance factor is the default ratio that the tolerance allows (its flow) over the PD of the loans tested, by
    amounts; the variance that of one period
    of these loans, each with the mean hazard of its window.
    """
    alpha, months, medians = (figure("alarm", n).on(day) for n in ("false_alarm", "period_months", "exposure_cap"))
    rows = promise.tested
    exposure, weight = (rows[name].to_numpy(dtype="float64") for name in ("exposure", "weight"))
    chance = rows["pd"].to_numpy(dtype="float64")
    predicted = np.dot(exposure * weight, chance) / np.dot(exposure, weight)
    flow = promise.certificate.get("flow")
    factor = rounded_number((promise.certificate["tolerance"] if flow is None else flow) / predicted)
    cap = rounded_number(medians * np.median(exposure))
    window = next(int(m.facts["period_months"]) * int(m.facts["window_periods"]) for m in models.values())
    hazard = -np.expm1(np.log1p(-chance) * months / window)
    variance = planned_variance(np.minimum(exposure, cap), hazard, weight, factor)
    told = json.dumps(promise.certificate, sort_keys=True).encode("utf8")
    return Terms(hashlib.sha256(told).hexdigest()[:16], alpha, factor, cap, variance, 12 // months)


def booked(outcomes: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """The loans with stage, size class, PD and decision of their score.

    Raises
    ------
    AlarmError
        When a loan has no score.
    """
    columns = [*SCORED, *([VERSION] if VERSION in scores else [])]
    found = outcomes.merge(scores[columns], on="application_id", how="left", validate="1:1")
    lost = found["decision"].isna() | found["pd"].isna()
    if lost.any():
        message = (
            f"wanted the score of every loan in the table of outcomes; {lost.sum()} have none, first "
            f"{found.loc[lost, 'application_id'].iloc[0]}. Name the files of scores they were decided by"
        )
        raise AlarmError(message)
    return found


def updated(
    state: State,
    loans: pd.DataFrame,
    promises: Mapping[str, Promise],
    models: Mapping[str, StageModel],
    until: date,
    day: date,
) -> tuple[State, Rows]:
    """The state with every period fed that had ended on `until`, and what became of the loans.

    `loans` are those of `booked`, all from the first on: periods fed before are compared with them. A certificate that
    is not watched yet is watched from the first period after its first loan, or after its renewal, and then on loans
    granted since.

    Raises
    ------
    AlarmError
        When a certificate is not the one that is watched, or a period fed before has changed.
    """
    approved = loans["decision"] == "approve"
    mine = approved & loans["size_class"].isin(list(promises))
    _check_until(loans, until)
    earlier = 0
    months = int(figure("alarm", "period_months").on(day))
    for size_class, promise in promises.items():
        book = loans[mine & (loans["size_class"] == size_class)]
        watch = state.open(size_class) or _opened(state, size_class, book, terms(promise, models, day))
        if watch is None:
            continue
        _check_terms(watch, terms(promise, models, day))
        before = book["granted_on"] < pd.Timestamp(watch.opened_on)
        _check_earlier(state, watch, book[before])
        earlier += int(before.sum())
        since = book[~before].reset_index(drop=True)
        _check_models(since, models)
        _check_units(since, promise, size_class)
        known = curves(since["stage"], since["pd"], models)
        state = state.with_watch(_fed(watch, since, known, until, months))
    _check_left(state, promises)
    counts = (int(mine.sum()) - earlier, int((~approved).sum()), int((approved & ~mine).sum()), earlier)
    return state, Rows(len(loans), *counts)


def _check_until(loans: pd.DataFrame, until: date) -> None:
    last = loans[["granted_on", "defaulted_on", "closed_on"]].max().max()
    if pd.notna(last) and pd.Timestamp(until) > last + pd.Timedelta(days=QUIET_DAYS):
        message = (
            f"wanted outcomes until {until}; the table says nothing after {last:%Y-%m-%d}. Give the day until which "
            "every default and closing is in it"
        )
        raise AlarmError(message)


def _check_earlier(state: State, watch: Watch, earlier: pd.DataFrame) -> None:
    """Loans granted before the watch belong to one that a renewal has ended; without one the book began too late."""
    renewed = any(w.size_class == watch.size_class and w.renewal is not None for w in state.watches)
    if len(earlier) and not renewed:
        message = (
            f"{watch.size_class} is watched since {watch.opened_on}; {len(earlier)} loans were granted before, first "
            f"{earlier['application_id'].iloc[0]}. Their outcomes were never fed: move the folder of the alarm away, "
            "and replay all outcomes"
        )
        raise AlarmError(message)


def _check_units(book: pd.DataFrame, promise: Promise, size_class: str) -> None:
    if book.empty:
        return
    ours, tested = float(book["exposure"].median()), float(promise.tested["exposure"].median())
    if not 1 / UNITS_APART <= ours / tested <= UNITS_APART:
        message = (
            f"wanted exposures of {size_class} in the unit of the loans tested, whose median is {tested:,.0f}; the "
            f"median of the table is {ours:,.6g}"
        )
        raise AlarmError(message)


def _opened(state: State, size_class: str, book: pd.DataFrame, found: Terms) -> Watch | None:
    """A new watch; None where the class has no loan yet. After a renewal it opens on that day."""
    ended = [w.renewal.on for w in state.watches if w.size_class == size_class and w.renewal is not None]
    if ended:
        return Watch(size_class, max(ended), found)
    return None if book.empty else Watch(size_class, book["granted_on"].min().date(), found)


def _check_models(book: pd.DataFrame, models: Mapping[str, StageModel]) -> None:
    if VERSION not in book:
        return
    foreign = book[book[VERSION].notna() & ~book[VERSION].isin([model.version for model in models.values()])]
    if len(foreign):
        message = (
            f"wanted loans scored by the models of this run; {len(foreign)} were scored by others, first "
            f"{foreign['application_id'].iloc[0]} by {foreign[VERSION].iloc[0]}. They are under another certificate"
        )
        raise AlarmError(message)


def _check_terms(watch: Watch, now: Terms) -> None:
    if watch.terms != now:
        message = (
            f"the certificate of {watch.size_class} is not the one watched since {watch.opened_on}, or the policy of "
            f"the alarm has changed: wanted {watch.terms}, got {now}. End the watch first: techcredit alarm renew"
        )
        raise AlarmError(message)


def _check_left(state: State, promises: Mapping[str, Promise]) -> None:
    for watch in state.watches:
        if watch.renewal is None and watch.size_class not in promises:
            message = (
                f"{watch.size_class} is watched since {watch.opened_on}, and the run no longer certifies it. "
                "End the watch first: techcredit alarm renew"
            )
            raise AlarmError(message)


def _fed(watch: Watch, book: pd.DataFrame, known: Curves, until: date, months: int) -> Watch:
    """The watch after all periods ended by `until`; those fed before must be what the book gives for them again."""
    periods: tuple[Fed, ...] = ()
    for number, (start, end) in enumerate(ended_periods(watch.opened_on, until, months)):
        rows = at_risk(book, known, start, end)
        if number < len(watch.periods):
            _check_same(watch.periods[number], rows, watch.size_class)
            periods = (*periods, watch.periods[number])
        else:
            periods = (*periods, fed(watch.terms, periods, start, end, rows))
    if len(periods) < len(watch.periods):
        message = (
            f"{watch.size_class} was watched until {watch.periods[-1].end}; "
            f"wanted a table that reaches at least so far, got one until {until}"
        )
        raise AlarmError(message)
    return replace(watch, periods=periods)


def _check_same(before: Fed, rows: pd.DataFrame, size_class: str) -> None:
    """Nothing when the rows are those that were fed; bets already settled cannot be settled anew."""
    if fingerprint(rows) != before.fingerprint:
        message = (
            f"{size_class}, {before.start} to {before.end}: this period was fed with {before.loans} loans and "
            f"{before.defaults} defaults and has changed since: the table now gives {len(rows)} and "
            f"{int(rows['defaulted'].sum())}, or other amounts or PDs. What is learnt late bears the day it was learnt"
        )
        raise AlarmError(message)
