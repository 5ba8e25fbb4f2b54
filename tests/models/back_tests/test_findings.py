"""Findings from run to run: what a person wrote stays, what is mended is gone with the day, what returns is open."""

from dataclasses import replace
from datetime import date

import pytest

from models.back_tests.findings import (
    Finding,
    FindingError,
    changed,
    findings_of,
    kept,
    overdue,
    read_findings,
)
from models.back_tests.limits import days_to_mend, limits
from models.back_tests.records import Record, with_verdicts

DAY, LATER = date(2025, 12, 31), date(2026, 6, 30)
LIMITS = limits(DAY)
RECORDS = [
    Record("level", "stage", "startup", 1.5, 0.0001, p_correlated=0.001, loans=1800, defaults=82),
    Record("level", "stage", "growth", 1.1, 0.2, p_correlated=0.6, loans=4000, defaults=120),
    Record("psi_score", "total", "total", 0.12, 0.0, loans=9000),
]


MET = {"level/stage/startup", "psi_score/total/total"}


def fresh(day: date = DAY) -> list[Finding]:
    return findings_of(with_verdicts(RECORDS, LIMITS), day, days_to_mend(day))


def test_an_exceeded_limit_is_a_finding_due_by_its_severity() -> None:
    level, psi = fresh()
    assert (level.id, level.severity, level.due) == ("level/stage/startup", "high", "2026-01-30")
    assert (psi.id, psi.severity, psi.due) == ("psi_score/total/total", "low", "2026-06-29")
    assert level.p_value == pytest.approx(0.0002)  # Holm, of two
    assert (level.status, level.owner, level.note) == ("open", "", "")


def test_what_a_person_wrote_stays_when_the_run_is_made_again() -> None:
    known = changed(fresh(), "level/stage/startup", owner="Li", due=date(2026, 3, 1), status="accepted", note="floor")
    again = kept(known, fresh(LATER), (), LATER)
    assert again[0] == replace(known[0], value=fresh()[0].value)
    assert kept(again, fresh(LATER), (), LATER) == again


def test_what_is_no_longer_exceeded_is_gone_with_the_day_and_stays_so() -> None:
    gone = kept(fresh(), [], MET, LATER)
    assert {(each.status, each.changed_on) for each in gone} == {("gone", "2026-06-30")}
    assert kept(gone, [], MET, date(2027, 1, 1)) == gone


def test_what_can_no_longer_be_tested_is_not_gone() -> None:
    assert kept(fresh(), [], {"level/stage/startup"}, LATER)[0].status == "gone"
    assert kept(fresh(), [], (), LATER) == fresh()


def test_what_returns_is_open_again_with_its_owner() -> None:
    owned = changed(fresh(), "psi_score/total/total", owner="Wang", note="seen")
    back = kept(kept(owned, [], MET, LATER), fresh(date(2026, 9, 30)), (), date(2026, 9, 30))
    mine = next(each for each in back if each.test == "psi_score")
    assert (mine.status, mine.owner, mine.changed_on, mine.found_on) == ("open", "Wang", "2026-09-30", "2025-12-31")


def test_a_closed_finding_opens_when_its_value_is_another() -> None:
    known = changed(fresh(), "psi_score/total/total", status="closed", owner="Li", note="refitted")
    assert {each.status for each in kept(known, fresh(), (), DAY)} == {"open", "closed"}
    moved = [replace(each, value=0.2) for each in fresh(LATER)]
    assert {each.status for each in kept(known, moved, (), LATER)} == {"open"}


def test_an_accepted_finding_opens_when_its_value_is_another() -> None:
    known = changed(fresh(), "level/stage/startup", status="accepted", note="kept high")
    worse = [replace(each, value=9.9) for each in fresh(LATER)]
    assert {each.severity for each in worse} == {"high", "low"}
    back = next(each for each in kept(known, worse, (), LATER) if each.test == "level")
    assert (back.status, back.note, back.due) == ("open", "kept high", worse[0].due)
    assert {each.status for each in kept(known, fresh(LATER), (), LATER)} == {"open", "accepted"}


def test_what_cannot_be_set_is_refused_with_a_sentence() -> None:
    with pytest.raises(FindingError, match="wanted a note that says why it is accepted; got none"):
        changed(fresh(), "psi_score/total/total", status="accepted")
    with pytest.raises(FindingError, match="status of a finding must be one of open, accepted, closed; got 'gone'"):
        changed(fresh(), "psi_score/total/total", status="gone")
    with pytest.raises(
        FindingError, match="finding must be one of level/stage/startup, psi_score/total/total; got 'x'"
    ):
        changed(fresh(), "x", owner="Li")
    with pytest.raises(FindingError, match="is gone since 2026-06-30"):
        changed(kept(fresh(), [], MET, LATER), "psi_score/total/total", status="closed")


@pytest.mark.parametrize(("owner", "note"), [(None, None), ("Li", None), (None, "refitted"), (" ", "refitted")])
def test_a_finding_is_closed_by_an_owner_with_a_note(owner: str | None, note: str | None) -> None:
    with pytest.raises(FindingError, match="wanted an owner and a note that says how it was mended; got owner"):
        changed(fresh(), "psi_score/total/total", status="closed", owner=owner, note=note)


def test_a_due_day_before_the_finding_is_refused_and_one_that_passed_is_overdue() -> None:
    with pytest.raises(FindingError, match="wanted a due day from 2025-12-31 on, when it was found; got 2025-12-30"):
        changed(fresh(), "psi_score/total/total", due=date(2025, 12, 30))
    level = fresh()[0]
    assert [overdue(level, date(2026, 1, day)) for day in (29, 30, 31)] == [False, False, True]
    assert not overdue(replace(level, status="accepted"), date(2026, 1, 31))


def test_an_accepted_finding_keeps_a_reason() -> None:
    known = changed(fresh(), "psi_score/total/total", status="accepted", note="new product")
    with pytest.raises(FindingError, match="wanted a note that says why"):
        changed(known, "psi_score/total/total", note=" ")


@pytest.mark.parametrize("content", [{}, [{"id": "x"}], [{**fresh()[0].plain(), "status": "done"}], ["x"]])
def test_a_register_of_something_else_is_told(content: object) -> None:
    with pytest.raises(FindingError, match=r"findings.json: wanted the JSON register of findings"):
        read_findings(content, "findings.json")


def test_findings_are_read_as_they_were_written() -> None:
    assert read_findings([each.plain() for each in fresh()], "x") == fresh()
