"""What would change the answer, in words: the cheapest plan of each kind, or why there is none."""

from dataclasses import replace

import pytest

from explanations.plans import Change
from reports.memo.money import Money
from reports.memo.plans import plan_lines
from scoring.plans import Plan, Plans

CNY = Money("CNY")
LOWER = Change("leverage", 0.71, 0.623, "fraction")
RECENT = Change("recent_leverage", 0.71, 0.623, "fraction")
QUICKER = Change("receivable_days", 90.0, 75.0, "days")
LESS = Change("loan_amount", 5_000_000.0, 3_200_000.0, "money")
NONE = Plans("a", "refer", 0.068, 0.05, (), "found", (), (), (), None)


def plan(kind: str, *changes: Change, after: str = "approve", rule: str = "within_cut_off") -> Plan:
    return Plan(kind, changes, 0.2, 0.068, 0.049, "refer", after, rule)  # type: ignore[arg-type]


def test_one_lever_and_the_amount_stand_side_by_side_and_what_moves_together_is_told_once() -> None:
    trait, amount, basis = plan_lines(replace(NONE, one=(plan("one", LESS), plan("one", LOWER, RECENT))), CNY)
    assert trait.zh == (
        "资产负债率由71.0%变为62.3%（方案取值不超出同业最好10%的水平），违约概率由6.80%降至4.90%，"
        "系统建议由“提交贷审会审议”变为“通过”。"
    )
    assert amount.en.startswith("Asking for CNY 3.2 m instead of CNY 5 m")
    assert basis.en.startswith("Smallest changes")


def test_features_that_start_apart_are_both_told() -> None:
    told, *_ = plan_lines(replace(NONE, one=(plan("one", LOWER, replace(RECENT, before=0.75)),)), CNY)
    assert "71.0% to 62.3%" in told.en
    assert "75.0% to 62.3%" in told.en


def test_two_levers_are_told_where_one_alone_has_fewer_than_two_plans() -> None:
    both = plan("two", LOWER, QUICKER)
    assert "together (plans go no further" in plan_lines(replace(NONE, two=(both,)), CNY)[0].en
    lines = plan_lines(replace(NONE, one=(plan("one", LOWER), plan("one", LESS)), two=(both,)), CNY)
    assert not any("together (plans go no further" in line.en for line in lines)


def test_what_still_holds_after_a_plan_is_told_with_it_and_what_holds_at_any_pd() -> None:
    better = plan("one", LOWER, after="refer", rule="data_gap")
    found = replace(NONE, decision="decline", one=(better,), held_by=("data_gap",))
    told, also, _ = plan_lines(found, CNY)
    assert told.zh.endswith("。")
    assert "届时的决定因素：" in told.zh
    assert also.en.startswith("What keeps it from approval whatever its PD: ")


def test_what_a_plan_cures_is_not_said_to_hold_at_any_pd() -> None:
    found = replace(NONE, one=(plan("one", LESS),), held_by=("debt_over_assets",))
    assert not any("whatever its PD" in line.en for line in plan_lines(found, CNY))


def test_a_pd_beside_its_limit_is_said_to_be_so() -> None:
    near = replace(NONE, pd=0.0524, one=(plan("one", LESS),))
    assert any("within 5% of its limit" in line.en for line in plan_lines(near, CNY))
    assert not any("within 5% of its limit" in line.en for line in plan_lines(replace(near, pd=0.053), CNY))


def test_an_approval_is_told_what_it_does_not_bear() -> None:
    worse = Plan("headroom", (LOWER,), 0.1, 0.03, 0.052, "approve", "refer", "above_cut_off")
    told, _ = plan_lines(replace(NONE, decision="approve", headroom=(worse,)), CNY)
    assert "the PD rises from 3.00% to 5.20%" in told.en
    assert "above the certified cut-off" in told.en


@pytest.mark.parametrize(
    ("why", "decision", "expected"),
    [
        ("held", "refer", "No change of PD or amount changes the recommendation"),
        ("no_lever", "refer", "No plan: no feature that the enterprise can change"),
        ("no_lever", "approve", "No feature that the enterprise can change"),
        ("out_of_reach", "decline", "the PD is 9.00%, above 5.00%"),
        ("out_of_reach", "approve", "it stays at most 9.00%"),
        ("more_than_two", "refer", "No one or two changes within plausible limits are enough"),
        ("not_confirmed", "refer", "another rule holds the changed application"),
    ],
)
def test_without_a_plan_the_cause_is_told(why: str, decision: str, expected: str) -> None:
    found = replace(NONE, why=why, decision=decision, best_pd=0.09, held_by=("not_certified",))
    (line,) = plan_lines(found, CNY)
    assert expected in line.en
