"""What an execution stands on: commit, entries of dvc.lock, name of the experiment; and the name it gets from that."""

import hashlib
import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

SHORT = 7
"""Digits of a commit in the name of a run."""
NAMED = 2
"""Parameters that changed, in the name of a run at most."""


@dataclass(frozen=True)
class State:
    """Commit in full; whether tracked files other than dvc.lock were changed since; DVC's name of the experiment.

    `lock` is the digest of the entries of dvc.lock that the run stands on. Each is None where there is none.
    """

    commit: str | None
    changed: bool
    experiment: str | None
    lock: str | None

    def tags(self) -> dict[str, str]:
        """These facts as tags of a run; those that are not known are left out."""
        known = {"commit": self.commit, "dvc_experiment": self.experiment, "dvc_lock": self.lock}
        told = {name: value for name, value in known.items() if value is not None}
        return told if self.commit is None else {**told, "files_changed": str(self.changed).lower()}

    def known_to_mlflow(self) -> dict[str, str]:
        """The tags that MLflow shows as source and version of a run, without a path of this machine."""
        told = {"mlflow.source.type": "LOCAL", "mlflow.source.name": "pipelines/track.py"}
        return told if self.commit is None else {**told, "mlflow.source.git.commit": self.commit}


def state(root: Path, read: Iterable[Path]) -> State:
    """State of the project in `root` for a step that reads the paths `read`."""
    commit = _git(root, "rev-parse", "HEAD")
    told = _git(root, "status", "--porcelain", "--untracked-files=no") if commit else None
    files = [line[3:] for line in (told or "").splitlines()]
    lock = root / "dvc.lock"
    entries = yaml.load(lock.read_text(encoding="utf8"), Loader=yaml.CSafeLoader)["stages"] if lock.exists() else {}
    named = os.environ.get("DVC_EXP_NAME") or None
    return State(commit, any(name != "dvc.lock" for name in files), named, lock_digest(entries, read))


def _git(root: Path, *arguments: str) -> str | None:
    """What git says in `root`; None where it says nothing: no repository, or none with a commit."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.rstrip("\n") if done.returncode == 0 else None


def lock_digest(entries: Mapping[str, Mapping[str, Any]], read: Iterable[Path]) -> str | None:
    """First 16 hexadecimal digits of the SHA-256 of all entries of dvc.lock behind the paths `read`; None without any.

    DVC writes the entry of a step when it ends, and steps of other sources lie in the same file: so a digest of the
    file would not be that of the commit. The same entries give the same digest at any later time.
    """
    found: dict[str, Mapping[str, Any]] = {}
    waiting = [path.as_posix() for path in read]
    while waiting:
        path = waiting.pop()
        for name, entry in entries.items():
            if name not in found and any(_same_tree(path, out["path"]) for out in entry.get("outs", ())):
                found[name] = entry
                waiting += [dep["path"] for dep in entry.get("deps", ())]
    text = json.dumps(found, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16] if found else None


def _same_tree(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def run_name(source: str, built_on: str, here: State, changes: Mapping[str, object]) -> str:
    """Readable name of a run: source, day the models were built on, experiment or commit, and what changed.

    A `+` after the commit says that files were changed since. `changes` are the parameters that differ from the run
    before; more than NAMED are counted.
    """
    where = here.experiment or (here.commit[:SHORT] + "+" * here.changed if here.commit else "no commit")
    told = [f"{name}={value}" for name, value in changes.items()][:NAMED]
    more = [f"{len(changes) - NAMED} more"] if len(changes) > NAMED else []
    return " ".join([source, built_on, where, *told, *more])
