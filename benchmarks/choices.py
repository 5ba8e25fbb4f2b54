"""What each choice in the composition of the models gains, tested on later development loans alone.

Usage: python -m benchmarks.choices [--source simulated] [--source ...]

Fitted on development loans before a day, tested on those of the years after it, two days a source; no calibration,
certification or out-of-time loan takes part, so what is chosen by these figures has seen none of them. Ways differ from
`as shipped` in one choice each. Log-loss is after Platt scaling on the tested loans, so it measures order, not level;
the AUC beside the truth (simulated portfolio) weighs each loan by its attainable PD, free of the luck of outcomes.
Prints a table, then one line of JSON.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import log_expit

from benchmarks.features import peak_mib
from models.fitting.blend import blend_share
from models.fitting.booster import Shape
from models.fitting.calibration import fit_platt
from models.fitting.feature_set import shape, usable_features
from models.fitting.loans import Loans, at_risk, loans
from models.fitting.members import OneKind, fitted_kinds
from models.fitting.params import TrainParams
from models.fitting.rows import folds_of
from models.fitting.stack import stack_weights
from models.validation.discrimination import auc
from pipelines.loans import blanked_rows, part_table
from pipelines.params import ParamsError, section
from policy.segments import STAGES

DAYS: Mapping[str, tuple[tuple[str, int], ...]] = {
    "simulated": (("2020-01-01", 1), ("2021-01-01", 1)),
    "sba": (("2000-01-01", 2), ("2002-01-01", 2)),
    "us_firms": (("2007-01-01", 3), ("2010-01-01", 3)),
}
"""By source: day the tested loans begin, and how many years of them."""
FEWEST = 30
"""Defaults a stage needs to be given a booster of its own here."""
SHIPPED = "as shipped"


@dataclass(frozen=True)
class Way:
    """Fits that are stacked, by name (see `VARIANTS`), and the temperature of weights and shares (None: as shipped)."""

    members: tuple[str, ...] = ("interacting", "additive", "linear")
    temperature: float | None = None


WAYS: Mapping[str, Way] = {
    SHIPPED: Way(),
    "free trees as well": Way(("interacting", "free", "additive", "linear")),
    "no linear part": Way(("interacting", "additive")),
    "no additive trees": Way(("interacting", "linear")),
    "no interacting trees": Way(("additive", "linear")),
    "interacting trees alone": Way(("interacting",)),
    "a weak penalty": Way(("weak", "additive", "linear")),
    "trees shown a draw": Way(("drawn", "additive", "linear")),
    "directions of risk free": Way(("undirected", "undirected additive", "linear")),
    "weights of lowest loss": Way(temperature=1e-9),
    "equal weights": Way(temperature=1e12),
}
"""One choice undone each."""
SHIPPED_PARAMETERS: Mapping[str, Any] = {}
VARIANTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "interacting": ("interacting", SHIPPED_PARAMETERS),
    "free": ("free", SHIPPED_PARAMETERS),
    "additive": ("additive", SHIPPED_PARAMETERS),
    "linear": ("linear", SHIPPED_PARAMETERS),
    "weak": ("interacting", {"min_data_in_leaf": 20, "lambda_l2": 1.0}),
    "drawn": ("interacting", {"feature_fraction": 0.5, "bagging_fraction": 0.7}),
    "undirected": ("interacting", SHIPPED_PARAMETERS),
    "undirected additive": ("additive", SHIPPED_PARAMETERS),
}
"""Kind of member of each fit, and the parameters it has other than shipped; `undirected` ones have no directions."""


@dataclass(frozen=True)
class Kinds:
    """Loans fitted on and their folds, each variant's fit, and its scores of the tested loans."""

    known: Loans
    fold: np.ndarray
    fitted: Mapping[str, OneKind]
    tested: Mapping[str, np.ndarray]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the sources that the command line asks for; 0, or 1 after a sentence on stderr."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", action="append", choices=sorted(DAYS), help="may be repeated; default: all")
    wanted = parser.parse_args(arguments).source or list(DAYS)
    missing = [source for source in wanted if not (Path("data") / source / "split" / "split.parquet").exists()]
    if missing:
        print(f"wanted the step split of {', '.join(missing)}; run it first: dvc repro split@<source>", file=sys.stderr)
        return 1
    start = time.perf_counter()
    try:
        table = pd.concat([measured(source, *day) for source in wanted for day in DAYS[source]], ignore_index=True)
    except ParamsError as error:
        print(error, file=sys.stderr)
        return 1
    means = summary(table)
    print(text(means))
    used = {"wall_seconds": round(time.perf_counter() - start, 1), "peak_mib": round(peak_mib())}
    rows = {name: json.loads(frame.to_json(orient="records")) for name, frame in (("means", means), ("rows", table))}
    print(json.dumps({**rows, **used}, allow_nan=False))
    return 0


def measured(source: str, day: str, years: int) -> pd.DataFrame:
    """One row per stage and way: defaults tested, AUC, log-loss [nats], AUC by the truth where it is known."""
    params = section("train", TrainParams, source)
    table = part_table(Path("data") / source / "features", Path("data") / source / "split", "development")
    begin = pd.Timestamp(day)
    before = table[table["as_of"] < begin].reset_index(drop=True)
    within = (table["as_of"] >= begin) & (table["as_of"] < begin + pd.DateOffset(years=years))
    later = table[within & table["defaulted"].notna()].reset_index(drop=True)
    names = usable_features(before)
    blanked = blanked_rows(Path("data") / source / "features", before)
    known, learned = loans(before, names, blanked), shape(names, "never")
    pooled = _kinds(known, later[names], learned, params)
    truth = _truth(source, later)
    found = []
    for stage in STAGES:
        inside, rows = (before["stage"] == stage).to_numpy(), (later["stage"] == stage).to_numpy()
        own = known.where(inside)
        enough = np.nansum(own.defaulted) >= FEWEST
        kinds = _kinds(own, later.loc[rows, names], learned, params) if enough else None
        for name, way in WAYS.items():
            score = _score(way, pooled, kinds, inside, rows, params)
            figures = _figures(later[rows], score, None if truth is None else truth[rows])
            found.append({"source": source, "day": day, "stage": stage, "way": name, **figures})
    return pd.DataFrame(found)


def _kinds(known: Loans, later: pd.DataFrame, learned: Shape, params: TrainParams) -> Kinds:
    """Every variant on the same loans; those that the defaults do not support are left out."""
    fold = folds_of(known.enterprise, params.folds)
    fitted: dict[str, OneKind] = {}
    for name, (kind, other) in VARIANTS.items():
        directed = Shape({}) if name.startswith("undirected") else learned
        for found in fitted_kinds(known, fold, directed, replace(params, members=(kind,), **other)).values():
            fitted[name] = found
    return Kinds(known, fold, fitted, {name: one.scorer.raw_score(later) for name, one in fitted.items()})


def _score(
    way: Way, pooled: Kinds, own: Kinds | None, inside: np.ndarray, rows: np.ndarray, params: TrainParams
) -> np.ndarray:
    """Score of a stage's tested loans: its own stack and the pooled one, blended."""
    parameters = params if way.temperature is None else replace(params, share_temperature=way.temperature)
    of_all, all_tested = _stack(way, pooled, parameters)
    if own is None:
        return np.asarray(all_tested[rows])
    of_stage, tested_score = _stack(way, own, parameters)
    risk = at_risk(own.known, params.period_months, params.periods)
    every = at_risk(pooled.known, params.period_months, params.periods)
    share = blend_share(of_stage, of_all[inside[every.loan]], risk.defaulted, own.known.weight[risk.loan], parameters)
    return np.asarray(share * tested_score + (1 - share) * all_tested[rows])


def _stack(way: Way, kinds: Kinds, params: TrainParams) -> tuple[np.ndarray, np.ndarray]:
    """Out-of-fold score of every period at risk, and score of the tested loans, by the stack of a way."""
    names = [name for name in way.members if name in kinds.fitted]
    risk = at_risk(kinds.known, params.period_months, params.periods)
    held = np.column_stack(
        [
            kinds.fitted[name].out_of_fold[risk.loan] + kinds.fitted[name].baselines[kinds.fold[risk.loan], risk.period]
            for name in names
        ]
    )
    weights = stack_weights(held, risk.defaulted, kinds.known.weight[risk.loan], params)
    return held @ weights, np.column_stack([kinds.tested[name] for name in names]) @ weights


def _figures(later: pd.DataFrame, score: np.ndarray, truth: np.ndarray | None) -> dict[str, Any]:
    y, w = later["defaulted"].to_numpy(), later["weight"].to_numpy()
    intercept, slope = fit_platt(score, y, w, 1.0)
    margin = np.where(y > 0, 1.0, -1.0) * (intercept + slope * score)
    found = {"defaults": int(y.sum()), "auc": auc(y, score, w).auc, "log_loss": -float(w @ log_expit(margin) / w.sum())}
    if truth is None:
        return {**found, "auc_true": None}
    outcomes, weights = np.repeat([1.0, 0.0], len(score)), np.concatenate([w * truth, w * (1 - truth)])
    return {**found, "auc_true": auc(outcomes, np.tile(score, 2), weights).auc}


def _truth(source: str, later: pd.DataFrame) -> np.ndarray | None:
    path = Path("data") / source / "truth" / "truth.parquet"
    if not path.exists():
        return None
    known = pd.read_parquet(path, columns=["application_id", "pd_attainable"]).set_index("application_id")
    return known["pd_attainable"].loc[later["application_id"]].to_numpy()


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Means over days and stages, a row per source (and `all`) and way: AUC, log-loss against as shipped, true AUC."""
    keys = ["source", "day", "stage"]
    shipped = table.loc[table["way"] == SHIPPED, [*keys, "log_loss"]].rename(columns={"log_loss": "shipped"})
    beside = table.merge(shipped, on=keys, validate="m:1")
    beside = beside.assign(excess=beside["log_loss"] / beside["shipped"] - 1)
    both = pd.concat([beside, beside.assign(source="all")])
    columns = {"auc": ("auc", "mean"), "log_loss_beside": ("excess", "mean"), "auc_true": ("auc_true", "mean")}
    return both.groupby(["source", "way"], sort=False).agg(**columns).reset_index()


def text(means: pd.DataFrame) -> str:
    """The means for people, a block per source."""
    lines = []
    for source, rows in means.groupby("source", sort=False):
        lines.append(f"\n{source:28}{'AUC':>8}{'log-loss beside shipped':>26}{'AUC beside the truth':>24}")
        for row in rows.to_dict("records"):
            true = "-" if pd.isna(row["auc_true"]) else f"{row['auc_true']:.4f}"
            lines.append(f"  {row['way']:26}{row['auc']:>8.4f}{row['log_loss_beside']:>+26.2%}{true:>24}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
