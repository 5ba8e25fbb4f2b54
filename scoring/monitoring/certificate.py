"""The alarm of the certificates as records: what the watches of the run say until a day, never computed anew."""

import pandas as pd

from decisions.alarm_state import State
from models.monitoring.looks import Look
from models.monitoring.record import Record
from policy.digits import rounded_number
from scoring.monitoring.looked import Months

TEST = "certificate"


def certificate_records(state: State, certified: list[str], months: Months) -> list[Record]:
    """One record per period of every open watch that ended in the months, and one per certified class without any.

    The capital of a period is compared with the level of the alarm; what was fed is told by `techcredit alarm update`.
    """
    last = months.ended[-1].end_time.normalize()
    found = list[Record]()
    for watch in state.watches:
        if watch.renewal is not None:
            continue
        for period in watch.periods:
            if pd.Timestamp(period.end) <= last:
                limit, value = rounded_number(watch.terms.level), period.capital
                verdict = "exceeded" if value >= limit else "met"
                first, month = (f"{day:%Y-%m}" for day in (period.start, period.end))
                found.append(
                    Record(
                        TEST,
                        watch.size_class,
                        first,
                        month,
                        str(period.end),
                        value,
                        limit,
                        verdict,  # type: ignore[arg-type]  # one of two literals
                        period.loans,
                        period.defaults,
                    )
                )
    told = {record.group for record in found}
    whole = Look(0, len(months.ended) - 1)
    return found + [months.record(TEST, name, whole, 0, None, "not_fed") for name in certified if name not in told]
