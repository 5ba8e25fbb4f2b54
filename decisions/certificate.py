"""The certified cut-off: the highest PD at which approving keeps the NPL ratio by amounts within the tolerance.

Learn then test (Angelopoulos, Bates, Candes, Jordan and Lei 2021, arXiv 2110.01052): the cut-offs of one class are
tested in ascending order, each at level delta, until the first failure; the last that passed is certified. Whatever
the true ratios are, the chance that the certified one is above the tolerance is at most delta, over samples drawn
from the same population. Years unlike those sampled are covered as far as the margin
of `decisions.stock_flow.macro_margin` goes, which the level tested has in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from decisions.modes import MODES, Mode, could_pass, p_values, upper_bound, upper_bounds
from decisions.sampling import Sample, sample
from decisions.weighted_binomial import check_tolerance
from policy.digits import rounded, rounded_number
from policy.errors import MendableError

Floats = NDArray[np.float64]

REASONS = (
    "certified",  # the sequence stopped at a failure; the last cut-off that passed is certified
    "certified_all",  # every cut-off passed: the tolerance does not bind
    "start_failed",  # the first cut-off tested failed
    "too_few_loans",  # so few loans that none could pass, even without a single default
    "one_outcome_only",  # drawn by outcome, and nobody (or everybody) defaulted: odds of the sample unknown
    "no_loans",  # the class has no loan with a known outcome
)
TESTED_COLUMNS = ("p_value", "tested", "passed", "upper_bound")
"""Of each cut-off; the upper bound of those tested alone, where asked for."""
PATH_COLUMNS = ("cut_off", "loans", "defaults", "observed_ratio", "approved_share", *TESTED_COLUMNS)


@dataclass(frozen=True)
class Certificate:
    """The certified cut-off of one size class, or of several certified together, and the evidence for it.

    `cut_off` is the highest PD approved over the outcome window, `lines` the PD of each lifecycle stage (empty: the
    cut-off in all); ratios and shares are fractions of the population; `loans` and `defaults` count rows of the sample.
    The evidence is that of the certified cut-off, or of the first one tested when it failed; where nothing could be
    tested it is missing, and the counts are those of the class. Without a cut-off the approved shares are 0.

    `tolerance` is the tolerated NPL ratio, `flow` the default ratio of the outcome window that it allows, `tested` the
    level of the test, with the margin for year effects (`decisions.stock_flow.Level`); `lines_without_margin` what the
    flow itself would certify. `classes` are the size classes the statement is about. `wanted_loans` are those that a
    certificate would take if ratios stayed as they are, missing where it has been issued or none would do. `mode` is
    the test it was made with (`decisions.modes.MODES`).
    """

    size_class: str
    certified: bool
    cut_off: float | None
    tolerance: float
    delta: float
    reason: str
    loans: int = 0
    defaults: int = 0
    effective_loans: float = 0.0
    observed_ratio: float | None = None
    upper_bound: float | None = None
    p_value: float | None = None
    approved_share_exposure: float = 0.0
    approved_share_loans: float = 0.0
    flow: float | None = None
    tested: float | None = None
    lines: Mapping[str, float] = field(default_factory=dict)
    lines_without_margin: Mapping[str, float] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    wanted_loans: int | None = None
    mode: str = "weighted_binomial"

    def line(self, stage: str) -> float | None:
        """Highest PD approved in the lifecycle stage; None without a certificate."""
        return self.lines.get(stage, self.cut_off) if self.certified else None

    def without_margin(self) -> "Certificate":
        """The certificate that the flow itself would have given, with its lines alone."""
        lines = self.lines_without_margin
        return replace(self, certified=bool(lines), cut_off=max(lines.values(), default=None), lines=lines)


class Certified(NamedTuple):
    """The certificate and the path that led to it: one row per cut-off, ascending, columns PATH_COLUMNS."""

    certificate: Certificate
    path: pd.DataFrame


def certify(
    pd_: ArrayLike,
    exposure: ArrayLike,
    defaulted: ArrayLike,
    weight: ArrayLike,
    tolerance: float,
    delta: float,
    *,
    design: str,
    size_class: str = "all",
    grid: int = 60,
    start_stress: float = 0.0,
    outcome_weights: tuple[float, float] | None = None,
    rank: ArrayLike | None = None,
    mode: str = "weighted_binomial",
    largest_exposure: float | None = None,
    bounds: bool = False,
) -> Certified:
    """Certificate of one size class from its loans with outcomes, arrays of shape (loans,), and the path of its test.

    The path holds `grid` cut-offs that split the population's exposure evenly, and the start is the one with the best
    predicted z-score; both come from PDs and exposures alone, never from labels. `start_stress` raises the PDs on the
    probit scale (for a year effect of correlation rho: sqrt(rho)) before the start is chosen, so that one bad year does
    not fail the very first test. `design` and `outcome_weights` are those of `decisions.sampling.sample`; `mode` is
    one of `decisions.modes.MODES`, `largest_exposure` the one that policy allows (mode `strict`); `bounds` asks for
    the upper bound of every cut-off tested, which takes longer than the tests. Loans are admitted in ascending `rank`,
    without one in ascending PD; `cut_off` is a rank then (`decisions.objectives.lines` gives the PDs).

    Raises
    ------
    MendableError
        When tolerance or delta is not inside (0, 1), grid is below 1, the mode is none, or loans are not fit.
    """
    _check_level(tolerance, delta, grid)
    test = Mode(mode, delta, largest_exposure)
    loans = sample(pd_, exposure, defaulted, weight, design, outcome_weights, rank)
    level = (tolerance, delta)
    if loans is None or not loans.exposure.size:
        reason = "no_loans" if not np.size(pd_) else "one_outcome_only"
        return Certified(
            _untested(reason, defaulted, level, size_class, mode), pd.DataFrame(columns=list(PATH_COLUMNS))
        )
    ends = _ends(loans, grid)
    sample_tolerance = float(loans.in_sample(tolerance))
    start = _start(loans, ends, sample_tolerance, test, start_stress)
    path = _path(loans, ends, start, sample_tolerance, test)
    if bounds:
        found = upper_bounds(test, loans, ends[path["tested"]], sample_tolerance)
        path.loc[path["tested"], "upper_bound"] = rounded(loans.in_population(found))
    if start is None:
        return Certified(_untested("too_few_loans", defaulted, level, size_class, mode), path)
    passed = np.flatnonzero(path["passed"])
    shown = int(passed[-1]) if passed.size else start
    reason = "start_failed" if not passed.size else "certified_all" if shown == ends.size - 1 else "certified"
    certificate = _certificate(loans, int(ends[shown]), path.iloc[shown], reason, level, size_class)
    bound = loans.in_population(upper_bound(test, loans, int(ends[shown]), sample_tolerance))
    return Certified(replace(certificate, mode=mode, upper_bound=rounded_number(float(bound))), path)


def _check_level(tolerance: float, delta: float, grid: int) -> None:
    check_tolerance(tolerance)
    if not 0 < delta < 1 or grid < 1:
        message = f"wanted delta between 0 and 1 and a grid of at least 1 cut-off; got delta {delta}, grid {grid}"
        raise MendableError(message)


def _untested(reason: str, defaulted: ArrayLike, level: tuple[float, float], size_class: str, mode: str) -> Certificate:
    wanted = None
    if mode == MODES[0] and reason in ("too_few_loans", "no_loans"):  # the others have no such simple number
        wanted = int(np.ceil(np.log(level[1]) / np.log1p(-level[0])))  # without a single default
    counts = (np.size(defaulted), int(np.sum(defaulted)))
    return Certificate(size_class, False, None, *level, reason, *counts, wanted_loans=wanted, mode=mode)


def _ends(loans: Sample, grid: int) -> NDArray[np.int64]:
    """Loans at or below each cut-off: PDs at even shares of expected population exposure, ties together."""
    cumulative = np.cumsum(loans.amount * loans.expected_weight)
    wanted = cumulative[-1] * np.arange(1, grid + 1) / grid
    at = np.minimum(np.searchsorted(cumulative, wanted * (1 - 1e-12)), cumulative.size - 1)
    return np.unique(np.searchsorted(loans.rank, loans.rank[at], side="right"))


def _start(loans: Sample, ends: NDArray[np.int64], tolerance: float, mode: Mode, stress: float) -> int | None:
    """Position of the cut-off with the best predicted z among those that could pass without a default; None if none.

    z = (tolerance - predicted ratio) sum w / sqrt(tolerance (1 - tolerance) sum w^2): the variance of the test itself.
    """
    able = could_pass(mode, loans, ends, tolerance)
    if not able.any():
        return None
    predicted = loans.in_sample(ndtr(ndtri(loans.pd_) + stress))
    gain = np.cumsum(loans.exposure * (tolerance - predicted))[ends - 1]
    spread = np.sqrt(np.cumsum(loans.exposure**2)[ends - 1] * tolerance * (1 - tolerance))
    return int(np.where(able, gain / spread, -np.inf).argmax())


def _path(loans: Sample, ends: NDArray[np.int64], start: int | None, tolerance: float, mode: Mode) -> pd.DataFrame:
    """One row per cut-off; p-values of cut-offs never tested are shown too, but decide nothing."""
    bad_exposure = np.cumsum(loans.exposure * loans.defaulted)[ends - 1]
    amounts = np.cumsum(loans.amount * loans.weight)
    tails = rounded(p_values(mode, loans, ends, tolerance))
    position = np.arange(ends.size)
    failed = position[(tails > mode.delta) & (position >= start)] if start is not None else position
    stop = int(failed[0]) if failed.size else ends.size
    tested = (position >= start) & (position <= stop) if start is not None else np.zeros(ends.size, dtype=bool)
    return pd.DataFrame(
        {
            "cut_off": loans.rank[ends - 1],
            "loans": ends,
            "defaults": np.cumsum(loans.defaulted)[ends - 1],
            "observed_ratio": rounded(loans.in_population(bad_exposure / np.cumsum(loans.exposure)[ends - 1])),
            "approved_share": rounded(amounts[ends - 1] / amounts[-1]),
            "p_value": tails,
            "tested": tested,
            "passed": tested & (tails <= mode.delta),
            "upper_bound": np.nan,
        }
    )


def _certificate(
    loans: Sample, end: int, row: pd.Series, reason: str, level: tuple[float, float], size_class: str
) -> Certificate:
    tolerance, delta = level
    certified = reason != "start_failed"
    exposure = loans.exposure[:end]
    return Certificate(
        size_class=size_class,
        certified=certified,
        cut_off=float(row["cut_off"]) if certified else None,
        tolerance=tolerance,
        delta=delta,
        reason=reason,
        loans=end,
        defaults=int(row["defaults"]),
        effective_loans=rounded_number(exposure.sum() ** 2 / np.dot(exposure, exposure)),
        observed_ratio=float(row["observed_ratio"]),
        p_value=float(row["p_value"]),
        approved_share_exposure=float(row["approved_share"]) if certified else 0.0,
        approved_share_loans=rounded_number(loans.weight[:end].sum() / loans.weight.sum()) if certified else 0.0,
        wanted_loans=None if certified else _wanted(end, float(row["p_value"]), delta),
    )


def _wanted(loans: int, p_value: float, delta: float) -> int | None:
    """Loans at which the same ratio would pass: the z-score of the test grows by the root of their number."""
    if p_value >= 0.5:
        return None
    return int(np.ceil(loans * (ndtri(delta) / ndtri(p_value)) ** 2))
