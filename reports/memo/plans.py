"""What would change the answer, in words: the cheapest plans of an application, or why there is none."""

from collections.abc import Sequence

from decisions.decide import OUTCOMES
from decisions.rules import UNKNOWN
from explanations.plans import Change
from reports.memo.cutting import listed
from reports.memo.money import Money
from reports.memo.rule_words import short
from reports.memo.values import FEATURES, value_of
from reports.numbers import percent, telling
from reports.texts import both, coded, joined
from schemas.declarations import Text
from scoring.plans import Plan, Plans

AMOUNT = "loan_amount"
NEAR = 0.05
"""A PD so near its limit that models fitted again move more than half of them farther [fraction of the limit]."""
MOST_HELD = 3
"""Causes that hold an application which are named."""


def plan_lines(found: Plans, money: Money) -> tuple[Text, ...]:
    """At most four sentences: the cheapest plan with one lever, with two, by the amount; or why there is none."""
    told = [_told(plan, money) for plan in _shown(found)] or [_none(found)]
    approved = any(plan.decision_after == "approve" for plan in _shown(found))
    if found.why == "found" and found.held_by and found.decision != "approve" and not approved:
        told.append(both("plan.held_also", reasons=_held(found.held_by)))
    if found.limit is not None and abs(found.pd / found.limit - 1) <= NEAR:
        told.append(both("plan.near"))
    return (*told, both("plan.basis")) if found.why == "found" else tuple(told)


def _shown(found: Plans) -> list[Plan]:
    """The cheapest of each kind; of one lever, that of the amount beside that of a trait of the enterprise."""
    if found.headroom:
        return list(found.headroom[:2])
    amount = [plan for plan in found.one if _is_amount(plan)][:1]
    trait = [plan for plan in found.one if not _is_amount(plan)][:1]
    return [*trait, *amount, *found.two[: 1 if len(trait) + len(amount) < 2 else 0]]


def _is_amount(plan: Plan) -> bool:
    return {change.feature for change in plan.changes} == {AMOUNT}


def _told(plan: Plan, money: Money) -> Text:
    key = "amount" if plan.kind == "one" and _is_amount(plan) else plan.kind
    before, after = telling(plan.pd_before, plan.pd_after)
    words: dict[str, Text | str] = {
        "pd_before": before,
        "pd_after": after,
        "decision_before": coded("decision", plan.decision_before),
        "decision_after": coded("decision", plan.decision_after),
    }
    if key == "amount":
        change = plan.changes[0]
        feature = FEATURES[change.feature]
        ends = {"before": value_of(feature, change.before, money), "after": value_of(feature, change.after, money)}
        said = both("plan.amount", **words, **ends)
    elif key == "headroom":
        return both(
            "plan.headroom",
            changes=_changes(plan.changes, money),
            pd_before=before,
            pd_after=after,
            rule=_cause(plan.rule_after),
            decision_after=words["decision_after"],
        )
    else:
        said = both("plan.one" if key == "one" else "plan.two", **words, changes=_changes(plan.changes, money))
    if plan.decision_after == "approve":
        return said
    held = both("plan.still_held", rule=_cause(plan.rule_after))
    return joined((said, held), " ", "")


def _changes(changes: Sequence[Change], money: Money) -> Text:
    """The changes of a plan; features of one family that move together from one value are told once."""
    told: dict[tuple[str, float, float], Text] = {}
    for change in changes:
        feature = FEATURES[change.feature]
        ends = {"before": value_of(feature, change.before, money), "after": value_of(feature, change.after, money)}
        key = (feature.family, change.before, change.after)
        told.setdefault(key, both("plan.change", feature=feature.label, **ends))
    return joined(list(told.values()), ", ", "，")


def _held(codes: Sequence[str]) -> Text:
    return joined(listed([_cause(code) for code in codes], MOST_HELD), "; ", "；")


def _cause(code: str) -> Text:
    """What keeps an application from approval, in words."""
    if code == "not_certified":
        return both("plan.not_certified")
    if code in OUTCOMES:
        return coded("outcome", code)
    if code.startswith(UNKNOWN):
        return both("rules.unanswered", rule=short(code.removeprefix(UNKNOWN)))
    return short(code)


def _none(found: Plans) -> Text:
    """Why no plan is given."""
    if found.why == "held":
        return both("plan.held", reasons=_held(found.held_by))
    if found.why == "no_lever":
        return both("plan.no_headroom_lever" if found.decision == "approve" else "plan.no_lever")
    limit, best = percent(found.limit), percent(found.best_pd)
    if found.decision == "approve":
        return both("plan.robust", limit=limit, best_pd=best)
    if found.why == "not_confirmed":
        return both("plan.not_confirmed", limit=limit)
    key = "plan.out_of_reach" if found.why == "out_of_reach" else "plan.more_than_two"
    return both(key, best_pd=best, limit=limit)
