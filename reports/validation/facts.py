"""What the validation report is made from: a finished run, its validation, and what people wrote."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from policy.segments import STAGES
from reports.inputs import Inputs, Json
from reports.validation.written import Written
from schemas.declarations import Text

MARK_DIGITS = 12
SEVERITIES = ("high", "medium", "low")
"""Severities of findings, worst first."""
STANDING = ("open", "accepted")
"""A finding with one of these statuses still stands; `closed` and `gone` ones do not."""


@dataclass(frozen=True)
class Reproduction:
    """How to make the figures again.

    `commit` is that of the folder when the report was written, None where it is not known; `changed` whether files
    differed from it; `installed` versions by package; `manifest` the SHA-256 of the manifest of the run; `params` the
    parameters of each step for the source.
    """

    commit: str | None
    changed: bool
    installed: Mapping[str, str]
    manifest: str
    params: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Promoted:
    """The sentence that says how this run became champion, and whether that was an override."""

    text: Text
    override: bool


@dataclass(frozen=True)
class Validated:
    """A finished run and the tests of it.

    `validation` is validation.json of the step `model_validation`; `findings` those kept between runs; `written` the
    chapters of the bank. `run` holds what the sections of the run's own report show as well; its study is None, and
    `stale_study` True, where `make study` measured other models than those of the run. `promotion` is None where the
    registry never made this run champion.
    """

    run: Inputs
    validation: Json
    findings: Sequence[Json]
    reproduction: Reproduction
    written: Written = field(default_factory=Written)
    stale_study: bool = False
    promotion: Promoted | None = None

    @property
    def tests(self) -> Sequence[Json]:
        """Every test record."""
        found: Sequence[Json] = self.validation["tests"]
        return found

    @property
    def day(self) -> date:
        """Day whose policy, and whose limits of tests, are in force."""
        return date.fromisoformat(self.run.thresholds["policy_on"])

    def of_verdict(self, verdict: str) -> list[Json]:
        """Test records with that verdict: `met`, `exceeded` or `no_verdict`."""
        return [test for test in self.tests if test["verdict"] == verdict]

    def record(self, finding: Json) -> Json:
        """The test record behind a finding; the finding itself where this run has none."""
        key = (finding["test"], finding["dimension"], finding["group"])
        return next((t for t in self.tests if (t["test"], t["dimension"], t["group"]) == key), finding)

    def standing(self) -> list[Json]:
        """Findings that still stand, worst first, then by the day they were found."""
        found = [finding for finding in self.findings if finding["status"] in STANDING]
        return sorted(found, key=lambda f: (SEVERITIES.index(f["severity"]), f["found_on"], f["id"]))


def mark(run: Inputs) -> str:
    """Fingerprint of what was validated: models, feature table, split, policy and day of building.

    A chapter that a person wrote names it, so that no sign-off is shown as one of another model.
    """
    models = [str(run.tracking["models"][stage]["model"]) for stage in STAGES]
    facts = run.models[STAGES[0]]["facts"]
    parts = (run.source, *models, facts["data"], facts["split"], run.thresholds["policy_version"], run.built_on)
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:MARK_DIGITS]
