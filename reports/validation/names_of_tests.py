"""Names of tests, of their null hypotheses and of why one has no verdict; and the chapter of each test."""

from collections.abc import Mapping, Sequence

from reports.inputs import Json
from reports.validation.words import named
from schemas.declarations import Text

TESTS: Mapping[str, str] = {
    "level": "validation_test.level",
    "level_beside": "validation_test.level_beside",
    "binomial": "validation_test.binomial",
    "multi_year": "validation_test.multi_year",
    "slope": "validation_test.slope",
    "recalibration": "validation_test.recalibration",
    "hosmer_lemeshow": "validation_test.hosmer_lemeshow",
    "spiegelhalter": "validation_test.spiegelhalter",
    "auc_least": "validation_test.auc_least",
    "auc_change": "validation_test.auc_change",
    "auc_change_ecb": "validation_test.auc_change_ecb",
    "auc_quarters": "validation_test.auc_quarters",
    "psi_score": "validation_test.psi_score",
    "psi_feature": "validation_test.psi_feature",
    "missing_rate": "validation_test.missing_rate",
    "representativeness": "validation_test.representativeness",
    "grade_order": "validation_test.grade_order",
    "concentration": "validation_test.concentration",
    "migration_up": "validation_test.migration_up",
    "migration_down": "validation_test.migration_down",
    "migration_z": "validation_test.migration_z",
    "approved_ratio": "validation_test.approved_ratio",
    "monotonicity": "validation_test.monotonicity",
    "grades_moved": "validation_test.grades_moved",
}
NULLS: Mapping[str, str] = {
    "pd_is_rate": "validation_null.pd_is_rate",
    "pd_is_rate_beside": "validation_null.pd_is_rate_beside",
    "gaps_around_0": "validation_null.gaps_around_0",
    "slope_is_1": "validation_null.slope_is_1",
    "none_needed": "validation_null.none_needed",
    "pds_are_rates": "validation_null.pds_are_rates",
    "brier_as_expected": "validation_null.brier_as_expected",
    "ranks_enough": "validation_null.ranks_enough",
    "auc_not_fallen": "validation_null.auc_not_fallen",
    "same_population": "validation_null.same_population",
    "same_missing_rate": "validation_null.same_missing_rate",
    "rate_not_lower": "validation_null.rate_not_lower",
    "not_more_concentrated": "validation_null.not_more_concentrated",
    "moves_thin_out": "validation_null.moves_thin_out",
    "none": "validation_null.none",
}
STATISTICS: Mapping[str, str] = {
    "mean_pd_over_rate": "validation_statistic.mean_pd_over_rate",
    "defaults": "validation_statistic.defaults",
    "z": "validation_statistic.z",
    "cox_slope": "validation_statistic.cox_slope",
    "chi_square": "validation_statistic.chi_square",
    "auc": "validation_statistic.auc",
    "auc_less_initial": "validation_statistic.auc_less_initial",
    "mean_less_decline": "validation_statistic.mean_less_decline",
    "psi": "validation_statistic.psi",
    "change_of_missing_rate": "validation_statistic.change_of_missing_rate",
    "rate_less_better_rate": "validation_statistic.rate_less_better_rate",
    "herfindahl": "validation_statistic.herfindahl",
    "upper_bandwidth": "validation_statistic.upper_bandwidth",
    "lower_bandwidth": "validation_statistic.lower_bandwidth",
    "cells_below_level": "validation_statistic.cells_below_level",
    "approved_share_ratio": "validation_statistic.approved_share_ratio",
    "violations": "validation_statistic.violations",
    "share_moved": "validation_statistic.share_moved",
}
WHY: Mapping[str, str] = {
    "informs": "validation_why.informs",
    "few_defaults": "validation_why.few_defaults",
    "few_loans": "validation_why.few_loans",
    "one_outcome": "validation_why.one_outcome",
    "no_spread": "validation_why.no_spread",
    "not_known": "validation_why.not_known",
    "one_sample": "validation_why.one_sample",
    "not_computed": "validation_why.not_computed",
}
TOPICS: Mapping[str, tuple[str, ...]] = {
    "data": ("representativeness",),
    "discrimination": ("auc_least", "auc_change", "auc_change_ecb", "auc_quarters"),
    "calibration": (
        *("level", "level_beside", "binomial", "multi_year", "slope", "recalibration"),
        *("hosmer_lemeshow", "spiegelhalter", "grade_order"),
    ),
    "stability": (
        *("psi_score", "psi_feature", "missing_rate", "concentration"),
        *("migration_up", "migration_down", "migration_z"),
    ),
    "fairness": ("approved_ratio",),
    "explainability": ("monotonicity",),
    "sensitivity": ("grades_moved",),
}
"""Tests by the chapter that shows them; the last chapter lists all."""
LEVEL = ("level", "binomial", "level_beside")
"""Tests of the level of the PDs, told on the first page by mean PD and default rate."""


def name_of_test(code: str) -> Text:
    """Name of a test in words."""
    return named(TESTS, code)


MAIN = ("total", "stage", "size_class", "year", "grade")
"""Dimensions whose records a chapter lists in full; of others, those that exceed their limit."""


def main_of_topic(tests: Sequence[Json], topic: str) -> list[Json]:
    """Records that a chapter lists: by test, of the main dimensions and of every group that exceeds a limit."""
    return [t for t in of_topic(tests, topic) if t["dimension"] in MAIN or t["verdict"] == "exceeded"]


def of_topic(tests: Sequence[Json], topic: str) -> list[Json]:
    """The test records that a chapter shows, by test."""
    found = [test for test in tests if test["test"] in TOPICS[topic]]
    return sorted(found, key=lambda test: TOPICS[topic].index(test["test"]))
