"""The rolling study in real time on the SBA loans: how each treatment of open windows ranks, as of its own day.

A model built on 1 January of a year knows the loans approved before, and of their outcomes what had happened by then.
Four ways: `hazard` (ours: every half-year at risk that had ended), `matured_only` (48-month windows that had closed),
`open_counted_good`, and `hindsight` (final outcomes, which nobody knew). All share features, leaves, trees and seed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from models.fitting.booster import Booster, Rows, Shape, fit_booster
from models.fitting.feature_set import usable_features
from models.fitting.loans import Loans, loans
from models.fitting.params import TrainParams
from models.fitting.rows import rows_at_risk
from models.fitting.split import MONTH_DAYS
from models.validation.discrimination import auc
from pipelines.params import section

YEARS: Mapping[int, int] = {2002: 2003, 2003: 2004, 2004: 2005, 2005: 2006, 2006: 2006, 2007: 2007, 2008: 2008}
"""Year a model is built on the first day of, and last year of approvals it is tested on."""
QUICK_YEARS: Mapping[int, int] = {year: YEARS[year] for year in (2004, 2006)}
WINDOW = 48
"""Months of the default window that ranks are tested on, and of the matured loans."""
PERIOD_MONTHS, PERIODS, TREES = 6, 16, 150


def rolling_study(folder: Path, years: Mapping[int, int]) -> pd.DataFrame:
    """One row per year and way: built_on, tested, loans, `auc_48` (default within 48 months) and `auc_ever`.

    `folder` holds the features and valid tables of the SBA source.
    """
    table = loans_with_outcomes(folder)
    names = usable_features(table)
    params = _params()
    found = []
    for year, last in years.items():
        built_on = pd.Timestamp(year, 1, 1)
        known = as_known(table[table["as_of"] < built_on], built_on, names)
        tested = table[(table["as_of"] >= built_on) & (table["as_of"] < pd.Timestamp(last + 1, 1, 1))]
        final = table.loc[table["as_of"] < built_on, "ever"].to_numpy()
        for name, way in WAYS.items():
            score = way(known, final, params).raw_score(tested[names], params.num_threads)
            found.append(
                {
                    "built_on": f"{year}-01-01",
                    "tested": f"{year}" if last == year else f"{year}-{last}",
                    "way": name,
                    "loans": len(tested),
                    "auc_48": auc(tested["in_window"], score, tested["weight"]).auc,
                    "auc_ever": auc(tested["ever"], score, tested["weight"]).auc,
                }
            )
    return pd.DataFrame(found)


def hazard(known: Loans, final: np.ndarray, params: TrainParams) -> Booster:
    """Booster of the proportional hazard on every half-year at risk that had ended when it is built."""
    return fit_booster(rows_at_risk(known, params), Shape({}), params, TREES)


def matured_only(known: Loans, final: np.ndarray, params: TrainParams) -> Booster:
    """Booster of default within 48 months on the loans whose window had closed."""
    closed = known.observed_months >= WINDOW
    label = (known.default_month < WINDOW).astype(float)
    return _classifier(known.where(closed), label[closed], params)


def open_counted_good(known: Loans, final: np.ndarray, params: TrainParams) -> Booster:
    """Booster of default so far on all loans."""
    return _classifier(known, (~np.isnan(known.default_month)).astype(float), params)


def hindsight(known: Loans, final: np.ndarray, params: TrainParams) -> Booster:
    """Booster of the final outcome on all loans."""
    return _classifier(known, final, params)


Way = Callable[[Loans, np.ndarray, TrainParams], Booster]
WAYS: Mapping[str, Way] = {
    "ours (hazard)": hazard,
    "matured only": matured_only,
    "open-window counted good": open_counted_good,
    "hindsight": hindsight,
}


def _classifier(known: Loans, label: np.ndarray, params: TrainParams) -> Booster:
    return fit_booster(Rows(known.features, None, label, known.weight), Shape({}), params, TREES)


def loans_with_outcomes(folder: Path) -> pd.DataFrame:
    """Feature table with the final outcome `ever`, `in_window`, weight and the day of default, by day of decision."""
    outcomes = pd.read_parquet(folder / "valid" / "outcomes.parquet")
    columns = ["application_id", "defaulted", "defaulted_on", "window_ends_on", "weight"]
    table = pd.read_parquet(folder / "features" / "features.parquet").merge(
        outcomes[columns], on="application_id", validate="1:1"
    )
    month = (table["defaulted_on"] - table["as_of"]).dt.days / MONTH_DAYS
    return table.assign(
        ever=table["defaulted"].astype("float64"), month=month, in_window=(month < WINDOW).astype("float64")
    ).sort_values("application_id")


def as_known(table: pd.DataFrame, built_on: pd.Timestamp, names: list[str]) -> Loans:
    """The loans with what had happened by `built_on`: a default of later days is not known."""
    happened = table["defaulted_on"] < built_on
    end = table["window_ends_on"].where(table["window_ends_on"] < built_on, built_on)
    months = (end - table["as_of"]).dt.days / MONTH_DAYS
    end_known = months.where(~happened, (built_on - table["as_of"]).dt.days / MONTH_DAYS)
    known = table.assign(
        defaulted=happened.astype("float64"),
        observed_months=end_known.clip(lower=0),
        default_month=table["month"].where(happened).clip(lower=0),
    )
    return loans(known, names)


def _params() -> TrainParams:
    """Parameters of the reference study: 15 leaves, half-years up to eight years; the rest as for the SBA models."""
    return replace(section("train", TrainParams, "sba"), num_leaves=15, period_months=PERIOD_MONTHS, periods=PERIODS)


def rolling_text(study: pd.DataFrame) -> str:
    """The study for people: a line per year, two AUC columns per way, and the means."""
    ways = list(dict.fromkeys(study["way"]))
    lines = [
        "Rolling study in real time, SBA: AUC for default within 48 months / ever",
        f"{'built on':12}{'tested':12}",
    ]
    lines[-1] += "".join(f"{way:>22}" for way in ways)
    for (built_on, tested), rows in study.groupby(["built_on", "tested"], sort=False):
        lines.append(f"{built_on:12}{tested:12}" + _cells(rows.set_index("way"), ways))
    means = study.groupby("way")[["auc_48", "auc_ever"]].mean()
    return "\n".join([*lines, f"{'mean':24}" + _cells(means, ways), ""])


def _cells(rows: pd.DataFrame, ways: Sequence[str]) -> str:
    each = rows.loc[list(ways), ["auc_48", "auc_ever"]].to_numpy(dtype="float64")
    return "".join(f"{window:.3f} / {ever:.3f}".rjust(22) for window, ever in each)
