"""The state of the alarm in the folder of a run: `alarm/state.json`.

It belongs to the run's folder, yet to no step of the pipeline: a run neither writes nor deletes it, so that a
suspension outlives every new run until a person renews the certificate.
"""

import json
from pathlib import Path

from decisions.alarm import AlarmError
from decisions.alarm_state import State, opened, plain


def state_path(run: Path) -> Path:
    """File that holds the state of a run's alarm."""
    return run / "alarm" / "state.json"


def open_state(run: Path) -> State:
    """The state of the run's alarm; an empty one where nothing has been watched yet.

    Raises
    ------
    AlarmError
        When the file is damaged: without it nobody knows which certificates are suspended.
    """
    path = state_path(run)
    if not path.exists():
        if path.parent.exists() and any(path.parent.iterdir()):
            message = (
                f"wanted {path}; its folder holds other files, yet not the state. Restore it, or replay the outcomes"
            )
            raise AlarmError(message)
        return State()
    try:
        return opened(json.loads(path.read_text(encoding="utf8")))
    except ValueError as error:
        message = f"{path}: {error}. Restore it, or move the folder {path.parent} away and replay the outcomes"
        raise AlarmError(message) from error


def write_state(state: State, run: Path) -> Path:
    """Write the state, whole or not at all, and give its file back."""
    path = state_path(run)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(plain(state), indent=1, ensure_ascii=False) + "\n", encoding="utf8")
    part.replace(path)
    return path
