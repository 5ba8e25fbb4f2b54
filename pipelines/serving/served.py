"""The run that a server decides by: opened once, and again when its manifest or its alarm has changed."""

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from decisions.suspension import standing
from pipelines.granted import held_back
from pipelines.serving.answers import plain
from pipelines.serving.warm import warm
from policy.digests import sha256
from policy.errors import MendableError
from policy.guarded import UnreadableError, load_json
from policy.strict import refuse_assumed
from schemas.checks import Checks
from scoring.alarm_file import digest
from scoring.bundle import Bundle, open_bundle
from scoring.fingerprints import versions
from scoring.manifest import MANIFEST
from scoring.one import RequestError, day_of, decide_one

KEYS = ("tables", "extracted_on")


class RunChangedError(MendableError):
    """The run was changed after the server began, and cannot be used any more."""


@dataclass
class Served:
    """A run, the ledger where there is one, and the checks; `strict` refuses assumed policy figures.

    Requests follow each other: the engine, the explainer and pandas use every core by themselves, and one request at a
    time cannot change what another one reads.
    """

    run: Path
    checks: Checks = field(default_factory=Checks)
    ledger: str | None = None
    strict: bool = False
    _bundle: Bundle | None = None
    _mark: tuple[str | None, ...] = ()
    _one: threading.Lock = field(default_factory=threading.Lock)

    def bundle(self) -> Bundle:
        """The bundle in force now; one that is opened anew is warmed up first, so that no answer waits for it.

        Raises
        ------
        MendableError
            When the run, its alarm or the ledger cannot be used.
        """
        mark = (_digest(self.run / MANIFEST), digest(self.run))
        if self._bundle is None or mark != self._mark:
            self._bundle = None
            found = open_bundle(self.run)
            if self.strict:
                refuse_assumed(found.assumed)
            warm(found, self.checks)
            self._bundle, self._mark = found, mark
        return self._bundle if self.ledger is None else held_back(self._bundle, self.ledger)

    def versions(self) -> dict[str, Any]:
        """Versions of product, catalogue, policy, models, and of the state of the alarm."""
        with self._one:
            bundle = self._now()
            return {**versions(bundle, self.run), "alarm_state": self._mark[1]}

    def answer(self, body: bytes) -> dict[str, Any]:
        """The answer to a request as plain data.

        Raises
        ------
        UnreadableError
            When the body is no JSON, or holds a key twice.
        RequestError, BadTableError
            When the tables cannot be used.
        RunChangedError
            When the run can no longer be used.
        """
        tables, day = _asked(_read(body))
        with self._one:
            bundle = self._now()
            answer = decide_one(bundle, tables, day, self.checks)
            told = {**versions(bundle, self.run), "alarm_state": self._mark[1]}
        suspended = standing(bundle.procedure.suspensions)
        return {**plain(answer), "suspended": suspended, "assumed": len(bundle.assumed), "versions": told}

    def _now(self) -> Bundle:
        try:
            return self.bundle()
        except (MendableError, OSError) as error:
            message = f"the run can no longer be used: {error}"
            raise RunChangedError(message) from error


def _read(body: bytes) -> Any:
    """The JSON of a body; what its parser says of other ones is put into words of ours."""
    try:
        return load_json(body)
    except UnreadableError as error:
        cause = error.__cause__
        if isinstance(cause, json.JSONDecodeError):
            told = f"it is none: line {cause.lineno}, column {cause.colno}"
        elif isinstance(cause, UnicodeDecodeError):
            told = f"it is no text in UTF-8 (byte {cause.start + 1})"
        elif isinstance(cause, ValueError):
            told = "it holds a number of thousands of digits"  # the one other refusal of Python's parser
        else:
            told = str(error)
        message = f"wanted JSON as the body; {told}"
        raise UnreadableError(message) from error


def _asked(content: Any) -> tuple[Any, pd.Timestamp | None]:
    if not isinstance(content, dict) or "tables" not in content or not set(content) <= set(KEYS):
        got = ", ".join(map(str, content))[:80] if isinstance(content, dict) else type(content).__name__
        message = f"wanted an object with tables, and extracted_on if any; got {got or 'an empty one'}"
        raise RequestError(message)
    day = content.get("extracted_on")
    return content["tables"], None if day is None else pd.Timestamp(day_of(day, "extracted_on"))


def _digest(path: Path) -> str | None:
    return sha256(path) if path.exists() else None
