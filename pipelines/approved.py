"""What a run has approved and nobody has booked yet, by size class, at the upper bounds of the run's certificates."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from decisions.certificate import Certificate
from decisions.ledger.bounds import npl_bound
from decisions.ledger.entries import Certification, Identity
from decisions.ledger.values import LedgerError
from decisions.procedure import Procedure
from pipelines.files import read_json
from policy.digits import rounded_number
from policy.segments import SIZE_CLASSES
from schemas.conform import require
from schemas.folder import read_tables
from scoring.bundle import Bundle

COLUMNS = ["application_id", "as_of", "stage", "size_class", "decision", "model_version", "policy_version"]


@dataclass(frozen=True)
class Approved:
    """Approved applications of one size class that are not booked [money], and the highest bound they stand under."""

    size_class: str
    applications: int
    amount: float
    bound: float | None


def approved_applications(scores: Sequence[Path], tables: Sequence[Path], bundle: Bundle, day: date) -> pd.DataFrame:
    """Approved applications decided on `day` or earlier: application_id, as_of, size_class, exposure.

    Raises
    ------
    LedgerError
        When a scores file cannot be read, was made under another policy or by other models than the run's, names an
        application twice, or one that the tables do not have.
    """
    found = pd.concat([_scores(path) for path in scores], ignore_index=True)
    chosen = found[(found["decision"] == "approve") & (found["as_of"] <= pd.Timestamp(day))]
    _refuse_twice(chosen)
    _refuse_others(chosen, bundle)
    unclassed = chosen[~chosen["size_class"].isin(list(SIZE_CLASSES))]
    if len(unclassed):
        message = (
            "wanted the size class of every approved application; "
            f"{unclassed['application_id'].iloc[0]} has none of {', '.join(SIZE_CLASSES)}"
        )
        raise LedgerError(message)
    amounts = pd.concat([_applications(folder) for folder in tables]).drop_duplicates()
    joined = chosen.merge(amounts, on="application_id", how="left")
    _refuse_twice(joined)
    unknown = joined[joined["exposure"].isna()]
    if len(unknown):
        message = (
            f"wanted the exposure of every approved application in the tables; {len(unknown)} have none, "
            f"{unknown['application_id'].iloc[0]} for one"
        )
        raise LedgerError(message)
    return joined[["application_id", "as_of", "size_class", "exposure"]]


@dataclass(frozen=True)
class Conversion:
    """What turns the upper bounds of a run's certificates into NPL ratios, and the name of its certification loans."""

    kappa: float | None
    rho: float
    years: float
    loans: str

    def bound(self, certificate: Certificate | None) -> float | None:
        """Upper bound of the NPL ratio of the loans a certificate approves; None where no cut-off is certified."""
        if certificate is None or not certificate.certified or certificate.upper_bound is None:
            return None
        return npl_bound(certificate.upper_bound, self.kappa, self.rho, self.years, certificate.delta)


def read_conversion(model: Path) -> Conversion:
    """The conversion of a finished run, from its thresholds.json.

    Raises
    ------
    LedgerError
        When the run has not left what is needed.
    """
    path = model / "thresholds" / "thresholds.json"
    found = read_json(path)
    try:
        inputs, levels = found["stock_flow"], found["levels"]
        years = {float(level["years"]) for level in levels.values()}
        return Conversion(inputs["kappa"], float(inputs["rho"]), min(years), str(found["looks"]["loans"]))
    except (KeyError, TypeError, ValueError) as error:
        message = f"{path}: wanted stock_flow, levels and looks, as a finished run leaves them; got {error!r:.100}"
        raise LedgerError(message) from error


def by_class(applications: pd.DataFrame, procedure: Procedure, conversion: Conversion, day: date) -> list[Approved]:
    """Number, exposure and highest bound of the NPL ratio of the applications of every size class.

    The bound is the highest among the certificates in force on the days of the applications; that of the certificate in
    force on `day` where there is no application.

    Raises
    ------
    LedgerError
        When an application was approved on a day on which its class had no certified bound.
    """
    found = []
    for name in SIZE_CLASSES:
        rows = applications[applications["size_class"] == name]
        days = [pd.Timestamp(as_of).date() for as_of in rows["as_of"].unique()]
        bounds = {as_of: conversion.bound(certificate_on(procedure, name, as_of)) for as_of in days or [day]}
        without = [as_of for as_of, bound in bounds.items() if bound is None]
        if days and without:
            message = (
                f"an application of {name} was approved on {min(without)}, when the run has no certified bound for it"
            )
            raise LedgerError(message)
        highest = max((bound for bound in bounds.values() if bound is not None), default=None)
        found.append(Approved(name, len(rows), round(math.fsum(rows["exposure"]), 2), highest))
    return found


def certificate_on(procedure: Procedure, size_class: str, day: date) -> Certificate | None:
    """Certificate of a size class in force on `day`; None before the first one."""
    issued = [i for i in procedure.issued if i.since <= day]
    return max(issued, key=lambda i: i.since).certificates.get(size_class) if issued else None


def certifications(bundle: Bundle, conversion: Conversion, day: date) -> Mapping[str, Certification]:
    """The certification of every size class in force on `day`, named by models, policy and certification loans."""
    models = _digest("".join(f"{stage}:{m.version}\n" for stage, m in sorted(bundle.models.items())))
    identity = Identity(models, bundle.policy_version, conversion.loans)
    made = {name: certificate_on(bundle.procedure, name, day) for name in SIZE_CLASSES}
    return {
        name: Certification(name, day, identity, rounded_number(found.tolerance), found.delta, conversion.bound(found))
        for name, found in made.items()
        if found is not None
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _scores(path: Path) -> pd.DataFrame:
    if path.is_dir():
        message = f"wanted the scores in one file; {path} is a folder"
        raise LedgerError(message)
    try:
        return pd.read_parquet(path, columns=COLUMNS)
    except (ValueError, KeyError) as error:
        message = f"{path}: wanted a Parquet file as `techcredit score` leaves it; {' '.join(str(error).split())[:200]}"
        raise LedgerError(message) from error


def _applications(folder: Path) -> pd.DataFrame:
    found = read_tables(folder)
    require(found, ("applications",), folder)
    return found["applications"][["application_id", "exposure"]]


def _refuse_twice(chosen: pd.DataFrame) -> None:
    twice = chosen["application_id"][chosen["application_id"].duplicated()]
    if len(twice):
        message = f"wanted every approved application once in scores and tables; {twice.iloc[0]} stands there twice"
        raise LedgerError(message)


def _refuse_others(chosen: pd.DataFrame, bundle: Bundle) -> None:
    policies = sorted(set(chosen["policy_version"]) - {bundle.policy_version})
    if policies:
        message = f"wanted scores under the run's policy {bundle.policy_version}; got {', '.join(policies)}"
        raise LedgerError(message)
    models = {stage: model.version for stage, model in bundle.models.items()}
    other = chosen[chosen["stage"].map(models) != chosen["model_version"]]
    if len(other):
        row = other.iloc[0]
        message = (
            f"wanted scores by the run's models; application {row['application_id']} was scored by model "
            f"{row['model_version']} of stage {row['stage']}, the run has {models.get(row['stage'], 'none')}"
        )
        raise LedgerError(message)
