"""Scored batches as `techcredit score` writes them: their applications, once each, and those that got no decision."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from models.monitoring.looks import MonitorError
from policy.digests import sha256
from scoring.monitoring.set_aside import Account, Sifted, account, sifted
from scoring.monitoring.tables import distinct, read_table, with_columns
from scoring.output.target import MANIFEST, REJECTS

SCORED = (
    "application_id",
    "enterprise_id",
    "as_of",
    "stage",
    "size_class",
    "pd",
    "decision",
    "rule",
    "fired",
    "grade",
    "model_version",
)
"""Columns of a score that a monitor reads."""


class Told(NamedTuple):
    """What the manifest of a batch tells: the SHA-256 of its files by name, and how many applications are rejected."""

    files: Mapping[str, str]
    rejected: int | None


@dataclass(frozen=True)
class Batches:
    """Applications of all batches that are used, in order of application_id, with their `month`; and the rejected ones.

    `rejects` has application_id and month; None where a batch has no file of rejected applications beside it.
    """

    used: pd.DataFrame
    rejects: pd.DataFrame | None
    sifted: Sifted
    account: Account


def read_batches(
    paths: Sequence[Path], versions: Mapping[str, str], since: pd.Timestamp | None, until: pd.Timestamp
) -> Batches:
    """The applications of the batches decided by the models of the run, `versions` by stage, from `since` to `until`.

    Applications of other versions, of other days or without a PD are set aside.

    Raises
    ------
    MonitorError
        When a batch cannot be read or was changed, an application has two scores that differ, or none is used.
    """
    read = [_batch(path) for path in paths]
    whole = pd.concat([scored for scored, _ in read], ignore_index=True)
    own = whole["stage"].map(versions) == whole["model_version"]
    # An application may have been scored by an older model too: only two scores of this one contradict each other.
    mine, same = distinct(whole[own], "the scored batches")
    others = whole[~own].drop_duplicates()
    rows, duplicates = pd.concat([mine, others], ignore_index=True), same + int((~own).sum()) - len(others)
    by_another = pd.Series(rows.index >= len(mine), index=rows.index)
    reasons = {"after_until": rows["as_of"] > until}
    if since is not None:
        reasons["before_the_watch"] = rows["as_of"] < since
    reasons |= {
        "scored_by_both": by_another & rows["application_id"].isin(mine["application_id"]),
        "other_model_version": by_another,
        "without_pd": ~((rows["pd"] > 0) & (rows["pd"] < 1)) | rows["as_of"].isna(),
    }
    found = sifted(rows, reasons)
    if found.used.empty:
        told = account("applications", len(rows) + duplicates, duplicates, found).line()
        message = f"wanted applications scored by the models of this run until {until:%Y-%m-%d}; {told}"
        raise MonitorError(message)
    used = found.used.assign(month=found.used["as_of"].dt.to_period("M"))
    rejects = [rejected for _, rejected in read]
    kept = None
    if not any(r is None for r in rejects):
        kept = _rejects([r for r in rejects if r is not None], used["as_of"].min().to_period("M").start_time, until)
    return Batches(used, kept, found, account("applications", len(rows) + duplicates, duplicates, found))


def _batch(path: Path) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Scores of one batch and its rejected applications (application_id, as_of), None where no such file is there."""
    if path.is_dir():
        manifest, rejects = path / MANIFEST, path / REJECTS / "applications.parquet"
        if not manifest.is_file():
            message = f"wanted a folder of scores with its {MANIFEST}; {path} has none"
            raise MonitorError(message)
        told = _told(manifest)
        files = [path / name for name in _checked(told.files, path)]
    else:
        manifest, rejects = (path.with_name(f"{path.name}.{name}") for name in (MANIFEST, "rejects.parquet"))
        told = _told(manifest) if manifest.is_file() else Told({}, None)
        _checked(told.files, path.parent)
        files = [path]
    if not files:
        message = f"wanted scores in {path}; the batch has none"
        raise MonitorError(message)
    scored = pd.concat([with_columns(read_table(f), SCORED, ("as_of",), str(f)) for f in files], ignore_index=True)
    scored["fired"] = scored["fired"].fillna("").astype("str")
    return scored, _rejected(rejects, told.rejected, scored)


def _rejected(path: Path, wanted: int | None, scored: pd.DataFrame) -> pd.DataFrame | None:
    """The `wanted` rejected applications beside the scores of a batch (any number where None), None without a file."""
    if not path.is_file():
        if wanted:
            message = f"wanted the {wanted} rejected applications of the batch in {path}; it is not there"
            raise MonitorError(message)
        return None
    rows = read_table(path)
    if not {"application_id", "as_of"} <= set(rows.columns) or (wanted is not None and len(rows) != wanted):
        message = (
            f"wanted the rejected applications of the batch, {'' if wanted is None else f'{wanted} rows '}with "
            f"application_id and as_of, in {path}; got {len(rows)} rows with {', '.join(map(str, rows.columns[:5]))}"
        )
        raise MonitorError(message)
    # A day that is missing, or none of the batch's, may be why the application was rejected.
    last = scored["as_of"].max()
    days = pd.to_datetime(rows["as_of"], errors="coerce").fillna(last).clip(scored["as_of"].min(), last)
    return rows.assign(as_of=days, application_id=rows["application_id"].astype("str"))


def _told(manifest: Path) -> Told:
    """What the manifest of a batch tells."""
    try:
        content = json.loads(manifest.read_text(encoding="utf8"))
        files = {str(name): str(entry["sha256"]) for name, entry in content["files"].items()}
        counts = content.get("applications")
        return Told(files, None if counts is None else int(counts["rejected"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"wanted the manifest of a batch in {manifest}; it cannot be read ({error!r:.150})"
        raise MonitorError(message) from error


def _checked(found: Mapping[str, str], folder: Path) -> list[str]:
    """Names of the files of a batch, when each is as it was written."""
    for name, digest in found.items():
        if not (folder / name).is_file() or sha256(folder / name) != digest:
            message = f"wanted {folder / name} as its manifest says; it is not there, or was changed since"
            raise MonitorError(message)
    return sorted(found)


def _rejects(parts: Sequence[pd.DataFrame], first: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Rejected applications of the watch, one that several batches rejected alike once; `row` is its place in each."""
    rows = pd.concat(parts, ignore_index=True)
    content = rows.drop(columns="row", errors="ignore").map(str)  # the broken rules are a list
    rows = rows[~(content.duplicated() & rows["application_id"].notna())]
    rows = rows[rows["as_of"].between(first, until)]
    return rows.assign(month=rows["as_of"].dt.to_period("M")).reset_index(drop=True)
