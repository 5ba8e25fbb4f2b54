"""Everything a memo is made of, for one application: explicit facts, from a finished run or from a batch of scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from decisions.certificate import Certificate
from decisions.grades import read_scale
from decisions.procedure import Issued, opened
from decisions.suspension import Suspension
from policy.version import version
from reports.fallback import fallbacks
from reports.inputs import Inputs, Json, Planned
from reports.memo.groups import FACTS, Place, places
from reports.memo.known import Known, known_facts
from reports.sections.versions import model_mark
from reports.sources import SourceNotes, notes
from schemas.declarations import Text
from scoring.plans import Plans, plans_of

Row = Mapping[str, Any]
SHOWN = (*FACTS, "is_first_loan")
"""Features a memo shows whether or not a model uses them."""


@dataclass(frozen=True)
class Frame:
    """What all memos of a run share: source, days of model and policy, grades, certificates, tables that are not there.

    `built_on` is the day up to which model and certificates know outcomes, `policy_on` the one whose policy is applied;
    `issued` are the certificates by day; `tested_on` the days between which the loans of the test were decided.
    """

    notes: SourceNotes
    built_on: date
    policy_on: date
    grades: Mapping[str, Text]
    issued: tuple[Issued, ...] = ()
    tested_on: tuple[str, str] | None = None
    absent: tuple[str, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    models: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    versions: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    """Of each stage: features of its model; versions of model, policy and data."""
    fallbacks: Mapping[str, Json] = field(default_factory=dict)
    """Facts of the models of stages whose PDs are a fallback."""

    def suspended(self, size_class: str) -> Suspension | None:
        """The latest suspension of the certificate of a class by its alarm, whatever the day of the application."""
        found = [each for each in self.suspensions if each.size_class == size_class and each.why == "suspended"]
        return max(found, key=lambda each: each.since, default=None)

    def certificate(self, day: date, size_class: str) -> Certificate | None:
        """The certificate in force on `day` for a size class; None without one."""
        issues = [issue for issue in self.issued if issue.since <= day]
        return issues[-1].certificates.get(size_class) if issues else None


@dataclass(frozen=True)
class Case:
    """One application: its row of the feature table, verdict, reasons, parts of its PD, facts known on the day.

    `row` holds the columns of features.parquet and `not_applicable`; `verdict` pd, decision, rule, limit, grade,
    tolerance; `reasons` the rows of `explanations.reasons`, `fired` those of `decisions.rules.comparisons`; `domains`
    contributions by domain and group effect [log-odds], `base` and `logit` log-odds; `places` the peers of its facts;
    `plans` what would change the answer, None where it was not worked out.
    """

    frame: Frame
    row: Row
    verdict: Row
    reasons: tuple[Row, ...]
    fired: tuple[Row, ...]
    domains: Mapping[str, float]
    base: float
    logit: float
    known: Known = field(default_factory=Known)
    places: Mapping[str, Place] = field(default_factory=dict)
    plans: Plans | None = None

    @property
    def application_id(self) -> str:
        """Identifier of the application."""
        return str(self.row["application_id"])

    @property
    def day(self) -> date:
        """Day of decision."""
        found: date = self.row["as_of"].date()
        return found


def frame_of(inputs: Inputs) -> Frame:
    """What all memos of a finished run share."""
    facts = inputs.thresholds["procedure"]
    day = date.fromisoformat(facts["policy_on"])
    stages = {stage: model for stage, model in inputs.models.items() if stage in inputs.tracking["models"]}
    tested = inputs.thresholds.get("tested_on")
    return Frame(
        notes=notes(inputs.source, inputs.currency),
        built_on=date.fromisoformat(inputs.built_on),
        policy_on=day,
        grades={grade.code: Text(grade.en, grade.zh) for grade in read_scale(facts["measure"], day)},
        issued=opened(facts).issued,
        tested_on=None if not tested else (str(tested[0]), str(tested[1])),
        absent=tuple(inputs.quality["absent"]),
        suspensions=inputs.suspensions,
        models={stage: tuple(model["features"]) for stage, model in stages.items()},
        versions={
            stage: (model_mark(inputs, stage), version(), str(model["facts"]["data"]))
            for stage, model in stages.items()
        },
        fallbacks=fallbacks(stages),
    )


@dataclass(frozen=True)
class Parts:
    """Frames that cases are made from, a row per application in `rows`, `domains` and `contributions`.

    `rows` are those of the feature table (with `not_applicable` where known) beside the decision on each; `reasons` as
    explanations.reasons gives them, `fired` as decisions.rules.comparisons does with application_id; `contributions`
    has base and logit; `tables` are the fit rows of the bank's tables, `peer_quantiles` what the peers
    have, `planned` what plans are worked out from.
    """

    rows: pd.DataFrame
    reasons: pd.DataFrame
    fired: pd.DataFrame
    domains: pd.DataFrame
    contributions: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    peer_quantiles: pd.DataFrame
    planned: Planned | None = None


def cases(inputs: Inputs, applications: Sequence[str]) -> list[Case]:
    """Cases of out-of-time applications of a finished run, in the order asked for."""
    parts = Parts(
        inputs.decided(),
        inputs.reasons,
        inputs.fired,
        inputs.domains,
        inputs.contributions,
        inputs.tables,
        inputs.peer_quantiles,
        inputs.planned,
    )
    return cases_of(frame_of(inputs), parts, applications)


def cases_of(frame: Frame, parts: Parts, applications: Sequence[str]) -> list[Case]:
    """Cases of these applications from explicit frames, as of a batch of scores, in the order asked for."""
    wanted = list(applications)
    rows = _chosen(parts.rows, wanted)
    records = rows.to_dict("records")
    sums = _chosen(parts.domains, wanted).drop(columns="application_id").to_dict("records")
    levels = _chosen(parts.contributions[["application_id", "base", "logit"]], wanted)
    listed, fired = _grouped(parts.reasons, wanted), _grouped(parts.fired, wanted)
    facts = known_facts(parts.tables, wanted)
    peers = places(rows, parts.peer_quantiles)
    changes = _plans(parts.planned, rows)
    return [
        Case(
            frame=frame,
            row=record,
            verdict=record,
            reasons=tuple(listed.get(name, ())),
            fired=tuple(fired.get(name, ())),
            domains={str(k): float(v) for k, v in of_domains.items() if v == v and v != 0},
            base=float(base),
            logit=float(logit),
            known=facts[name],
            places=beside,
            plans=planned,
        )
        for name, record, of_domains, base, logit, beside, planned in zip(
            wanted, records, sums, levels["base"], levels["logit"], peers, changes, strict=True
        )
    ]


def _plans(planned: Planned | None, rows: pd.DataFrame) -> Sequence[Plans | None]:
    """Plans of each of `rows`, which have application_id and decision."""
    if planned is None:
        return [None] * len(rows)
    whole = _chosen(planned.rows, rows["application_id"].tolist())
    return plans_of(whole, planned.bundle, rows[["application_id", "decision"]])


def _chosen(frame: pd.DataFrame, wanted: Sequence[str]) -> pd.DataFrame:
    """Rows of these applications in their order, each of them once."""
    return frame.set_index("application_id").loc[list(wanted)].reset_index()


def _grouped(frame: pd.DataFrame, wanted: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Rows of these applications by identifier, in the order of the frame."""
    if frame.empty:
        return {}
    found: dict[str, list[dict[str, Any]]] = {}
    for row in frame[frame["application_id"].isin(list(wanted))].to_dict("records"):
        found.setdefault(str(row["application_id"]), []).append({str(k): v for k, v in row.items()})
    return found
