"""`techcredit monitor`: scored batches and what became of them, beside the limits of policy."""

import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from models.monitoring.looks import MonitorError
from models.monitoring.record import Record, first_exceeded
from pipelines.files import read_json, write_json, write_text
from pipelines.registry.versions import UNLABELLED, identity
from policy.errors import MendableError
from reports.monitoring.page import monitor_page
from reports.texts import both
from schemas.checks import Checks
from scoring.alarm_file import open_state
from scoring.bundle import Bundle, open_bundle
from scoring.manifest import SEALED, require_unchanged
from scoring.monitoring.batches import read_batches
from scoring.monitoring.certificate import TEST
from scoring.monitoring.features import from_tables
from scoring.monitoring.history import check_history
from scoring.monitoring.limits import limit_figures, limits_on
from scoring.monitoring.reference import run_reference
from scoring.monitoring.tables import read_table
from scoring.monitoring.watch import Given, Monitored, monitored

FEATURES = Path("features/features.parquet")
JSON, PAGE, ASIDE = "monitor.json", "monitor.html", "set_aside.csv"


class LimitExceededError(MendableError):
    """A limit is exceeded: what a scheduler has to notice, although everything was done."""

    exit_code = 5


@dataclass(frozen=True)
class Asked:
    """Files and days of the command."""

    scores: tuple[Path, ...]
    outcomes: Path | None
    decisions: Path | None
    tables: tuple[Path, ...]
    since: datetime | None
    until: datetime
    reference: Path | None = None


def monitor_model(model: Path, asked: Asked, output: Path, wanted: Checks | None = None) -> None:
    """Make every look that the months until a day allow; write records, page and rows set aside; print what matters.

    Raises
    ------
    LimitExceededError
        When a limit was exceeded in this watch; everything has been written by then.
    MonitorError
        When a file cannot be used, or a look of the monitor written before has changed.
    """
    bundle = open_bundle(model)
    found = monitored(_given(model, bundle, asked, wanted))
    content = plain(found, bundle, asked)
    before = output / JSON
    if before.exists():
        check_history(read_json(before), found.records, content["model"], content["until"])
    found.set_aside.sort_values(["table", "application_id", "reason"]).to_csv(_folder(output) / ASIDE, index=False)
    name = both("monitor.run", run=model.resolve().name, until=content["until"])
    write_text(monitor_page(found, limit_figures(), bundle.procedure.policy_on, name), output / PAGE)
    # Last and whole: the next monitor compares with it.
    write_json(content, output / f"{JSON}.part")
    (output / f"{JSON}.part").replace(before)
    _tell(found, output)
    limit = content["limits"]["set_aside_share"]
    beyond = [sentence(record) for record in first_exceeded(found.records).values()]
    beyond += [
        f"{share:.1%} of the rows of {table} are set aside for a fault, limit {limit:.1%}: the rest may be unlike them"
        for table, share in found.faulty.items()
    ]
    beyond += [
        f"rows of {table} are set aside for a fault in single months, limit {limit:.1%}: "
        + ", ".join(f"{month} {share:.1%}" for month, share in months.items())
        for table, months in found.faulty_months.items()
    ]
    beyond += unseen(found, limit)
    if beyond:
        raise LimitExceededError("; ".join(beyond))


def unseen(found: Monitored, limit: float) -> list[str]:
    """Sentences on what was not looked at, so that nobody takes silence for good news; `limit` is a share."""
    told = []
    if all(record.verdict == "not_tested" for record in found.records):
        told.append("no look with a limit was made: nothing is known of the model in use")
    used = found.accounts[0].used
    if found.with_features is not None and used - found.with_features > limit * used:
        told.append(f"the tables given hold features of {found.with_features} of {used} applications alone")
    return told


def _given(model: Path, bundle: Bundle, asked: Asked, wanted: Checks | None) -> Given:
    versions = {stage: fitted.version for stage, fitted in bundle.models.items()}
    until, since = pd.Timestamp(asked.until), None if asked.since is None else pd.Timestamp(asked.since)
    batches = read_batches(asked.scores, versions, since, until)
    certificates = read_json(model / "thresholds" / "thresholds.json")["certificates"]
    facts = next(iter(bundle.models.values())).facts
    return Given(
        batches,
        run_reference(reference_of(model, asked), limits_on(bundle.procedure.policy_on).reference_months),
        open_state(model),
        sorted(name for name, known in certificates.items() if known["cut_off"] is not None),
        int(facts["period_months"]) * int(facts["window_periods"]),
        until,
        bundle.procedure.policy_on,
        None if asked.outcomes is None else read_table(asked.outcomes),
        None if asked.decisions is None else read_table(asked.decisions),
        from_tables(bundle, asked.tables, batches.used, wanted) if asked.tables else None,
    )


def reference_of(model: Path, asked: Asked) -> Path:
    """Folder of the run whose applications are compared with: the model's own, or `asked.reference`, which is the same.

    Raises
    ------
    MonitorError
        When the folder of the model lacks what is compared with, or the reference is another run.
    """
    wanted = (UNLABELLED, FEATURES) if asked.tables else (UNLABELLED,)
    given = asked.reference
    if given is None:
        lost = [model / path for path in wanted if not (model / path).is_file()]
        if lost:
            message = (
                f"wanted {lost[0]}, which applications are compared with; it is not there. A version of a registry may "
                "lack it: give --reference, the folder of the finished run that the version was registered from"
            )
            raise MonitorError(message)
        return model
    if identity(given) != identity(model):
        message = (
            f"wanted as --reference the finished run that {model} was registered from; {given} is another run (its "
            "manifest is not the same): nothing is compared with it"
        )
        raise MonitorError(message)
    require_unchanged(given, (*SEALED, FEATURES.as_posix()))
    return given


def plain(found: Monitored, bundle: Bundle, asked: Asked) -> dict[str, Any]:
    """What a monitor found as plain data for a JSON file; the same input gives the same content."""
    first = first_exceeded(found.records)
    limits = limits_on(bundle.procedure.policy_on)
    return {
        "model": {stage: fitted.version for stage, fitted in bundle.models.items()},
        "since": str(found.months.ended[0]),
        "until": f"{asked.until:%Y-%m-%d}",
        "looked_until": str(found.months.ended[-1]),
        "limits": vars(limits),
        "exceeded": [record.plain() for record in first.values()],
        "set_aside_exceeded": dict(found.faulty),
        "set_aside_months": {table: dict(months) for table, months in found.faulty_months.items()},
        "months_without_applications": [str(month) for month in found.empty],
        "accounts": [vars(account) | {"aside": dict(account.aside)} for account in found.accounts],
        "applications_not_looked_at": found.not_ended,
        "approved_without_outcome": found.without_outcome,
        "defaults_set_aside": found.lost_defaults,
        "applications_with_features": found.with_features,
        "without_final_decision": found.undecided,
        "overrides_unexplained": found.unexplained,
        "overrides": dict(found.overridden),
        "by_month": found.by_month.to_dict("records"),
        "by_vintage": found.by_vintage.to_dict("records"),
        "by_override": found.by_override.to_dict("records"),
        "vintage_curves": found.curves.to_dict("records"),
        "grade_moves": {"states": found.grades.states, "counts": found.grades.counts.tolist()},
        "roll_rates": None
        if found.rolls is None
        else {"states": found.rolls.states, "counts": found.rolls.counts.tolist()},
        "records": [record.plain() for record in found.records],
    }


def sentence(record: Record) -> str:
    """The first look that exceeded its limit, as one sentence."""
    when = record.month if record.first_month == record.month else f"{record.first_month} to {record.month}"
    counted = (
        "" if record.expected is None else f", {record.defaults} defaults where {record.expected:.1f} were expected"
    )
    return (
        f"{record.test} of {record.group}: first exceeded on {record.on} ({when}): {record.value:.4g}, "
        f"limit {record.limit:.4g}{counted}"
    )


def _folder(output: Path) -> Path:
    output.mkdir(parents=True, exist_ok=True)
    return output


def _tell(found: Monitored, output: Path) -> None:
    say = sys.stdout.write
    for account in found.accounts:
        say(f"{account.line()}\n")
    months = found.months.ended
    tested = sum(record.verdict != "not_tested" for record in found.records)
    say(f"months {months[0]} to {months[-1]}: {tested} looks with a limit\n")
    if found.empty:
        say(
            f"note: no application in {', '.join(map(str, found.empty))}: is a batch left out? "
            "Nothing was looked at in them\n"
        )
    if found.not_ended:
        say(f"note: {found.not_ended} applications are of a month that has not ended; the next monitor looks at them\n")
    if found.without_outcome:
        say(
            f"note: {found.without_outcome} approved applications have no outcome although their window is over: "
            "give the outcome of every loan that was drawn\n"
        )
    if found.lost_defaults:
        say(
            f"note: {found.lost_defaults} defaults are among the outcomes set aside because they cannot be true: "
            "realised defaults are too low by as many\n"
        )
    if found.undecided:
        say(
            f"note: {found.undecided} applications that the system approved or declined have no final decision yet: "
            "they wait, and never count as not overridden\n"
        )
    if found.unexplained:
        say(f"note: {found.unexplained} overrides have no reason or no name; they count all the same\n")
    for group, day in _fed_until(found).items():
        say(f"note: the alarm of {group} was fed until {day}; newer outcomes: techcredit alarm update\n")
    known = {(r.test, r.group) for r in found.records if r.verdict != "not_tested"}
    never = [r for r in found.records if (r.test, r.group) not in known]
    waiting = sorted({f"{r.test} of {r.group} ({r.why})" for r in never})
    for what in waiting[:MOST_TOLD]:
        say(f"not tested: {what}\n")
    if len(waiting) > MOST_TOLD:
        say(f"not tested: {len(waiting) - MOST_TOLD} more, in {JSON}\n")
    for name in (JSON, PAGE, ASIDE):
        say(f"{output / name}\n")


def _fed_until(found: Monitored) -> dict[str, str]:
    """Last day fed of every certificate's alarm that is behind the months of the monitor."""
    last: dict[str, str] = {}
    for record in found.records:
        if record.test == TEST and record.verdict != "not_tested":
            last[record.group] = max(record.on, last.get(record.group, ""))
    end = f"{found.months.ended[-1].end_time:%Y-%m-%d}"
    return {group: day for group, day in last.items() if day < end}


MOST_TOLD = 12
"""Lines of what was not tested that are printed, at most."""
