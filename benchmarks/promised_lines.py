"""What was known of the SBA loans on 1 January of a year, four ways to a line from it, and what each line did later.

The source drew its sample by final outcome, which default within the window is not. Loans that defaulted after the
window are kept with the chance that gives them the weight of paid ones; then the weights are constant within each
outcome of the window, as the design `outcome` of `decisions.sampling` wants, and no default within the window is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import log_expit

from benchmarks.rolling import PERIOD_MONTHS, PERIODS, WINDOW, as_known, hazard
from decisions.certificate import Certified, certify
from decisions.portfolio import outcome_weights
from decisions.stock_flow import macro_margin
from decisions.year_effects import YearEffects, year_effects, years_spanned
from models.fitting.booster import Booster
from models.fitting.feature_set import usable_features
from models.fitting.params import TrainParams
from pipelines.limits import ThresholdParams
from pipelines.params import section

SINCE = pd.Timestamp(1990, 1, 1)
"""First approvals that are used: of the loans before, the sample holds hardly any but defaulted ones."""
WAYS = ("naive", "certified", "stressed", "stressed, rho upper")


class Known(NamedTuple):
    """Loans as known on a day: approved before it, the cohort that certifies, and the years of approvals before that.

    All windows of `certification` and `history` had closed; `fitted` has every loan but those that certify.
    """

    fitted: pd.DataFrame
    certification: pd.DataFrame
    history: pd.DataFrame


@dataclass(frozen=True)
class Line:
    """A line of one way: level tested, highest PD approved (missing: none), ratio seen on the loans that certify.

    All fractions; `reason` is one of `decisions.certificate.REASONS`, `observed` or `no_line` of the naive way, or
    `no_margin` where too few years came before for rho.
    """

    way: str
    tested: float | None
    cut_off: float | None
    seen: float | None
    reason: str


@dataclass(frozen=True)
class Later:
    """What a line did on the loans of its year: rows and loans of the population approved, shares, realised ratios.

    `realised` is the ratio of amounts that defaulted within the window, `error` its standard error (missing where one
    outcome alone occurs), `ever` the ratio until the end of the data; missing where nothing was approved.
    """

    rows: int
    loans: float
    share_loans: float
    share_amount: float
    realised: float | None
    error: float | None
    ever: float | None


def known_on(table: pd.DataFrame, day: pd.Timestamp, span: int) -> Known:
    """The loans known on the morning of `day`; the last `span` years of approvals whose window had closed certify."""
    last = day - pd.DateOffset(months=WINDOW)
    first = last - pd.DateOffset(years=span)
    before = table[(table["as_of"] >= SINCE) & (table["as_of"] < day)]
    certifies = (before["as_of"] >= first) & (before["as_of"] < last)
    return Known(before[~certifies], before[certifies], before[before["as_of"] < first])


def fitted_on(known: Known, day: pd.Timestamp, params: TrainParams) -> tuple[Booster, list[str]]:
    """Hazard of `benchmarks.rolling` on what had happened by `day`, without the loans that certify; its features."""
    names = usable_features(known.fitted)
    return hazard(as_known(known.fitted, day, names), known.fitted["ever"].to_numpy(), params), names


def window_pd(booster: Booster, names: list[str], rows: pd.DataFrame, threads: int) -> np.ndarray:
    """PD over WINDOW months, shape (rows,)."""
    baseline = booster.baseline(PERIODS)[: WINDOW // PERIOD_MONTHS]
    logits = booster.raw_score(rows[names], threads)[:, None] + baseline
    return np.asarray(-np.expm1(log_expit(-logits).sum(axis=1)))


def by_window(rows: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The rows as a sample drawn by default within the window, in column `defaulted`.

    A row that defaulted after the window stays with the chance of its weight over that of rows that never defaulted.
    """
    paid = float(rows.loc[rows["ever"] == 0, "weight"].max())
    late = (rows["ever"] == 1) & (rows["in_window"] == 0)
    drawn = np.random.default_rng(seed).random(len(rows)) < rows["weight"] / paid
    found = rows.assign(defaulted=rows["in_window"], weight=rows["weight"].where(~late, paid))
    return found[~late | drawn]


def ratio(rows: pd.DataFrame, outcome: str = "in_window") -> float:
    """Share of the amounts of the population with the outcome."""
    return float(np.average(rows[outcome], weights=rows["exposure"] * rows["weight"]))


def effects_before(known: Known) -> YearEffects:
    """Year effects of default within the window in the years before those that certify."""
    return year_effects(known.history.assign(defaulted=known.history["in_window"]))


def lines(known: Known, pd_: np.ndarray, tolerance: float, effects: YearEffects, mode: str, seed: int) -> list[Line]:
    """The line of each of WAYS, from the loans that certify and their PDs, shape (loans,)."""
    params = section("threshold", ThresholdParams, "sba")
    drawn = by_window(known.certification.assign(pd=pd_), seed)
    years = years_spanned(known.certification["as_of"])
    plain = _certified(drawn, tolerance, params, mode)
    found = [_naive(plain, tolerance), _line("certified", tolerance, plain)]
    for way, rho in zip(WAYS[2:], (effects.rho, effects.upper), strict=True):
        if rho is None:
            found.append(Line(way, None, None, None, "no_margin"))
            continue
        tested = macro_margin(tolerance, rho, years, params.delta)
        found.append(_line(way, tested, _certified(drawn, tested, params, mode)))
    return found


def _certified(drawn: pd.DataFrame, tested: float, params: ThresholdParams, mode: str) -> Certified:
    columns = (drawn[name] for name in ("pd", "exposure", "defaulted", "weight"))
    return certify(
        *columns,
        tested,
        params.delta,
        design="outcome",
        grid=params.grid,
        start_stress=params.start_stress,
        outcome_weights=outcome_weights(drawn),
        mode=mode,
    )


def _naive(plain: Certified, tolerance: float) -> Line:
    """The highest cut-off of the grid whose observed ratio is within the tolerance."""
    within = plain.path[plain.path["observed_ratio"] <= tolerance]
    if within.empty:
        return Line("naive", tolerance, None, None, "no_line")
    last = within.iloc[-1]
    return Line("naive", tolerance, float(last["cut_off"]), float(last["observed_ratio"]), "observed")


def _line(way: str, tested: float, found: Certified) -> Line:
    known = found.certificate
    return Line(way, tested, known.cut_off, known.observed_ratio, known.reason)


def later(rows: pd.DataFrame, pd_: np.ndarray, cut_off: float | None) -> Later:
    """What a line did on loans approved later, `rows` with their PDs, shape (rows,), by final outcomes."""
    kept = np.zeros(len(rows), dtype=bool) if cut_off is None else pd_ <= cut_off
    weight = rows["weight"].to_numpy(dtype="float64")
    amount = rows["exposure"].to_numpy(dtype="float64") * weight
    shares = [float(each[kept].sum() / each.sum()) for each in (weight, amount)]
    found = Later(int(kept.sum()), float(weight[kept].sum()), shares[0], shares[1], None, None, None)
    if not kept.any():
        return found
    approved = rows[kept]
    realised = ratio(approved)
    residual = amount[kept] * (approved["in_window"].to_numpy() - realised)
    error = float(np.sqrt(np.square(residual).sum()) / amount[kept].sum()) if 0 < realised < 1 else None
    return replace(found, realised=realised, error=error, ever=ratio(approved, "ever"))


def rules_of_tolerance(known: Known, points: float, factor: float) -> Mapping[str, float]:
    """Tolerances over the window, from the ratio of all loans of the years before: plus points, and times a factor."""
    base = ratio(known.history)
    return {"points": base + points, "proportion": base * factor}
