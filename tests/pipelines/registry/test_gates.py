"""The gates of a promotion, on hand-worked figures: each holds and fails where the policy says so."""

from dataclasses import asdict
from datetime import date
from typing import Any

import pandas as pd
import pytest
from scipy.special import ndtr

from pipelines.promotion.gates import Alone, Gate, alarm_gate, compared_gates, findings_gate, validation_gate
from pipelines.registry.errors import RegistryError
from pipelines.registry.looks import Looks, counted
from pipelines.registry.record import append, writing

DAY = date(2026, 1, 1)
ONE = Looks(1, "2024-01-01", "2025-12-31")
FEW = "wanted at least 30 defaults among loans decided after 2023-12-31, the last day of a loan"


def group(**changes: Any) -> dict[str, Any]:
    """Figures of one stage: both models alike but for `changes`."""
    own = {"log_loss": 0.1, "cox_slope": 1.0, "level_p": 0.6}
    own |= {"mean_pd": 0.03, "default_rate_low": 0.025, "default_rate_high": 0.035}
    change = {"auc_change": 0.0, "auc_change_error": 0.004, "log_loss_change": 0.0, "log_loss_change_error": 0.0005}
    second = {**own, **{k: v for k, v in changes.items() if k in own}}
    return {
        "loans": 3000,
        "defaults": 90,
        "first": own,
        "second": second,
        **change,
        **{k: v for k, v in changes.items() if k not in own},
    }


def comparison(total: dict[str, Any] | None = None, growth: dict[str, Any] | None = None, **changes: Any) -> Any:
    """A comparison of 9,000 loans with 260 defaults."""
    lines = {"micro": {side: {"certified": True} for side in ("first", "second")}}
    figures = {"growth": growth or group(), "total": total or group()}
    known = {"loans": 9000, "defaults": 260, "newer_than": "2023-12-31", "figures": figures, "lines": lines}
    return {**known, **changes}


def gates(found: Any, looks: Looks | None = ONE, alone: Alone | None = None) -> dict[str, Gate]:
    return {gate.gate: gate for gate in compared_gates(found, looks, DAY, alone)}


def test_a_model_as_good_as_the_champion_passes_every_gate() -> None:
    found = gates(comparison())
    assert set(found) == {"auc_loss", "auc_margin", "log_loss_margin", "slope", "level", "level_ratio", "certificates"}
    assert all(gate.holds for gate in found.values())
    assert all(gate.figure.startswith("promotion.") and gate.flag == "A" for gate in found.values())


def test_the_confidence_limit_of_the_loss_of_auc_is_what_the_margin_bounds() -> None:
    # 1.645 standard errors of 0.004 above a loss of 0.003: 0.00958, within the margin of 0.01.
    within = gates(comparison(group(auc_change=-0.003)))["auc_margin"]
    assert within.value == pytest.approx(0.003 + 1.6448536 * 0.004)
    assert within.verdict == "met"
    assert gates(comparison(group(auc_change=-0.0035)))["auc_margin"].verdict == "exceeded"


def test_every_further_look_makes_the_margins_harder_to_meet() -> None:
    found = comparison(group(auc_change=-0.003))
    once, often = gates(found)["auc_margin"], gates(found, Looks(5, "2024-01-01", "2025-12-31"))["auc_margin"]
    assert often.value == pytest.approx(0.003 + 2.3263479 * 0.004)
    assert (once.verdict, often.verdict) == ("met", "exceeded")


def test_a_significant_loss_in_one_stage_alone_is_refused() -> None:
    found = gates(comparison(growth=group(auc_change=-0.02, auc_change_error=0.01)))
    assert found["auc_loss"].value == pytest.approx(float(ndtr(-2.0)))
    assert (found["auc_loss"].verdict, found["auc_loss"].group) == ("exceeded", "growth")
    assert found["auc_margin"].verdict == "met"


def test_models_that_rank_every_loan_alike_lose_no_auc() -> None:
    alike = group(auc_change=0.0, auc_change_error=0.0)
    assert gates(comparison(alike, alike))["auc_loss"].verdict == "met"


def test_the_rise_of_the_log_loss_is_relative_to_that_of_the_champion() -> None:
    found = gates(comparison(group(log_loss_change=0.001)))["log_loss_margin"]
    assert found.value == pytest.approx((0.001 + 1.6448536 * 0.0005) / 0.1)
    assert found.verdict == "met"
    assert gates(comparison(group(log_loss_change=0.0013)))["log_loss_margin"].verdict == "exceeded"


@pytest.mark.parametrize(("slope", "verdict"), [(0.79, "exceeded"), (0.8, "met"), (1.2, "met"), (1.21, "exceeded")])
def test_the_slope_has_to_lie_between_its_bounds(slope: float, verdict: str) -> None:
    assert gates(comparison(group(cox_slope=slope)))["slope"].verdict == verdict


def test_a_slope_that_does_not_exist_is_not_tested() -> None:
    assert gates(comparison(group(cox_slope=None)))["slope"].why == "the PDs have no Cox slope on these loans"


def test_the_level_of_the_worst_group_counts_times_the_number_of_groups() -> None:
    found = gates(comparison(growth=group(level_p=0.02)))["level"]
    assert (found.value, found.group, found.verdict) == (0.04, "growth", "exceeded")
    assert gates(comparison(growth=group(level_p=0.03)))["level"].verdict == "met"


@pytest.mark.parametrize(
    ("mean_pd", "low", "high", "value", "verdict"),
    [
        (0.228, 0.403, 0.421, 0.403 / 0.228, "exceeded"),  # the rate of the SBA loans: the near end is the low one
        (0.060, 0.030, 0.039, 0.060 / 0.039, "exceeded"),  # PDs too high count as well
        (0.060, 0.030, 0.040, 1.5, "met"),
        (0.060, 0.010, 0.200, 1.0, "met"),  # within the interval: chance
    ],
)
def test_pds_and_rate_may_lie_only_so_far_apart(
    mean_pd: float, low: float, high: float, value: float, verdict: str
) -> None:
    apart = group(mean_pd=mean_pd, default_rate_low=low, default_rate_high=high)
    found = gates(comparison(apart))["level_ratio"]
    assert (found.value, found.verdict) == (pytest.approx(value), verdict)
    stage = gates(comparison(growth=apart))["level_ratio"]
    assert (stage.value, stage.verdict) == (pytest.approx(value), verdict)
    few = gates(comparison(growth={**apart, "defaults": 29}))["level_ratio"]
    assert (few.value, few.verdict) == (1.0, "met")


def test_with_too_few_defaults_no_comparison_is_made_and_no_gate_of_it_holds() -> None:
    found = gates(comparison(defaults=29))
    compared = [gate for name, gate in found.items() if name != "certificates"]
    assert {gate.verdict for gate in compared} == {"not_tested"}
    assert not any(gate.holds for gate in compared)
    assert all(FEW in gate.why and "got 29 of 9000 loans" in gate.why for gate in compared)


def test_without_a_newer_loan_no_gate_of_the_comparison_holds() -> None:
    found = comparison(loans=0, defaults=0)
    del found["figures"]
    assert not gates(found, None)["slope"].holds


def test_a_first_champion_is_asked_for_its_own_level_and_slope_alone() -> None:
    found = gates(comparison(), alone=Alone("not_asked", "there is no champion yet"))
    asked = {name for name, gate in found.items() if gate.verdict != "not_asked"}
    assert asked == {"slope", "level", "level_ratio"}
    assert all(gate.holds for gate in found.values())


def test_a_champion_that_cannot_be_opened_leaves_the_comparison_untested() -> None:
    found = gates(comparison(), alone=Alone("not_tested", "the champion v1 cannot be opened"))
    failed = {name for name, gate in found.items() if not gate.holds}
    assert failed == {"auc_loss", "auc_margin", "log_loss_margin", "certificates"}


def test_a_lost_certificate_is_named() -> None:
    found = comparison()
    found["lines"]["micro"]["second"]["certified"] = False
    lost = gates(found)["certificates"]
    assert (lost.verdict, lost.value, lost.group) == ("exceeded", 1, "micro")


@pytest.mark.parametrize(
    ("severity", "status", "verdict"),
    [
        ("high", "open", "exceeded"),
        ("high", "accepted", "met"),
        ("high", "closed", "met"),
        ("high", "gone", "met"),
        ("low", "open", "met"),
    ],
)
def test_an_open_finding_of_high_severity_stands_in_the_way(severity: str, status: str, verdict: str) -> None:
    finding = {"id": "level.startup", "severity": severity, "status": status, "owner": "Li", "note": "minute 7"}
    found = findings_gate([finding], DAY)
    kept = {"id": "level.startup", "status": status, "owner": "Li", "note": "minute 7"}
    assert found.settled == ((kept,) if status in ("accepted", "closed") else ())
    assert found.verdict == verdict
    assert found.group == ("level.startup" if verdict == "exceeded" else "")


@pytest.mark.parametrize(
    ("status", "owner", "note", "told"),
    [
        ("closed", "", "", "level.startup (closed without owner and note)"),
        ("accepted", " ", "minute 7", "level.startup (accepted without owner)"),
        ("closed", "Li", "", "level.startup (closed without note)"),
    ],
)
def test_a_finding_that_nobody_answers_for_is_not_settled(status: str, owner: str, note: str, told: str) -> None:
    found = findings_gate(
        [{"id": "level.startup", "severity": "high", "status": status, "owner": owner, "note": note}], DAY
    )
    assert (found.verdict, found.value, found.group, found.settled) == ("exceeded", 1, told, ())


def test_findings_beyond_those_named_are_counted() -> None:
    many = [{"id": f"f{number}", "severity": "high", "status": "open"} for number in range(7)]
    assert findings_gate(many, DAY).group == "f0, f1, f2, f3, f4, 2 more"


def test_without_findings_or_validation_the_gates_are_not_tested() -> None:
    assert findings_gate(None, DAY).verdict == "not_tested"
    assert validation_gate(None, {"growth": "a"}, DAY).verdict == "not_tested"


def test_a_validation_of_another_model_does_not_count() -> None:
    assert validation_gate({"growth": "a", "mature": "b"}, {"growth": "a", "mature": "b"}, DAY).verdict == "met"
    other = validation_gate({"growth": "a"}, {"growth": "a", "mature": "b"}, DAY)
    assert (other.verdict, other.group) == ("exceeded", "mature")


def test_an_alarm_that_stands_is_named() -> None:
    assert alarm_gate([]).holds
    assert (alarm_gate(["small", "small"]).verdict, alarm_gate(["small", "small"]).group) == ("exceeded", "small")


def loans(first: str, last: str, number: int = 4) -> pd.DataFrame:
    days = pd.date_range(first, last, periods=number).floor("D")
    return pd.DataFrame({"application_id": [f"a{day:%Y%m%d}" for day in days], "as_of": days, "defaulted": 0.0})


def test_looks_count_the_pairs_of_models_compared_on_loans_of_overlapping_days(tmp_path: Any) -> None:
    year = loans("2024-01-01", "2024-12-31")
    assert counted(year, ("a", "b"), tmp_path) == Looks(1, "2024-01-01", "2024-12-31")
    assert counted(year, ("b", "a"), tmp_path) == Looks(1, "2024-01-01", "2024-12-31")
    assert counted(year, ("a", "c"), tmp_path) == Looks(2, "2024-01-01", "2024-12-31")
    assert counted(loans("2024-12-01", "2025-06-30"), ("a", "c"), tmp_path) == Looks(3, "2024-12-01", "2025-06-30")
    assert counted(loans("2025-07-01", "2025-12-31"), ("a", "d"), tmp_path) == Looks(1, "2025-07-01", "2025-12-31")
    assert counted(year[:0], ("a", "b"), tmp_path) is None


@pytest.mark.parametrize("content", ["{", '[{"pair": []}]', "[1]"])
def test_a_damaged_register_of_looks_is_told(tmp_path: Any, content: str) -> None:
    (tmp_path / "looks.json").write_text(content, encoding="utf8")
    with pytest.raises(RegistryError, match="wanted the JSON register of comparisons"):
        counted(loans("2024-01-01", "2024-12-31"), ("a", "b"), tmp_path)


def test_looks_that_the_record_tells_are_counted_after_their_register_was_removed(tmp_path: Any) -> None:
    year = loans("2024-01-01", "2024-12-31")
    for other in ("b", "c", "d"):
        told = counted(year, ("a", other), tmp_path)
    assert told == Looks(3, "2024-01-01", "2024-12-31")
    with writing(tmp_path):
        append(tmp_path, "refused", {"on": "2026-01-01", "comparison": {"looks": asdict(told)}})
    assert counted(year, ("a", "b"), tmp_path) == told
    (tmp_path / "looks.json").unlink()
    assert counted(year, ("a", "e"), tmp_path) == Looks(4, "2024-01-01", "2024-12-31")
    assert counted(year, ("a", "e"), tmp_path) == Looks(4, "2024-01-01", "2024-12-31")
    (tmp_path / "looks.json").write_text("[]", encoding="utf8")
    later = loans("2025-07-01", "2025-12-31")
    assert counted(later, ("a", "e"), tmp_path) == Looks(1, "2025-07-01", "2025-12-31")
