"""What would change the answer for an application: plans, each checked by the whole procedure; and what holds it.

The PD to come to is the one that the procedure compares with. Whatever a plan does to the PD, it is given only where
the decision on the changed application really is another: rules, accepted region and certificate are asked again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from scipy.special import expit, logit

from decisions.decide import Decision
from explanations.leaves import pieces
from explanations.plans import Change, Found, Kind
from scoring.assemble import decided_at
from scoring.bundle import Bundle
from scoring.held import Held, better, held
from scoring.plan_search import changed, searched, with_amount
from scoring.score import scores

Why = Literal["found", "held", "no_lever", "out_of_reach", "more_than_two", "not_confirmed"]
"""Plans were found; something else than PD and amount decides; nothing can be changed within plausible limits; even all
levers together do not reach the PD; only more than two together do; the changed application is not decided better."""
MOST = 3
"""Plans of a kind that are given at most, cheapest first."""


@dataclass(frozen=True)
class Plan:
    """One plan: `changes` told to a person, PD [fraction] and decision before and after, and what decides after it.

    `kind` is one or two levers, or `headroom`: a change for the worse that an approval does not bear. `cost` is the
    share of peers passed [fraction], summed over levers.
    """

    kind: Kind
    changes: tuple[Change, ...]
    cost: float
    pd_before: float
    pd_after: float
    decision_before: Decision
    decision_after: Decision
    rule_after: str


@dataclass(frozen=True)
class Plans:
    """What would change the decision on one application.

    `limit` is the PD that it would have to come to, or is approved up to; None where the PD changes nothing. `held_by`
    are codes of what keeps it from approval whatever its PD; of an application that asks for less than rules allow,
    these rules. `best_pd` is the PD with all levers together at their best, of an approved application the highest that
    one lever for the worse makes it; None where nothing was searched.
    """

    application_id: str
    decision: Decision
    pd: float
    limit: float | None
    held_by: tuple[str, ...]
    why: Why
    one: tuple[Plan, ...]
    two: tuple[Plan, ...]
    headroom: tuple[Plan, ...]
    best_pd: float | None


def plans(row: pd.DataFrame, bundle: Bundle, verdict: pd.Series) -> Plans:
    """Plans of the one application of `row`; `plans_of` costs less for many."""
    return plans_of(row, bundle, pd.DataFrame([verdict]))[0]


def plans_of(table: pd.DataFrame, bundle: Bundle, verdicts: pd.DataFrame) -> tuple[Plans, ...]:
    """Plans of the applications of a feature `table` with ranks, in its order; all have a stage.

    `verdicts` are their decisions in the same order (application_id, decision).

    Raises
    ------
    ValueError
        When a decision is not that of the row by this bundle: then the plans would answer another question.
    """
    rows = table.reset_index(drop=True)
    if rows.empty:
        return ()
    pd_ = scores(rows, bundle.models)["pd"]
    holds = held(rows, pd_, bundle)
    _check(rows, holds, verdicts)
    taken = {str(stage): pieces(bundle.models[stage]) for stage in rows["stage"].unique()}
    found = searched(rows, bundle, holds, taken)
    confirmed = _confirmed(rows, pd_, bundle, holds, [result for result, _ in found])
    return tuple(
        _plans(str(rows.loc[at, "application_id"]), float(pd_[at]), holds[at], *found[at], confirmed[at])
        for at in range(len(rows))
    )


def _check(rows: pd.DataFrame, holds: Sequence[Held], verdicts: pd.DataFrame) -> None:
    said = zip(verdicts["application_id"], verdicts["decision"], strict=True)
    for application, hold, got in zip(rows["application_id"], holds, said, strict=True):
        if got != (application, hold.decision):
            message = (
                f"plans: wanted the decision on {application} by this run, {hold.decision}; got {got[1]} on {got[0]}. "
                "Plans for another decision would mislead"
            )
            raise ValueError(message)


def _confirmed(
    rows: pd.DataFrame, pd_: pd.Series, bundle: Bundle, holds: Sequence[Held], found: Sequence[Found | None]
) -> list[list[Plan]]:
    """Plans by application whose changed row the whole procedure decides better, or worse where that was asked."""
    asked = [(at, plan) for at, each in enumerate(found) if each for plan in (*each.one, *each.two)]
    kept: list[list[Plan]] = [[] for _ in found]
    if not asked:
        return kept
    values = [with_amount(rows.iloc[at], plan.values) for at, plan in asked]
    moved = changed(rows, [at for at, _ in asked], values)
    after = scores(moved, bundle.models)["pd"]
    verdicts = decided_at(moved, after, bundle).rows
    for number, (at, plan) in enumerate(asked):
        before, now = holds[at].decision, verdicts["decision"].iloc[number]
        if better(before, now) if plan.kind == "headroom" else better(now, before):
            ends = float(pd_[at]), float(after[number]), before, now, str(verdicts["rule"].iloc[number])
            kept[at].append(Plan(plan.kind, plan.told, plan.cost, *ends))
    return kept


def _plans(
    application: str, pd_: float, hold: Held, found: Found | None, limit: float | None, confirmed: Sequence[Plan]
) -> Plans:
    def of(kind: Kind) -> tuple[Plan, ...]:
        return tuple(plan for plan in confirmed if plan.kind == kind)[:MOST]

    best = None if found is None or not found.levers else float(expit(found.best))
    told = application, hold.decision, pd_, limit, hold.held_by, _why(hold, found, limit, confirmed)
    return Plans(*told, of("one"), of("two"), of("headroom"), best)


def _why(hold: Held, found: Found | None, limit: float | None, confirmed: Sequence[Plan]) -> Why:
    if found is None or limit is None:
        return "held"
    if confirmed:
        return "found"
    if not found.levers:
        return "no_lever"
    if found.one or found.two:
        return "not_confirmed"
    short = found.best > logit(limit) if hold.decision != "approve" else True
    return "out_of_reach" if short else "more_than_two"
