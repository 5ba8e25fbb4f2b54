"""One record per test and group: statistic, null hypothesis, p-values, limit and verdict."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from models.back_tests.limits import SEVERITIES, Limit
from models.validation.two_sided import holm

VERDICTS = ("met", "exceeded", "no_verdict")
REASONS = (
    "informs",
    "few_defaults",
    "few_loans",
    "one_outcome",
    "no_spread",
    "not_known",
    "one_sample",
    "not_computed",
)
"""Why a test gives no verdict."""

ECB = "ECB, Instructions for reporting the validation results of internal models, 2019, 2.5"
BCBS = "BCBS working paper 14, 2005"
HERE = "this project"


@dataclass(frozen=True)
class Test:
    """What a test tests: the statistic its value is, its null hypothesis, and where its formula is from."""

    __test__ = False  # a test of PDs, not one of pytest

    statistic: str
    null: str
    source: str


TESTS: Mapping[str, Test] = {
    "level": Test("mean_pd_over_rate", "pd_is_rate", f"{ECB} (Jeffreys), on both sides; correlated: {BCBS}, Vasicek"),
    "level_beside": Test("mean_pd_over_rate", "pd_is_rate_beside", f"{ECB} (Jeffreys), on both sides"),
    "binomial": Test("defaults", "pd_is_rate", f"{BCBS}, both sides"),
    "multi_year": Test("z", "gaps_around_0", f"{BCBS}, normal test, both sides"),
    "slope": Test("cox_slope", "slope_is_1", "Cox 1958, Biometrika 45; Wald"),
    "recalibration": Test("chi_square", "none_needed", "Cox 1958, Biometrika 45"),
    "hosmer_lemeshow": Test("chi_square", "pds_are_rates", BCBS),
    "spiegelhalter": Test("z", "brier_as_expected", "Spiegelhalter 1986, Statistics in Medicine 5"),
    "auc_least": Test("auc", "ranks_enough", "DeLong, DeLong and Clarke-Pearson 1988, Biometrics 44"),
    "auc_change": Test("auc_less_initial", "auc_not_fallen", f"{ECB}, with the error of both samples"),
    "auc_change_ecb": Test("auc_less_initial", "auc_not_fallen", f"{ECB}, initial AUC taken as known"),
    "auc_quarters": Test("mean_less_decline", "none", HERE),
    "psi_score": Test("psi", "same_population", "Yurdakul and Naranjo 2020, Journal of Risk Model Validation 14"),
    "psi_feature": Test("psi", "same_population", "Yurdakul and Naranjo 2020, Journal of Risk Model Validation 14"),
    "missing_rate": Test("change_of_missing_rate", "same_missing_rate", "z-test of two shares"),
    "representativeness": Test(
        "psi", "same_population", "Yurdakul and Naranjo 2020, Journal of Risk Model Validation 14"
    ),
    "grade_order": Test("rate_less_better_rate", "rate_not_lower", "Fisher's exact test, one-sided"),
    "concentration": Test("herfindahl", "not_more_concentrated", ECB),
    "migration_up": Test("upper_bandwidth", "none", ECB),
    "migration_down": Test("lower_bandwidth", "none", ECB),
    "migration_z": Test("cells_below_level", "moves_thin_out", ECB),
    "approved_ratio": Test(
        "approved_share_ratio", "none", "ratio of shares, interval of Katz et al. 1978, Biometrics 34"
    ),
    "monotonicity": Test("violations", "none", HERE),
    "grades_moved": Test("share_moved", "none", HERE),
}
"""Every test, by its key."""


@dataclass(frozen=True)
class Record:
    """Outcome of one test in one group.

    `p_holm` is adjusted within the test and dimension; `why` says why there is no verdict. `uncertain`: the value lies
    past its limit, and chance may have put it there, so that the limit counts as met. `before` and `after` are the two
    figures whose difference the value of a test of change is; `fall_in_sample` the AUC less that of the development
    loans, which the models were fitted on. `p_years`: adjusted p-value of the test over years of the same group, where
    its gap lies on the same side.
    """

    test: str
    dimension: str
    group: str
    value: float | None = None
    p_value: float | None = None
    p_correlated: float | None = None
    loans: int | None = None
    defaults: int | None = None
    why: str | None = None
    uncertain: bool = False
    p_holm: float | None = None
    limit: float | None = None
    limit_kind: str | None = None
    limit_figure: str | None = None
    verdict: str = "no_verdict"
    severity: str | None = None
    before: float | None = None
    after: float | None = None
    fall_in_sample: float | None = None
    p_years: float | None = None

    def plain(self) -> dict[str, Any]:
        """The record as plain data, with statistic, null hypothesis and source of the test."""
        known = TESTS[self.test]
        return {**asdict(self), "statistic": known.statistic, "null": known.null, "source": known.source}


def with_verdicts(records: Iterable[Record], limits: Mapping[str, Limit]) -> list[Record]:
    """The records with p-values adjusted within each test and dimension, and those that have a limit with a verdict."""
    found = list(records)
    groups: dict[tuple[str, str], list[int]] = {}
    for at, record in enumerate(found):
        if record.p_value is not None:
            groups.setdefault((record.test, record.dimension), []).append(at)
    for positions in groups.values():
        for at, adjusted in zip(positions, holm([found[at].p_value or 0.0 for at in positions]), strict=True):
            found[at] = replace(found[at], p_holm=float(adjusted))
    over_years = {(r.dimension, r.group): r for r in found if r.test == "multi_year" and r.p_holm is not None}
    found = [replace(r, p_years=_same_side(r, over_years.get((r.dimension, r.group)))) for r in found]
    return [_verdict(record, limits.get(record.test)) for record in found]


def _same_side(record: Record, years: Record | None) -> float | None:
    """Adjusted p-value of the test over years, where it finds the gap of a level on the same side; else None."""
    if record.test != "level" or record.value is None or years is None or years.value is None:
        return None
    return years.p_holm if (record.value < 1) == (years.value > 0) else None


def _verdict(record: Record, limit: Limit | None) -> Record:
    if limit is None or record.dimension not in limit.by:
        return replace(record, why=record.why or "informs")
    named = replace(record, limit=limit.number, limit_kind=limit.kind, limit_figure=limit.name)
    compared = record.p_holm if limit.compares == "p_value" else record.value
    if compared is not None and limit.either_way:
        compared = abs(compared)
    if record.why is not None or compared is None:
        return replace(named, why=record.why or "not_known")
    if record.uncertain or not limit.exceeded(compared):
        return replace(named, verdict="met")
    return replace(named, verdict="exceeded", severity=_severity(named, limit, compared))


def _severity(record: Record, limit: Limit, compared: float) -> str:
    """Severity by the limit; one class lower where one year's common effect would explain a gap that is not large.

    Never lower where the test over years, to which such an effect is no excuse, finds the gap on the same side.
    """
    from_limit, most = limit.severity_of(compared), limit.explained_up_to
    if most is None or record.p_correlated is None or record.value is None:
        return from_limit
    lasting = record.p_years is not None and limit.exceeded(record.p_years)
    explained = not lasting and record.p_correlated >= limit.number and 1 / most <= record.value <= most
    return SEVERITIES[max(SEVERITIES.index(from_limit) - 1, 0)] if explained else from_limit
