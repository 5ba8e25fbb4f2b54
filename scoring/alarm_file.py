"""The state of the alarm in the folder of a run: `alarm/state.json`.

It belongs to the run's folder, yet to no step of the pipeline: a run neither writes nor deletes it, so that a
suspension outlives every new run until a person renews the certificate.

The state is not in the manifest, since it changes after the run, and holds no chain of hashes: every update feeds all
outcomes again and refuses a period that is not the one fed before, and a chain in the same folder could be made anew by
whoever may write there. What stops a forger is a signature of its own: where a key is trusted (`scoring.signature`), a
state that is not signed by it is refused. That somebody took the whole folder away, or put an older signed state back,
shows only in the digest of the state, which every summary of `score` holds.
"""

import hashlib
import json
from pathlib import Path

from decisions.alarm import AlarmError
from decisions.alarm_state import State, opened, plain
from scoring.signature import PrivateKey, require_signed, require_signer, sign, signature_path

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
        When the file is damaged: without it nobody knows which certificates are suspended.
    SignatureError
        When a key is trusted and the state is not signed by it.
    """
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
