"""What the page for thresholds is made from: the files of the step `threshold`, and the statements in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from decisions.zones import read_zones
from policy.segments import STAGES
from reports.fallback import fallbacks
from reports.inputs import Inputs, Json
from reports.texts import coded, joined
from schemas.declarations import Text


@dataclass(frozen=True)
class Facts:
    """Files of the step `threshold` of one run.

    `found` is thresholds.json; `path` and `cross_class` the tables of these names; `ledger` the balance of a tolerance
    ledger as `techcredit ledger show --json` gives it, None where none was given; `fallbacks` facts of the models of
    stages whose PDs are a fallback.
    """

    found: Json
    path: pd.DataFrame
    cross_class: pd.DataFrame
    ledger: Json | None = field(default=None)
    fallbacks: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """One certificate: the size classes it is about, what was found, and the steps to the level tested."""

    classes: tuple[str, ...]
    certificate: Json
    level: Json

    @property
    def name(self) -> Text:
        """The size classes in words."""
        return joined([coded("size", name) for name in self.classes])


def facts(inputs: Inputs) -> Facts:
    """Those of a finished run; a run knows no ledger."""
    return Facts(inputs.thresholds, inputs.path, inputs.cross_class, fallbacks=fallbacks(inputs.models))


def statements(found: Json) -> Sequence[Statement]:
    """The certificates in order of size, one for all classes that were certified together."""
    made = []
    for name, certificate in found["certificates"].items():
        classes = tuple(certificate["classes"]) or (name,)
        if name == classes[0]:
            made.append(Statement(classes, certificate, found["levels"][name]))
    return made


def path_of(facts_: Facts, statement: Statement) -> pd.DataFrame:
    """The path of the certificate's test; empty where nothing was tested."""
    path = facts_.path
    return path[path["size_class"] == "+".join(statement.classes)].reset_index(drop=True) if len(path) else path


def ceilings(found: Json, statement: Statement) -> Mapping[str, float]:
    """Ceiling of each lifecycle stage by the policy of the run, the highest of the classes [PD]."""
    known = found["procedure"]
    zones = read_zones(known["measure"], date.fromisoformat(known["policy_on"])).approve_up_to
    return {stage: max(zones[stage][name] for name in statement.classes) for stage in STAGES}


def pooled(figures: Json, classes: Sequence[str]) -> tuple[float | None, float | None]:
    """Approved share of amounts and defaulted share of what was approved, of several size classes together."""
    known = [figures[name] for name in classes if name in figures]
    amount = sum(f["amount"] for f in known)
    approved = [(f["amount"] * (f["approved_share_exposure"] or 0.0), f["ratio_approved"] or 0.0) for f in known]
    kept = sum(a for a, _ in approved)
    return (kept / amount if amount > 0 else None, sum(a * r for a, r in approved) / kept if kept > 0 else None)
