"""All tests of a finished run's PDs, by group, beside their limits: the content of validation.json."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from models.back_tests import fairness, level, moves, ranking, scale
from models.back_tests.figures import figures
from models.back_tests.findings import findings_of
from models.back_tests.limits import Fewest, Limit
from models.back_tests.records import Record, with_verdicts
from models.back_tests.slices import DIMENSIONS, OWNERSHIP, groups_of, known_groups, sample_of
from models.fitting.split import PARTS

STAGED = ("total", "stage")
"""Dimensions whose groups are large enough for tests of shape and change."""
BESIDE = ("region", "division", "amount_band", "first_loan")
"""Dimensions whose groups are tested beside the level of all loans."""
SHARES = ("stage", "size_class", *BESIDE)
"""Dimensions whose shares are compared with development."""


@dataclass(frozen=True)
class Policy:
    """What the policy in force says of the tests: limits, fewest loans, penalty, days to mend by severity."""

    limits: Mapping[str, Limit]
    fewest: Fewest
    quarter_penalty: float
    days_to_mend: Mapping[str, int]


@dataclass(frozen=True)
class Finished:
    """What is tested of a run: `table` has every loan of a part with pd, grade and a column per dimension.

    `features` has the values of the features `used` by the models, row by row as `table`; `approved` (application_id)
    are out-of-time applications that were approved; `refused` the out-of-time applications without an outcome, with pd,
    stage and size_class; `codes` the grades, best first; `rho` the asset correlation of a year.
    """

    table: pd.DataFrame
    features: pd.DataFrame
    used: Sequence[str]
    approved: frozenset[str]
    refused: pd.DataFrame
    codes: Sequence[str]
    rho: float


def validated(run: Finished, policy: Policy, day: date, bins: int, psi_bins: int) -> dict[str, Any]:
    """Samples, groups, records of tests, findings of `day`, and the tables behind them, as plain data."""
    table = narrow(run)
    part = table["part"]
    before, later = table[part == "development"], table[part == "out_of_time"]
    groups = grouped_figures(table, policy.fewest, bins)
    staged = [(dimension, name, loans) for dimension in STAGED for name, loans in groups_of(table, dimension)]
    quarters = {name: ranking.auc_by_quarter(loans, policy.fewest, policy.quarter_penalty) for _, name, loans in staged}
    weighted = run.features.assign(weight=table["weight"].to_numpy())
    first, now = ((part == name).to_numpy() for name in ("development", "out_of_time"))
    moved = moves.feature_moves(weighted[first], weighted[now], run.used, psi_bins)
    migration = scale.migration_of(run.table, run.codes, moves.LEVEL)
    concentration = {
        name: scale.concentration_of(before[before[dimension] == name], loans, run.codes)
        for dimension, name, loans in staged
        if (before[dimension] == name).any()
    }
    shares = {
        dimension: fairness.approved_shares(later, dimension)
        for dimension in ("region", "division", OWNERSHIP)
        if known_groups(table, dimension) > 1
    }
    records = [
        *_level_records(table, run, policy),
        *_ranking_records(table, policy),
        *_staged_records(table, groups, quarters, concentration, policy, psi_bins),
        *scale.order_records(later, run.codes, policy.fewest),
        *scale.migration_records(migration),
        *moves.feature_records(moved, len(later)),
        *moves.share_records(before, later, SHARES),
        *_fairness_records(shares, policy),
    ]
    tests = with_verdicts(records, policy.limits)
    return {
        "samples": samples(table),
        "groups": groups,
        "tests": [record.plain() for record in tests],
        "findings": [each.plain() for each in findings_of(tests, day, policy.days_to_mend)],
        "grades": {
            "scale": scale.grade_table(later, before, run.codes),
            "told_apart_p": scale.told_apart(later, run.codes),
        },
        "migration": migration,
        "concentration": concentration,
        "stability": moved,
        "auc_by_quarter": quarters,
        "representativeness": {"refused": moves.refused_beside(later, run.refused, psi_bins)},
        "fairness": shares,
    }


def narrow(run: Finished) -> pd.DataFrame:
    """What the tests read of the loans, without identifiers, texts as categories, and whether each was approved."""
    numbers = ["as_of", "exposure", "weight", "defaulted", "pd"]
    texts = list(dict.fromkeys(["part", "grade", *DIMENSIONS, OWNERSHIP]))
    approved = run.table["application_id"].isin(run.approved)
    return run.table[[*numbers, *texts]].astype(dict.fromkeys(texts, "category")).assign(approved=approved)


def samples(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Of every part: loans, defaults, first and last day, default rate and mean PD by weight."""
    found = {}
    for part in PARTS:
        loans = table[table["part"] == part]
        found[part] = {
            "loans": len(loans),
            "defaults": int(loans["defaulted"].sum()),
            "from": str(loans["as_of"].min().date()),
            "to": str(loans["as_of"].max().date()),
            "default_rate": float(np.average(loans["defaulted"], weights=loans["weight"])),
            "mean_pd": float(np.average(loans["pd"], weights=loans["weight"])),
        }
    return found


def grouped_figures(table: pd.DataFrame, fewest: Fewest, bins: int) -> dict[str, dict[str, dict[str, Any]]]:
    """Figures of every group of every dimension."""
    return {
        dimension: {
            name: figures(loans, fewest, bins, shape=dimension in STAGED) for name, loans in groups_of(table, dimension)
        }
        for dimension in DIMENSIONS
    }


def _level_records(table: pd.DataFrame, run: Finished, policy: Policy) -> list[Record]:
    by = level.LevelTest(policy.fewest, run.rho)
    later = sample_of(table, "total")
    found = []
    for dimension in DIMENSIONS:
        found += level.levels(groups_of(table, dimension), dimension, by, binomial=dimension in STAGED)
        if dimension in BESIDE and known_groups(table, dimension) > 1:
            found += level.beside_all(later, groups_of(table, dimension), dimension, policy.fewest)
    in_order = [(code, later[later["grade"] == code]) for code in run.codes]
    found += level.levels([(code, loans) for code, loans in in_order if len(loans)], "grade", by, binomial=True)
    years = sample_of(table, "year")
    for dimension in STAGED:
        found += level.multi_year({str(name): of for name, of in years.groupby(dimension)}, dimension, policy.fewest)
    return found


def _staged_records(
    table: pd.DataFrame,
    groups: Mapping[str, Mapping[str, Mapping[str, Any]]],
    quarters: Mapping[str, Mapping[str, Any]],
    concentration: Mapping[str, Mapping[str, Any]],
    policy: Policy,
    psi_bins: int,
) -> list[Record]:
    parts = _parts_before(table)
    found: list[Record] = []
    for dimension in STAGED:
        for name, loans in groups_of(table, dimension):
            before = {part: loans_of[loans_of[dimension] == name] for part, loans_of in parts.items()}
            found += ranking.shape_records(name, dimension, groups[dimension][name])
            found.append(ranking.quarters_record(name, dimension, quarters[name], loans))
            found.append(moves.score_record(name, dimension, before["development"], loans, psi_bins))
            if name in concentration:
                found.append(scale.concentration_record(name, dimension, concentration[name], loans))
    return found


def _ranking_records(table: pd.DataFrame, policy: Policy) -> list[Record]:
    """AUC and its change of every group of every dimension; a year is compared with all loans of the parts before."""
    parts = _parts_before(table)
    found: list[Record] = []
    for dimension in DIMENSIONS:
        for name, loans in groups_of(table, dimension):
            before = parts if dimension == "year" else {p: of[of[dimension] == name] for p, of in parts.items()}
            found += ranking.auc_records(name, dimension, before, loans, policy.fewest, policy.limits["auc_least"])
    return found


def _parts_before(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {part: table[table["part"] == part] for part in ("development", "calibration")}


def _fairness_records(shares: Mapping[str, list[dict[str, Any]]], policy: Policy) -> list[Record]:
    least = policy.limits["approved_ratio"]
    return [
        record
        for dimension, rows in shares.items()
        for record in fairness.fairness_records(rows, dimension, policy.fewest, least)
    ]
