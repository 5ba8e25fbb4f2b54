"""`techcredit sign`: a signature of what a finished run left, and of the state of its alarm."""

import sys
from pathlib import Path

from scoring.alarm_file import sign_state
from scoring.manifest import MANIFEST, ON_MEMOS, SEALED, require_unchanged
from scoring.signature import PrivateKey, name_of, sign


def sign_run(model: Path, key: PrivateKey) -> None:
    """Sign the manifest of the run in the folder `model`, and the state of its alarm where there is one.

    Raises
    ------
    ModelError
        When a file is not the one that the run left: what was changed is not signed.
    AlarmError
        When the state of the alarm is damaged; nothing has been signed then.
    """
    require_unchanged(model, (*SEALED, *ON_MEMOS), signed=False)
    written = [sign_state(model, key), sign(model / MANIFEST, key)]
    sys.stdout.write(f"signed by the key {name_of(key.public_key())}\n")
    sys.stdout.writelines(f"{path}\n" for path in written if path is not None)
