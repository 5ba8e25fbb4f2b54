"""Findings: one per exceeded limit, the same from run to run, with owner, due day, status and note of a person."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from models.back_tests.limits import SEVERITIES
from models.back_tests.records import Record
from policy.errors import MendableError
from policy.readable import words

STATUSES = ("open", "accepted", "closed", "gone")
"""Status of a finding: `accepted` needs a reason, `closed` an owner too; `gone`, limit met again, is set by a run."""
SET_BY_HAND = ("open", "accepted", "closed")


class FindingError(MendableError):
    """A finding is not there, or cannot be changed so."""


@dataclass(frozen=True)
class Finding:
    """An exceeded limit: its test and group, value and limit, severity, and what a person said about it.

    `found_on` is the day the run stands for, `due` the day by which it is to be mended, `changed_on` the day a run last
    changed the status, both as ISO days; `p_value` is the one adjusted by Holm.
    """

    id: str
    test: str
    dimension: str
    group: str
    value: float | None
    limit: float | None
    severity: str
    found_on: str
    due: str
    owner: str = ""
    status: str = "open"
    note: str = ""
    p_value: float | None = None
    changed_on: str = ""

    def plain(self) -> dict[str, Any]:
        """The finding as plain data."""
        return asdict(self)


def findings_of(records: Iterable[Record], day: date, days_to_mend: Mapping[str, int]) -> list[Finding]:
    """Findings of the records whose limit is exceeded, found on `day`, most severe first."""
    found = [_finding(record, day, days_to_mend) for record in records if record.verdict == "exceeded"]
    return ordered(found)


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Findings with the most severe first, then by name."""
    return sorted(findings, key=lambda each: (-SEVERITIES.index(each.severity), each.id))


def _finding(record: Record, day: date, days_to_mend: Mapping[str, int]) -> Finding:
    severity = str(record.severity)
    return Finding(
        id=name_of(record.test, record.dimension, record.group),
        test=record.test,
        dimension=record.dimension,
        group=record.group,
        value=record.value,
        limit=record.limit,
        severity=severity,
        found_on=day.isoformat(),
        due=(day + timedelta(days=days_to_mend[severity])).isoformat(),
        p_value=record.p_holm,
        changed_on=day.isoformat(),
    )


def kept(known: Sequence[Finding], fresh: Sequence[Finding], met: Collection[str], day: date) -> list[Finding]:
    """Findings known before, brought up to date with those of a run on `day`; asked again, the same.

    `met` names the tests that met their limit in this run, as findings are named (see `name_of`).

    A finding that is there again keeps owner, note, status, due day and the day it was found, and takes value,
    limit and severity of the run. It is open again where it was gone, and where it was closed or accepted and its
    value is another: whoever accepted it accepted what it was then. One whose limit is met is gone, with the day;
    one whose test gave no verdict stays as it is: that nothing could be tested mends nothing.
    """
    before, now = {each.id: each for each in known}, {each.id: each for each in fresh}
    found = [_again(before[each.id], each) if each.id in before else each for each in fresh]
    found += [_gone(each, day) if each.id in met else each for each in known if each.id not in now]
    return ordered(found)


def name_of(test: str, dimension: str, group: str) -> str:
    """Name of the finding of a test in a group, the same in every run.

    >>> name_of("level", "stage", "startup")
    'level/stage/startup'
    """
    return f"{test}/{dimension}/{group}"


def _gone(known: Finding, day: date) -> Finding:
    return known if known.status == "gone" else replace(known, status="gone", changed_on=day.isoformat())


def _again(known: Finding, fresh: Finding) -> Finding:
    anew = known.status == "gone" or (known.status in ("closed", "accepted") and known.value != fresh.value)
    same = replace(fresh, owner=known.owner, note=known.note, found_on=known.found_on)
    if anew:
        return replace(same, due=fresh.due, status="open", changed_on=fresh.changed_on)
    return replace(same, due=known.due, status=known.status, changed_on=known.changed_on)


def changed(
    known: Sequence[Finding],
    name: str,
    owner: str | None = None,
    due: date | None = None,
    status: str | None = None,
    note: str | None = None,
) -> list[Finding]:
    """The findings with one of them changed by a person; what is None stays.

    Raises
    ------
    FindingError
        When there is no finding of that name, the status is none that a person sets, the finding is gone, it is due
        before it was found, accepted without a note that says why, or closed without an owner and a note that says
        how, or owner or note is no line of words.
    """
    mine = next((each for each in known if each.id == name), None)
    if mine is None:
        listed = ", ".join(each.id for each in known) or "none"
        message = f"finding must be one of {listed}; got {name!r}"
        raise FindingError(message)
    if status is not None and status not in SET_BY_HAND:
        message = f"status of a finding must be one of {', '.join(SET_BY_HAND)}; got {status!r}"
        raise FindingError(message)
    if status is not None and mine.status == "gone":
        message = f"finding {name} is gone since {mine.changed_on}: its limit is met; wanted no status"
        raise FindingError(message)
    asked: dict[str, Any] = {"owner": owner, "due": due.isoformat() if due else None, "status": status, "note": note}
    after = replace(mine, **{key: value for key, value in asked.items() if value is not None})
    if after.status == "accepted" and not words(after.note):
        message = f"finding {name}: wanted a note that says why it is accepted; got none"
        raise FindingError(message)
    if after.status == "closed" and not (words(after.owner) and words(after.note)):
        message = f"finding {name}: wanted an owner and a note that says how it was mended; got {_said(after)}"
        raise FindingError(message)
    if due is not None and after.due < after.found_on:
        message = f"finding {name}: wanted a due day from {after.found_on} on, when it was found; got {after.due}"
        raise FindingError(message)
    for key, said in (("owner", owner), ("note", note)):
        if said and not words(said):
            message = f"{key} of finding {name}: wanted one line with words that can be seen; got {said!a:.100}"
            raise FindingError(message)
    return [after if each.id == name else each for each in known]


def _said(finding: Finding) -> str:
    return f"owner {finding.owner.strip() or 'none'}, note {finding.note.strip() or 'none'}"


def overdue(finding: Finding, day: date) -> bool:
    """Whether a finding is open and was to be mended before `day`."""
    return finding.status == "open" and finding.due < day.isoformat()


def read_findings(content: Any, where: str) -> list[Finding]:
    """Findings from plain data of the register `where`.

    Raises
    ------
    FindingError
        When the data are no list of findings.
    """
    names = {known.name for known in fields(Finding)}
    whole = isinstance(content, list) and all(isinstance(each, dict) and set(each) == names for each in content)
    if not whole or any(each["status"] not in STATUSES or each["severity"] not in SEVERITIES for each in content):
        message = f"{where}: wanted the JSON register of findings; got something else. Restore it, or begin anew"
        raise FindingError(message)
    return [Finding(**each) for each in content]
