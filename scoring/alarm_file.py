"""The state of the alarm in the folder of a run: `alarm/state.json`.

It belongs to the run's folder, yet to no step of the pipeline: a run neither writes nor deletes it, so that a
suspension outlives every new run until a person renews the certificate.

The state is not in the manifest, since it changes after the run; each watch has a chain of its own
(`decisions.alarm_state.links`). Every update feeds all outcomes again and refuses a period that is not the one fed
before. What stops a forger is a signature of its own: where a key is trusted (`scoring.signature`), a state that is not
signed by it is refused. That somebody took the whole folder away, or put an older signed state back, is refused where
HOLDS names a digest of the chain.
"""

import hashlib
import json
import os
from pathlib import Path

from decisions.alarm import AlarmError
from decisions.alarm_state import State, links, opened, plain
from scoring.signature import PrivateKey, require_signed, require_signer, sign, signature_path

HOLDS = "TECHCREDIT_ALARM_HOLDS"
"""Environment variable with digests of the chains of watches, as `techcredit alarm show` prints them, with commas
between them: a state that lacks one is not used."""
SIGNED = "the state of the alarm"
"""What a key signs here, in messages."""


def state_path(run: Path) -> Path:
    """File that holds the state of a run's alarm."""
    return run / "alarm" / "state.json"


def open_state(run: Path) -> State:
    """The state of the run's alarm; an empty one where nothing has been watched yet.

    Raises
    ------
    AlarmError
        When the file is damaged: without it nobody knows which certificates are suspended; or when it lacks what HOLDS
        names.
    SignatureError
        When a key is trusted and the state is not signed by it.
    """
    found = _state(run)
    _require_held(found, state_path(run))
    return found


def _state(run: Path) -> State:
    path = state_path(run)
    if not path.exists():
        if path.parent.exists() and any(path.parent.iterdir()):
            message = (
                f"wanted {path}; its folder holds other files, yet not the state. Restore it, or replay the outcomes"
            )
            raise AlarmError(message)
        return State()
    content = path.read_bytes()
    require_signed(path, content)
    return _opened(path, content)


def _require_held(state: State, path: Path) -> None:
    """Nothing, when the chains of the state have every digest that HOLDS names, or that names none.

    Raises
    ------
    AlarmError
        When one is not there, or has fewer than 12 digits: somebody took the state away, or put an older one back.
    """
    if HOLDS not in os.environ:
        return
    known = [link for watch in state.watches for link in links(watch)]
    for wanted in (each.strip().lower() for each in os.environ[HOLDS].split(",")):
        if len(wanted) < 12 or not any(link.startswith(wanted) for link in known):
            message = (
                f"{path}: wanted a watch with digest {wanted or 'nothing'} (12 digits or more), as {HOLDS} asks; none "
                "has it. Restore the latest state, or mend the variable"
            )
            raise AlarmError(message)


def _opened(path: Path, content: bytes) -> State:
    try:
        return opened(json.loads(content))
    except (ValueError, RecursionError) as error:
        message = f"{path}: {error}. Restore it, or move the folder {path.parent} away and replay the outcomes"
        raise AlarmError(message) from error


def digest(run: Path) -> str | None:
    """SHA-256 of the state of the run's alarm; None where nothing has been watched yet."""
    path = state_path(run)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def sign_state(run: Path, key: PrivateKey) -> Path | None:
    """Sign the state of the run's alarm as it is, and give the signature's path; None where nothing has been watched.

    Raises
    ------
    AlarmError
        When the file is damaged.
    """
    path = state_path(run)
    if not path.exists():
        return None
    _opened(path, path.read_bytes())
    return sign(path, key)


def write_state(state: State, run: Path, key: PrivateKey | None = None) -> Path:
    """Write the state, whole or not at all, signed where a key is given, and give its file back.

    Raises
    ------
    SignatureError
        When a key is trusted, and `key` is not the private one to it; nothing has been written then.
    """
    require_signer(key, SIGNED)
    path = state_path(run)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(plain(state), indent=1, ensure_ascii=False) + "\n", encoding="utf8")
    signature_path(path).unlink(missing_ok=True)  # of the state before: it does not fit this one
    part.replace(path)
    if key is not None:
        sign(path, key)
    return path
