"""What a run leaves to compare with: applications of development, decisions out-of-time, features of development."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from models.errors import ModelError

OUT = "out_of_accepted_region"
"""Rule that fires for an application out of the accepted region."""


@dataclass(frozen=True)
class RunReference:
    """What the applications of batches are compared with.

    `applications` are those of the latest months of development, with and without outcome (application_id, stage, pd,
    weight, calendar month); `decided` the decisions on those out-of-time (decision, fired).
    """

    applications: pd.DataFrame
    decided: pd.DataFrame
    folder: Path

    @property
    def out_of_region(self) -> float:
        """Share of the out-of-time applications that were out of the accepted region [fraction]."""
        return float(fired(self.decided["fired"], OUT).mean())

    def features(self, names: Sequence[str]) -> pd.DataFrame:
        """Features of the applications of development, with their calendar month and weight."""
        wanted = ["application_id", "as_of", *names]
        table = pd.read_parquet(self.folder / "features" / "features.parquet", columns=wanted)
        mine = table[table["application_id"].isin(self.applications["application_id"])]
        weight = self.applications.set_index("application_id")["weight"]
        return mine.assign(calendar=mine["as_of"].dt.month, weight=mine["application_id"].map(weight))


def run_reference(folder: Path, months: int) -> RunReference:
    """What the run in a folder left, of the latest `months` of development.

    Raises
    ------
    ModelError
        When a part is not there, or there is no application of development.
    """
    parts: Mapping[str, str] = {"scores": "part", "unlabelled": "planned_part"}
    rows = []
    for name, part in parts.items():
        path = folder / "evaluation" / f"{name}.parquet"
        if not path.exists():
            message = f"wanted {path}, which a finished run leaves; it is not there"
            raise ModelError(message)
        columns = ["application_id", "as_of", "stage", "pd", part]
        table = pd.read_parquet(path, columns=[*columns, "weight"] if name == "scores" else columns)
        rows.append(table[(table[part] == "development") & table["pd"].notna()].drop(columns=part))
    # An application without outcome stands for itself.
    applications = pd.concat(rows, ignore_index=True).fillna({"weight": 1.0})
    if applications.empty:
        message = f"wanted applications of development in {folder / 'evaluation'}; there is none"
        raise ModelError(message)
    last = applications["as_of"].max().to_period("M")
    applications = applications[applications["as_of"] >= (last - months + 1).start_time]
    decided = pd.read_parquet(folder / "thresholds" / "decisions.parquet", columns=["decision", "fired"])
    return RunReference(applications.assign(calendar=applications["as_of"].dt.month), decided, folder)


def fired(rules: pd.Series, rule: str) -> np.ndarray:
    """Whether a rule is among those that fired, listed with semicolons."""
    listed = rules.fillna("").astype("str")
    return np.array([rule in each.split("; ") for each in listed], dtype=bool)
