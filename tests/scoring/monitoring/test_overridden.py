"""Overrides count with the application they are of, whenever they were decided; without a decision nothing is said."""

import dataclasses
from datetime import date

import pandas as pd
import pytest

from models.monitoring.record import Record
from scoring.monitoring.limits import limits_on
from scoring.monitoring.looked import Months
from scoring.monitoring.overridden import override_records
from scoring.monitoring.overrides import overrides
from tests.scoring.monitoring.books import decisions, scored

LIMITS = dataclasses.replace(limits_on(date(2026, 1, 1)), least_applications=100)
NUMBER = 200
OTHER = {"approve": "decline", "decline": "approve"}


def book(*days: str) -> pd.DataFrame:
    """Applications of several days, half of them approved and half declined by the system."""
    parts = [scored(NUMBER, at * NUMBER, day) for at, day in enumerate(days)]
    table = pd.concat(parts, ignore_index=True)
    table["decision"] = ["approve", "decline"] * (len(table) // 2)
    return table.assign(month=table["as_of"].dt.to_period("M"))


def final(rows: pd.DataFrame, on: str, changed: int = 0) -> pd.DataFrame:
    """Final decisions of all rows on one day, the first `changed` of them against the system."""
    to = [OTHER[d] if at < changed else d for at, d in enumerate(rows["decision"])]
    return decisions(*zip(rows["application_id"], to, [on] * len(rows), strict=True))


def looks(table: pd.DataFrame, used: pd.DataFrame, until: str) -> list[Record]:
    months = Months(list(pd.period_range("2025-01", until, freq="M")))
    changed = overrides(table, used, used.head(0), months.ended[-1].end_time.normalize())
    return override_records(changed, used, LIMITS, months)


@pytest.mark.parametrize("on", ["2025-01-15", "2025-01-31", "2025-02-02", "2025-03-31"])
def test_decisions_within_the_lag_count_in_the_month_of_the_application(on: str):
    used = book("2025-01-15")
    (told,) = looks(final(used, on, 120), used, "2025-03")[:1]
    assert (told.month, told.verdict, told.value, told.size) == ("2025-01", "exceeded", 0.6, NUMBER)


def test_decisions_much_later_count_once_with_their_applications_and_move_no_earlier_look():
    used = book("2025-01-15", "2025-02-10")
    first, second = used[:NUMBER], used[NUMBER:]
    half = final(first[:170], "2025-01-20")
    late = pd.concat([half, final(first[170:], "2025-04-02", 30), final(second, "2025-02-20")])
    before, after = looks(late, used, "2025-03"), looks(late, used, "2025-06")
    tested = [record for record in after if record.verdict != "not_tested"]
    # 30 decided on 2 April are counted in February, which lies two months before: 30 of 230.
    assert [(r.month, r.value, r.size) for r in tested] == [
        ("2025-01", 0.0, 170),
        ("2025-02", round(30 / 230, 8), 230),
    ]
    assert before[0] == after[0]


def test_applications_without_a_final_decision_wait_and_are_never_counted_as_not_overridden():
    used = book("2025-01-15")
    (waits,) = looks(final(used[:40], "2025-01-20", 40), used, "2025-02")
    assert (waits.verdict, waits.why, waits.size) == ("not_tested", "no_decision_yet", 160)
    # Even after the lag: of a month of which most have none nothing is said.
    few = looks(final(used[:120], "2025-01-20"), used, "2025-03")
    assert [(r.verdict, r.why) for r in few if r.month == "2025-01"] == [("not_tested", "no_final_decision")]
    most = looks(final(used[:180], "2025-01-20", 90), used, "2025-03")
    assert (most[0].verdict, most[0].value, most[0].size) == ("exceeded", 0.5, 180)


def test_a_month_is_looked_at_early_when_all_its_decisions_are_there():
    used = book("2025-01-15", "2025-02-10")
    (told, waits) = looks(final(used[:NUMBER], "2025-01-31", 120), used, "2025-02")
    assert (told.month, told.verdict) == ("2025-01", "exceeded")
    assert (waits.first_month, waits.why, waits.size) == ("2025-02", "no_decision_yet", NUMBER)


def test_a_decision_without_a_day_is_no_decision():
    used = book("2025-01-15")
    (first, *_) = looks(final(used, "", 120), used, "2025-04")
    assert (first.verdict, first.value) == ("not_tested", None)


def test_what_a_table_of_overrides_alone_says_is_not_taken_for_the_share():
    used = book("2025-01-15", "2025-02-10", "2025-03-10")
    found = looks(final(used[:150], "2025-01-20", 150), used, "2025-06")
    assert {(r.verdict, r.why) for r in found} <= {
        ("not_tested", "no_final_decision"),
        ("not_tested", "too_few"),
        ("not_tested", "no_decision_yet"),
    }
