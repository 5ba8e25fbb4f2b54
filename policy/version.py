"""The fingerprint of the policy in force, which every decision carries."""

import hashlib
from pathlib import Path

from policy.loader import FOLDER

DECIDING = (
    "segments",
    "tolerance",
    "stock_flow",
    "economics",
    "rules",
    "zones",
    "master_scale",
    "ip_protection",
    "rd_tax",
    "stage",
    "size_class",
    "windows",
)
"""Policy documents that enter a decision."""


def version(folder: Path = FOLDER) -> str:
    """Short fingerprint of the policy documents that enter a decision; every decision carries it."""
    digest = hashlib.sha256()
    for document in DECIDING:
        digest.update((folder / f"{document}.yaml").read_bytes())
    return digest.hexdigest()[:12]
