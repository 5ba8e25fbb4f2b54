"""What the report is made from: the finished run of one source, as plain data and frames."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from decisions.suspension import Suspension
from scoring.bundle import Bundle

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Study:
    """What only `make study` measures: the JSON that the steps challenge, ablate, seeds and blanked wrote.

    `excess_log_loss` is the divergence of each model's PDs from the best attainable ones by stage [nats], as
    models.challengers.comparison gives it; None where the truth is not known.
    """

    challengers: Json
    ablation: Json
    seeds: Json
    blanked: Json
    excess_log_loss: Json | None = None


@dataclass(frozen=True)
class Planned:
    """What plans are worked out from: whole rows of the feature table, and the models and rules that decided them."""

    rows: pd.DataFrame
    bundle: Bundle


@dataclass(frozen=True)
class Inputs:
    """Everything the report reads.

    `features` has one row per application: the identity columns, the features of the models, and `not_applicable`;
    `outcomes` is the table of that name; the other frames and JSONs are those the steps of the same name wrote. `days`
    gives the first and the last day of each part; `figures` PNG pictures by name; `page` the path of the page;
    `currency` the ISO code of the money of a bank's own tables, None for that of the source; `fired` what fired rules
    compared, `cross_class` what the same PD gets in every class; `leanings` how models read the features that have an
    expected direction; `tables` the fit rows of the bank's tables, by name; `peer_quantiles` what the peers have
    (features/peer_quantiles.py); `planned` what plans are worked out from, None where none are; `suspensions` the days
    on which a certificate does not approve; `study` what the steps of `make study` measured, None in the report of a
    run.
    """

    source: str
    page: str
    built_on: str
    days: Mapping[str, tuple[str, str]]
    quality: Json
    features_meta: Json
    split_meta: Json
    pool: Json
    models: Mapping[str, Json]
    metrics: Json
    thresholds: Json
    tracking: Json
    ground_truth: Json
    features: pd.DataFrame
    outcomes: pd.DataFrame
    split: pd.DataFrame
    scores: pd.DataFrame
    calibration: pd.DataFrame
    path: pd.DataFrame
    decisions: pd.DataFrame
    reasons: pd.DataFrame
    domains: pd.DataFrame
    contributions: pd.DataFrame
    figures: Mapping[str, bytes] = field(default_factory=dict)
    currency: str | None = None
    fired: pd.DataFrame = field(default_factory=pd.DataFrame)
    cross_class: pd.DataFrame = field(default_factory=pd.DataFrame)
    leanings: pd.DataFrame = field(default_factory=pd.DataFrame)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    peer_quantiles: pd.DataFrame = field(default_factory=pd.DataFrame)
    planned: Planned | None = None
    suspensions: tuple[Suspension, ...] = ()
    study: Study | None = None

    def decided(self) -> pd.DataFrame:
        """Out-of-time applications, one row each: features, outcome, weight, PD, decision, `amount` of the population.

        `amount` is exposure times weight, so sums of it are those of the population.
        """
        later = self.scores.loc[
            self.scores["part"] == "out_of_time", ["application_id", "weight", "defaulted", "exposure", "pd"]
        ]
        decided = self.decisions[["application_id", "decision", "rule", "limit", "grade", "tolerance", "default_limit"]]
        known = self.features.drop(columns="exposure")
        table = later.merge(decided, on="application_id", validate="1:1").merge(
            known, on="application_id", validate="1:1"
        )
        return table.assign(amount=table["exposure"] * table["weight"])


def amount_ratio(loans: pd.DataFrame) -> float | None:
    """Defaulted share of the amounts of loans with `amount` and `defaulted` [fraction]; None without an amount."""
    total = float(loans["amount"].sum())
    return float((loans["amount"] * loans["defaulted"]).sum()) / total if total > 0 else None
