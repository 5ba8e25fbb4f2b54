"""Where the accepted region ends: the propensity to have been accepted under the policy of the day.

Loans have outcomes only where an older policy granted them. A cut-off certified on those loans says nothing about
applicants that policy would have refused (Kozodoi et al. 2025, arXiv 2407.13009, for how little reject inference
adds), so applicants out of the region are referred, not decided. No outcome is guessed: neither parcelling nor fuzzy
augmentation.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

from models.errors import ModelError
from models.fitting.booster import Booster, Rows, Shape, fit_booster
from models.fitting.params import TrainParams
from policy.digits import rounded

TREES = 60
"""Trees of the propensity booster: a coarse map of the old policy is enough."""
FEWEST_REJECTED = 50
"""Rejected applications below which there is no boundary to learn, and all applicants count as in the region."""


@dataclass(frozen=True)
class AcceptanceModel:
    """The propensity booster, None where (nearly) all were accepted, and the least propensity in the region."""

    booster: Booster | None
    least: float
    applications: int
    rejected: int

    def propensity(self, table: pd.DataFrame) -> np.ndarray:
        """Probability of acceptance under the old policy, one per row, rounded; 1 where there is no boundary."""
        if self.booster is None:
            return np.ones(len(table))
        return rounded(expit(self.booster.raw_score(table)))

    def in_accepted_region(self, table: pd.DataFrame) -> pd.Series:
        """True where the old policy would more likely have accepted: the region the certificate is valid for."""
        return pd.Series(self.propensity(table) >= self.least, index=table.index)

    def save(self, folder: Path) -> None:
        """Write the booster as text and the rest as `acceptance.json` into `folder`, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.booster is not None:
            (folder / "acceptance.txt").write_text(self.booster.text, encoding="utf8")
        facts = {"least": self.least, "applications": self.applications, "rejected": self.rejected}
        (folder / "acceptance.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf8")


def open_acceptance(folder: Path) -> AcceptanceModel:
    """The acceptance model saved in `folder`.

    Raises
    ------
    FileNotFoundError
        When there is none.
    ModelError
        When its booster is not there, though there was a boundary to learn.
    """
    facts = json.loads((folder / "acceptance.json").read_text(encoding="utf8"))
    path = folder / "acceptance.txt"
    if FEWEST_REJECTED <= facts["rejected"] < facts["applications"] and not path.exists():
        message = f"{path}: wanted the acceptance model of {facts['rejected']} refused applications; it is not there"
        raise ModelError(message)
    booster = Booster(path.read_text(encoding="utf8")) if path.exists() else None
    return AcceptanceModel(booster, facts["least"], facts["applications"], facts["rejected"])


def fit_acceptance(
    features: pd.DataFrame,
    accepted: np.ndarray,
    least: float,
    params: TrainParams,
    blanked: pd.DataFrame | None = None,
) -> AcceptanceModel:
    """Propensity to be accepted, from applications decided before certification; the outcome plays no part.

    `accepted` is 1, 0 or missing (then the application is left out). `blanked` has the features of the same
    applications with tables blanked, so that the booster knows a table that is not delivered.
    """
    known = ~np.isnan(accepted)
    rejected = int((accepted[known] == 0).sum())
    if rejected < FEWEST_REJECTED or rejected == int(known.sum()):
        return AcceptanceModel(None, least, int(known.sum()), rejected)
    rows = Rows(features[known].reset_index(drop=True), None, accepted[known], np.ones(int(known.sum())))
    if blanked is not None and params.blanked_weight > 0:
        rows = rows.with_copies(blanked[known].reset_index(drop=True), params.blanked_weight)
    return AcceptanceModel(fit_booster(rows, Shape({}), params, TREES), least, int(known.sum()), rejected)
