"""What a batch is made from, as fingerprints: the key of its journal, and what its manifest says."""

import hashlib
import json
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

from features.version import version as catalogue
from policy.digests import sha256
from schemas.bank_suites import BankSuite
from schemas.conform import BadTableError
from schemas.folder import refuse_other_folders
from schemas.gaps import FILE, REJECTS
from schemas.parts import parts_of
from schemas.tables import TABLES
from scoring.bundle import Bundle
from scoring.manifest import MANIFEST
from scoring.output.columns import SCHEMA


def product() -> str:
    """Version of the product; that of a bare checkout is not known."""
    try:
        return installed("techcredit")
    except PackageNotFoundError:
        return "not installed"


def inputs(tables: Path) -> dict[str, dict[str, Any]]:
    """Size [bytes] and SHA-256 of every file of the folder that a batch reads, by its path in it.

    Raises
    ------
    BadTableError
        When a table lies there under another name than its own, or as another kind of file, and would not be read.
    """
    refuse_other_folders(tables)
    refuse_other_files(tables)
    return {
        path.relative_to(tables).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256(path)}
        for path in _files(tables)
    }


def refuse_other_files(tables: Path) -> None:
    """Nothing, where no table lies in the folder as a file that is not read, such as one of CSV, and only so.

    Raises
    ------
    BadTableError
        When one does: the enterprises would be decided without it.
    """
    for path in sorted(tables.iterdir()) if tables.is_dir() else ():
        name = path.stem.casefold()
        if name in TABLES and path.is_file() and not (tables / f"{name}.parquet").exists():
            message = (
                f"wanted table {name} as {name}.parquet; {path} is another file, which is not read. Files of a bank "
                "become tables by `techcredit import`"
            )
            raise BadTableError(message)


def _files(tables: Path) -> list[Path]:
    """The files of the folder that a batch reads, as far as they are there."""
    named = [tables / f"{name}.parquet" for name in TABLES]
    files = [part for path in named for part in (parts_of(path) if path.is_dir() else [path])]
    return [path for path in (*files, tables / FILE, *sorted((tables / REJECTS).glob("*.parquet"))) if path.is_file()]


def stamps(tables: Path) -> dict[str, tuple[int, ...]]:
    """What the file system says of every file that a batch reads, to see that none was changed, added or taken away."""
    known = {path.relative_to(tables).as_posix(): path.stat() for path in _files(tables)}
    return {name: (of.st_ino, of.st_size, of.st_mtime_ns, of.st_ctime_ns) for name, of in known.items()}


def versions(bundle: Bundle, run: Path | None) -> dict[str, Any]:
    """Versions that decide: product, catalogue, policy, models, their data, the manifest of the run."""
    sealed = None if run is None or not (run / MANIFEST).is_file() else sha256(run / MANIFEST)
    return {
        "product": product(),
        "catalogue": catalogue(),
        "policy": bundle.policy_version,
        "models": {stage: model.version for stage, model in bundle.models.items()},
        "training_data": {stage: model.facts["data"] for stage, model in bundle.models.items()},
        "run": sealed,
        "procedure": _digest([bundle.procedure.facts(), [repr(each) for each in bundle.procedure.suspensions]]),
        "columns": _digest([str(field) for field in SCHEMA]),
    }


def suites(bank: tuple[BankSuite, ...]) -> str:
    """Fingerprint of the bank's own expectations."""
    return _digest([asdict(each) for each in bank])


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:16]
