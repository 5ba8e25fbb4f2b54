"""The manifest of a run: the SHA-256 of every file that a score or a memo depends on, checked before one is opened."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from models.errors import ModelError
from policy.digests import sha256
from scoring.signature import require_signed

SEALED = (
    "models",
    "features/features.json",
    "features/peers.parquet",
    "features/peer_quantiles.parquet",
    "acceptance",
    "thresholds",
    "evaluation/scores.parquet",
)
"""Files and folders of a run that a score, a page or an alarm depends on.

The policy and the catalogue are compared by their versions.
"""
ON_MEMOS = ("explanations", "valid", "features/features.parquet", "features/not_applicable.parquet")
"""What memos of the run's own applications tell beside that; a score needs none of it."""
MANIFEST = Path("manifest/manifest.json")


def digests(folder: Path, parts: Sequence[str] = SEALED) -> dict[str, str]:
    """SHA-256 of every file of `parts` under the folder of a run, by its path in it, in order.

    Raises
    ------
    ModelError
        When one of them is not there.
    """
    found = {}
    for part in parts:
        path = folder / part
        if not path.exists():
            message = f"wanted {path}, which a finished run leaves; it is not there. Run `techcredit run` first."
            raise ModelError(message)
        for file in [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file()):
            found[file.relative_to(folder).as_posix()] = sha256(file)
    return found


def require_unchanged(folder: Path, parts: Sequence[str] = SEALED, *, signed: bool = True) -> None:
    """Nothing, when every file of `parts`, those that a score depends on, is the one the run left.

    `signed` False asks for no signature: for the one who is about to sign.

    Raises
    ------
    ModelError
        When there is no manifest, it cannot be read, or a file was changed, added or taken away: the first of them is
        named.
    SignatureError
        When a key is trusted and the manifest is not signed by it (`scoring.signature`).
    """
    path = folder / MANIFEST
    if not path.exists():
        message = f"wanted {path}, which a finished run leaves; it is not there. Run `techcredit run` first."
        raise ModelError(message)
    content = path.read_bytes()
    if signed:
        require_signed(path, content)
    try:
        sealed: Mapping[str, str] = json.loads(content)["files"]
        wanted = {name: digest for name, digest in sealed.items() if _belongs(name, parts)}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"{path}: wanted the digests of the files of a run; got something else"
        raise ModelError(message) from error
    found = digests(folder, parts)
    for said, names in (
        ("was changed after the run", [name for name in found if name in wanted and found[name] != wanted[name]]),
        ("is not one that the run left", [name for name in found if name not in wanted]),
        ("is not there any more", [name for name in wanted if name not in found]),
    ):
        if names:
            others = f", and {len(names) - 1} more" if len(names) > 1 else ""
            message = (
                f"{folder / names[0]} {said}{others}: nothing is scored with it. "
                "Restore the files, or run `techcredit run` again"
            )
            raise ModelError(message)


def _belongs(name: str, parts: Sequence[str]) -> bool:
    return any(name == part or name.startswith(f"{part}/") for part in parts)
