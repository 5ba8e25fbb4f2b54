"""A monitor run again: what it found before must be found again, so that the first day of an excess never moves."""

from collections.abc import Mapping, Sequence
from typing import Any

from models.monitoring.looks import MonitorError
from models.monitoring.record import Record
from scoring.monitoring.certificate import TEST

WATCHED = ("test", "group", "first_month", "month", "value", "limit", "verdict", "size")
"""What a look must give again."""


def check_history(before: Mapping[str, Any], records: Sequence[Record], model: Mapping[str, str], until: str) -> None:
    """Nothing, when every look of the monitor written before, `before`, is among the records as it was.

    Looks that tested nothing may be tested now. The alarm of the certificates keeps its own state.

    Raises
    ------
    MonitorError
        When the monitor before is of another model or a later day, or one of its looks has changed.
    """
    if before.get("model") != dict(model):
        message = (
            f"wanted an empty folder for the monitor of the model {', '.join(model.values())}; the one there is of "
            f"{', '.join(map(str, (before.get('model') or {}).values()))}. Name another --output"
        )
        raise MonitorError(message)
    if str(before["until"]) > until:
        message = f"wanted --until {before['until']} or later: the monitor in the folder reaches so far; got {until}"
        raise MonitorError(message)
    now = {_key(record.plain()): _content(record.plain()) for record in records}
    for known in before["records"]:
        if known["verdict"] == "not_tested" or known["test"] == TEST:
            continue
        if now.get(_key(known)) != _content(known):
            message = (
                f"the look of {known['test']} at {known['group']}, {known['first_month']} to {known['month']}, found "
                f"{known['value']} (limit {known['limit']}) before, and is another one now: batches, outcomes or "
                "limits of the past were changed or left out. Give all of them, or name another --output"
            )
            raise MonitorError(message)


def _key(record: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(record[name] for name in WATCHED[:4])


def _content(record: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(record[name] for name in WATCHED[4:])
