"""The whole monitor: batches, outcomes and final decisions in; an account of every row and one record per look out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from decisions.alarm_state import State
from models.monitoring.looks import MonitorError, ended_months
from models.monitoring.record import Record
from scoring.monitoring.batches import Batches
from scoring.monitoring.certificate import certificate_records
from scoring.monitoring.features import FromTables, rolls
from scoring.monitoring.known_outcomes import known_outcomes, without_outcome
from scoring.monitoring.limits import limits_on
from scoring.monitoring.looked import Months
from scoring.monitoring.overridden import override_records, with_decision
from scoring.monitoring.overrides import Overrides, overrides
from scoring.monitoring.performance import performance_records, realised
from scoring.monitoring.population import feature_records, population_records, share_records
from scoring.monitoring.reference import RunReference
from scoring.monitoring.set_aside import Account, faulty_months, listed
from scoring.monitoring.vintages import Transitions, grade_transitions, vintage_curves


@dataclass(frozen=True)
class Given:
    """What a monitor is made from. `certified` are the size classes with a certificate; `window` in months."""

    batches: Batches
    run: RunReference
    state: State
    certified: list[str]
    window: int
    until: pd.Timestamp
    policy_on: date
    outcomes: pd.DataFrame | None = None
    decisions: pd.DataFrame | None = None
    tables: FromTables | None = None


@dataclass(frozen=True)
class Monitored:
    """What a monitor found.

    `set_aside` lists the rows not used (table, application_id, reason); `faulty` has the share of rows set aside for a
    fault of the tables where it is above its limit, `faulty_months` that of single months; `empty` are ended months
    without an application; `not_ended` are applications of a month that has not ended, which no look has seen;
    `undecided` those that the system approved or declined without a final decision yet, `unexplained` overrides without
    a reason or a name; `by_vintage` realised beside expected per stage and quarter, `by_override` per kind of final
    decision, `curves` of vintages; `rolls` is None without overdue records.
    """

    months: Months
    records: list[Record]
    accounts: list[Account]
    set_aside: pd.DataFrame
    faulty: Mapping[str, float]
    faulty_months: Mapping[str, Mapping[str, float]]
    empty: Sequence[pd.Period]
    not_ended: int
    without_outcome: int
    lost_defaults: int
    undecided: int
    unexplained: int
    by_month: pd.DataFrame
    by_vintage: pd.DataFrame
    by_override: pd.DataFrame
    overridden: Mapping[str, int]
    curves: pd.DataFrame
    grades: Transitions
    rolls: Transitions | None
    with_features: int | None


def monitored(given: Given) -> Monitored:
    """Every look that the months until the given day allow.

    Raises
    ------
    MonitorError
        When no month has ended, the watch is longer than planned, or outcomes or final decisions cannot be used.
    """
    batches, until = given.batches, given.until
    limits = limits_on(given.policy_on)
    months = _months(batches.used, until, limits.watch_months)
    aside = batches.sifted.aside
    known = (
        None
        if given.outcomes is None
        else known_outcomes(given.outcomes, batches.used, aside, until, given.window, limits.outcome_lag_months)
    )
    changed = None if given.decisions is None else overrides(given.decisions, batches.used, aside, until)
    records = population_records(batches, given.run, limits, months)
    records += share_records(batches, given.run, limits, months)
    records += [] if changed is None else override_records(changed, batches.used, limits, months)
    if given.tables is not None:
        records += feature_records(given.tables.features.drop(columns="application_id"), given.run, limits, months)
    against = set() if changed is None else _of_direction(changed, "approved_against_decline")
    if known is not None:
        records += performance_records(known.loans, against, limits, months)
    records += certificate_records(given.state, given.certified, months)
    loans = pd.DataFrame() if known is None else known.loans
    given_ = ((batches, "as_of"), (known, "known_on"), (changed, "on"))
    parts = [(part.account, part.sifted, day) for part, day in given_ if part is not None]
    accounts = [told for told, _, _ in parts]
    by_table = {told.table: faulty_months(found, day, limits.set_aside_share) for told, found, day in parts}
    return Monitored(
        months,
        sorted(records, key=lambda record: (record.test, record.group, record.month)),
        accounts,
        pd.concat([listed(told.table, found) for told, found, _ in parts], ignore_index=True),
        {each.table: each.faulty for each in accounts if each.faulty > limits.set_aside_share},
        {name: months_ for name, months_ in by_table.items() if months_},
        [month for month, count in zip(months.ended, _by_place(batches.used, months), strict=True) if not count],
        int((months.places(batches.used["month"]) >= len(months.ended)).sum()),
        without_outcome(batches.used, given.outcomes, given.window, until),
        0 if known is None else known.lost_defaults,
        0 if changed is None else int(with_decision(changed, batches.used)["on"].isna().sum()),
        0 if changed is None else changed.unexplained,
        by_month(batches.used),
        realised(loans.assign(vintage=loans["as_of"].dt.to_period("Q")), ["stage", "vintage"]) if len(loans) else loans,
        _by_override(loans, changed),
        {} if changed is None else {str(k): int(v) for k, v in changed.rows["direction"].value_counts().items()},
        vintage_curves(loans),
        grade_transitions(batches.used),
        _rolls(given),
        None if given.tables is None else len(given.tables.features),
    )


def _by_place(used: pd.DataFrame, months: Months) -> list[int]:
    """Applications of every ended month."""
    return months.counts(months.places(used["month"]))


def by_month(used: pd.DataFrame) -> pd.DataFrame:
    """Applications by month: how many, mean PD, and the number of every stage and decision."""
    rows = used.assign(month=used["month"].astype("str"))
    counted = rows.groupby("month").agg(applications=("pd", "size"), mean_pd=("pd", "mean"))
    for name in ("stage", "decision"):
        counted = counted.join(pd.crosstab(rows["month"], rows[name]))
    return counted.reset_index()


def _months(used: pd.DataFrame, until: pd.Timestamp, longest: int) -> Months:
    ended = ended_months(used["as_of"].min(), until)
    if not ended:
        message = (
            f"wanted --until at or after the end of the first month, {used['as_of'].min():%Y-%m}; got {until:%Y-%m-%d}"
        )
        raise MonitorError(message)
    if len(ended) > longest:
        message = (
            f"the watch since {ended[0]} was planned for {longest} months and {len(ended)} have ended. Validate the "
            "model, and begin a new watch with --since and another --output"
        )
        raise MonitorError(message)
    return Months(ended)


def _of_direction(changed: Overrides, direction: str) -> set[str]:
    return set(changed.rows.loc[changed.rows["direction"] == direction, "application_id"])


def _by_override(loans: pd.DataFrame, changed: Overrides | None) -> pd.DataFrame:
    """Realised beside expected of loans approved against the system, referred by it, approved by it."""
    if changed is None or loans.empty:
        return pd.DataFrame()
    against = loans["application_id"].isin(_of_direction(changed, "approved_against_decline"))
    kind = loans["decision"].map({"approve": "approved_by_system", "refer": "referred", "decline": "declined"})
    return realised(loans.assign(kind=kind.mask(against, "approved_against_decline")), ["kind"])


def _rolls(given: Given) -> Transitions | None:
    if given.tables is None or given.tables.conduct is None:
        return None
    return rolls(given.tables.conduct, given.batches.used, given.window, given.until)
