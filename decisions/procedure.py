"""The whole procedure an application goes through: rules, zones, master scale, and certificates by day."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from decisions.certificate import Certificate
from decisions.grades import Grade, read_scale
from decisions.rules import Rule, read_rules
from decisions.suspension import Suspension
from decisions.zones import Zones, read_zones
from policy.loader import FOLDER
from policy.segments import STAGES


@dataclass(frozen=True)
class Issued:
    """Certificates by size class under the tolerances in force since a day, until the next ones."""

    since: date
    certificates: Mapping[str, Certificate]


@dataclass(frozen=True)
class Procedure:
    """All that makes a decision out of a PD and the rule quantities of an application.

    `rules` are those in force, `not_checked` the codes of those that no application of the run could answer: such a
    rule decides where it is met, and unknown counts as not met. `issued` are the certificates in the order of their
    days, empty before any has been issued; `measure` names the figures of zones and master scale;
    `suspensions` are the days on which an alarm holds a certificate back.
    """

    measure: str
    policy_on: date
    rules: tuple[Rule, ...]
    not_checked: tuple[str, ...]
    zones: Zones
    scale: tuple[Grade, ...]
    issued: tuple[Issued, ...] = ()
    suspensions: tuple[Suspension, ...] = ()

    @property
    def checked(self) -> tuple[Rule, ...]:
        """The rules that the run could answer."""
        return tuple(rule for rule in self.rules if rule.code not in self.not_checked)

    def certified(self, as_of: pd.Series, stage: pd.Series, size_class: pd.Series) -> pd.DataFrame:
        """Columns cut_off, tolerance, flow [PD, NPL ratio, default ratio] of each application's own day and stage.

        The cut-off is missing where the class is not certified, both where no tolerance is in force yet, or the size
        class is not known.
        """
        found = {name: np.full(len(as_of), np.nan) for name in ("cut_off", "tolerance", "flow")}
        at_stage = pd.Index(STAGES).get_indexer(pd.Index(stage))
        for number, issue in enumerate(self.issued):
            later = as_of >= pd.Timestamp(issue.since)
            if number + 1 < len(self.issued):
                later &= as_of < pd.Timestamp(self.issued[number + 1].since)
            for name, certificate in issue.certificates.items():
                rows = (later & (size_class == name)).to_numpy(dtype="bool")
                lines = [certificate.line(each) for each in STAGES]
                # A stage that is not known has position -1: the last one, which is missing.
                cut_offs = np.array([*(np.nan if line is None else line for line in lines), np.nan])
                found["cut_off"][rows] = cut_offs[at_stage[rows]]
                found["tolerance"][rows] = certificate.tolerance
                found["flow"][rows] = np.nan if certificate.flow is None else certificate.flow
        return pd.DataFrame(found, index=as_of.index)

    def facts(self) -> dict[str, Any]:
        """What `opened` makes the procedure from again, beside the policy itself; plain data."""
        return {
            "measure": self.measure,
            "policy_on": str(self.policy_on),
            "not_checked": list(self.not_checked),
            "issued": [
                {"since": str(i.since), "certificates": {name: asdict(c) for name, c in i.certificates.items()}}
                for i in self.issued
            ],
        }


def procedure(measure: str, day: date, not_checked: tuple[str, ...] = (), folder: Path = FOLDER) -> Procedure:
    """The procedure of the policy in force on `day`, before any certificate."""
    rules = read_rules(day, folder)
    zones, scale = read_zones(measure, day, folder), read_scale(measure, day, folder)
    return Procedure(measure, day, rules, not_checked, zones, scale)


def opened(facts: Mapping[str, Any], folder: Path = FOLDER) -> Procedure:
    """The procedure of a finished run, from its facts and the policy they name."""
    found = procedure(facts["measure"], date.fromisoformat(facts["policy_on"]), tuple(facts["not_checked"]), folder)
    issued = tuple(
        Issued(
            date.fromisoformat(i["since"]),
            {name: Certificate(**{**c, "classes": tuple(c["classes"])}) for name, c in i["certificates"].items()},
        )
        for i in facts["issued"]
    )
    return Procedure(found.measure, found.policy_on, found.rules, found.not_checked, found.zones, found.scale, issued)
