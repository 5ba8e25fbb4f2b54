"""What moves when something assumed is another: grades of refits, models of other stages, directions."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from models.back_tests.limits import Fewest, limits
from models.back_tests.records import with_verdicts
from models.back_tests.refits import audit_records, by_other_stages, grade_records
from models.fitting.audit import Violation
from models.validation.spread import grades_moved

LIMITS = limits(date(2025, 12, 31))


def left_out(share: str, moved: float | None) -> dict[str, object]:
    figures = {"applications": 100, **({} if moved is None else {"grades_moved": moved})}
    return {"kind": "left_out", "value": share, "groups": {"total": figures, "startup": figures}}


def test_grades_that_move_are_counted_by_hand() -> None:
    beside = pd.DataFrame({"grade": ["G1", "G2", "G3", "G3", None], "grade_again": ["G1", "G3", "G1", "G3", "G1"]})
    assert grades_moved(beside, ["G1", "G2", "G3"]) == {"grades_moved": 0.5, "grades_moved_far": 0.25}
    assert np.isnan(grades_moved(beside.iloc[4:], ["G1"])["grades_moved"])


def test_the_smallest_share_left_out_is_held_to_the_limit() -> None:
    found = with_verdicts(grade_records([left_out("0.2", 0.6), left_out("0.03", 0.2)]), LIMITS)
    assert [(each.group, each.value, each.verdict) for each in found] == [
        ("total", 0.2, "met"),
        ("startup", 0.2, "met"),
    ]
    (total, _) = with_verdicts(grade_records([left_out("0.03", 0.3)]), LIMITS)
    assert (total.verdict, total.severity, total.limit) == ("exceeded", "low", 0.25)


@pytest.mark.parametrize("refits", [None, [], [{"kind": "seed", "value": "7", "groups": {}}], [left_out("0.03", None)]])
def test_what_no_refit_measured_is_not_computed(refits: list[dict[str, object]] | None) -> None:
    found = with_verdicts(grade_records(refits), LIMITS)
    assert {(each.verdict, each.why) for each in found} == {("no_verdict", "not_computed")}


def test_one_broken_direction_is_a_finding_of_high_severity() -> None:
    violation = Violation("leverage", 1, 0.5, 0.6, 3, -0.2)
    bad, good = with_verdicts(audit_records({"growth": [violation], "mature": []}), LIMITS)
    assert (bad.verdict, bad.severity, good.verdict) == ("exceeded", "high", "met")


def test_the_pds_of_a_stage_by_the_models_of_all_stages() -> None:
    loans = pd.DataFrame(
        {
            "stage": ["growth"] * 4 + ["mature"] * 4,
            "pd": [0.1, 0.1, 0.1, 0.2] * 2,
            "defaulted": [0.0, 0, 1, 1] * 2,
            "weight": 1.0,
        }
    )
    pds = {
        "growth": pd.Series([0.1, 0.2, 0.3, 0.4] * 2, loans.index),
        "mature": pd.Series([0.2] * 8, loans.index),
    }
    rows = {(row["stage"], row["model"]): row for row in by_other_stages(loans, pds, Fewest(2, 1, 0))}
    assert rows["growth", "growth"]["auc"] == 1.0
    assert rows["mature", "mature"]["change_median"] == pytest.approx(1.0)
    assert rows["mature", "growth"]["mean_pd"] == pytest.approx(0.25)
    few = by_other_stages(loans, pds, Fewest(3, 1, 0))
    assert {row["auc"] for row in few} == {None}
