"""Approve, refer or decline: rules first, then the zones of the PD and the certificate in force on the day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from decisions.compared import Condition, comparisons, conditions, told
from decisions.grades import grades
from decisions.procedure import Procedure
from decisions.rules import UNKNOWN, rule_states
from decisions.suspension import Why, suspended

Decision = Literal["approve", "refer", "decline"]

OUTCOMES: Mapping[str, Decision] = {
    "above_refer_band": "decline",
    "no_pd": "refer",
    "unknown_size_class": "refer",
    "no_tolerance": "refer",
    "no_grant": "refer",
    "suspended": "refer",
    "not_certified": "refer",
    "above_ceiling": "refer",
    "above_cut_off": "refer",
    "within_cut_off": "approve",
}
"""What can decide beside a rule of policy/rules.yaml, with the decision it makes."""
WITHOUT_LIMIT = ("no_pd", "unknown_size_class", "no_tolerance", "no_grant", "suspended")
"""Of these, what decides where the PD is compared with nothing."""
DECIDED = ("decision", "rule", "limit", "grade", "tolerance", "fired", "compared")
"""Columns of a decision."""


@dataclass(frozen=True)
class Decided:
    """Decisions, columns DECIDED on the index of the applications; and the conditions that their rules compared."""

    rows: pd.DataFrame
    conditions: tuple[Condition, ...]

    @cached_property
    def comparisons(self) -> pd.DataFrame:
        """What their rules compared, a row a condition (`decisions.compared.COMPARED`)."""
        return comparisons(self.conditions, self.rows.index)


def decide(applications: pd.DataFrame, procedure: Procedure) -> Decided:
    """The decision on every application, with the one rule that made it and all that fired.

    `applications` has pd, stage, size_class, as_of and the quantities that the rules compare. The most severe decides:
    decline (rules in their order, then a PD above the refer band), then refer (what is not known, rules in their order,
    then the PD), else the application is approved. `rule` is the code that decided, with `unknown_` before that of a
    policy rule that could not be answered. `limit` is the PD it was compared with: the upper end of the refer band when
    above it or when the class has no certified cut-off; otherwise the lowest of certified cut-off, ceiling of the zone
    and ceiling of the rules that lower it; missing where there was nothing to compare.

    Raises
    ------
    ValueError
        When a PD is not in [0, 1].
    PolicyError
        When a rule names a quantity that `applications` does not have.
    """
    _check(applications["pd"])
    known = _states(applications, procedure)
    lines = _lines(applications, procedure, known)
    rule, decision = _chosen(applications, procedure, known, lines)
    limit = lines["line"].where(~rule.isin(["above_refer_band", "not_certified"]), lines["decline_above"])
    listed = conditions(applications, procedure.rules, known)
    found = pd.DataFrame(
        {
            "decision": decision,
            "rule": rule,
            "limit": limit.where(~rule.isin(WITHOUT_LIMIT)),
            "grade": grades(applications["pd"], procedure.scale),
            "tolerance": lines["tolerance"],
        },
        index=applications.index,
    )
    return Decided(found.join(told(listed, applications.index)), listed)


def could_approve(applications: pd.DataFrame, procedure: Procedure) -> pd.Series:
    """True where the whole procedure would approve if only the certified cut-off were high enough.

    No rule declines, refers or is left unanswered, and the PD lies within every ceiling: the loans a certificate has to
    be tested on, because no others can be approved under it.
    """
    known = _states(applications, procedure)
    lines = _lines(applications, procedure, known)
    stopped = known.isna().any(axis=1)
    for rule in procedure.rules:
        if rule.effect != "lower":
            stopped |= known[rule.code] == 1
    return ~stopped & (applications["pd"] <= lines["ceiling"])


def _states(applications: pd.DataFrame, procedure: Procedure) -> pd.DataFrame:
    """States of the rules; unknown counts as not met for a rule that no application of the run could answer."""
    known = rule_states(applications, procedure.rules)
    return known.fillna(dict.fromkeys(procedure.not_checked, 0.0))


def _lines(applications: pd.DataFrame, procedure: Procedure, known: pd.DataFrame) -> pd.DataFrame:
    """PDs each application is compared with: cut_off, tolerance, approve_up_to, decline_above, ceiling, line.

    `ceiling` is approve_up_to lowered by rules, `line` the lower of it and the certified cut-off; missing without one.
    """
    zones = procedure.zones.of(applications["stage"], applications["size_class"])
    ceiling = zones["approve_up_to"]
    for rule in procedure.rules:
        if rule.ceiling is not None:
            ceiling = ceiling.mask((known[rule.code] == 1) & (ceiling > rule.ceiling), rule.ceiling)
    certified = procedure.certified(applications["as_of"], applications["stage"], applications["size_class"])
    line = ceiling.where(ceiling <= certified["cut_off"], certified["cut_off"])
    return zones.join(certified).assign(ceiling=ceiling, line=line)


def _chosen(
    applications: pd.DataFrame, procedure: Procedure, known: pd.DataFrame, lines: pd.DataFrame
) -> tuple[pd.Series, pd.Series]:
    """Code of what decides and the decision, the first that holds in order of severity."""
    pd_, held = applications["pd"], list[tuple[str, Decision, pd.Series]]()
    declining = [rule for rule in procedure.rules if rule.effect == "decline"]
    held += [(rule.code, "decline", known[rule.code] == 1) for rule in declining]
    held += [("above_refer_band", "decline", pd_ > lines["decline_above"])]
    held += [("no_pd", "refer", pd_.isna()), ("unknown_size_class", "refer", lines["decline_above"].isna())]
    held += [("no_tolerance", "refer", lines["tolerance"].isna())]
    for why in get_args(Why):
        rows = suspended(procedure.suspensions, applications["as_of"], applications["size_class"], why)
        held.append((why, "refer", rows))
    for rule in procedure.rules:
        if rule.effect == "refer":
            held.append((rule.code, "refer", known[rule.code] == 1))
        held.append((UNKNOWN + rule.code, "refer", known[rule.code].isna()))
    over = pd_ > lines["approve_up_to"]
    held += [("not_certified", "refer", lines["cut_off"].isna())]
    # The lower of ceiling and cut-off is the one the PD is compared with, so it is the one that is named.
    held += [("above_ceiling", "refer", over & (lines["approve_up_to"] <= lines["cut_off"]))]
    held += [("above_cut_off", "refer", pd_ > lines["cut_off"]), ("above_ceiling", "refer", over)]
    lowering = sorted(
        (rule for rule in procedure.rules if rule.ceiling is not None), key=lambda rule: rule.ceiling or 0
    )
    held += [(r.code, "refer", (known[r.code] == 1) & (pd_ > (r.ceiling or 0.0))) for r in lowering]
    held.append(("within_cut_off", "approve", pd_ <= lines["line"]))
    masks = [mask.to_numpy(dtype=bool) for _, _, mask in held]
    if not np.logical_or.reduce(masks).all():
        message = "an application is neither approved, referred nor declined"
        raise ValueError(message)
    at = np.select(masks, [np.int64(number) for number in range(len(held))])
    code, decision = [code for code, _, _ in held], [decision for _, decision, _ in held]
    return _named(code, at, pd_.index), _named(decision, at, pd_.index)


def _named(names: Sequence[str], at: NDArray[np.int64], index: pd.Index) -> pd.Series:
    return pd.Series(pd.array(names, dtype="str").take(at), index=index)


def _check(pd_: pd.Series) -> None:
    wrong = pd_[(pd_ < 0) | (pd_ > 1)]
    if len(wrong):
        message = f"PD must be between 0 and 1; got {wrong.iloc[0]} for application {wrong.index[0]}"
        raise ValueError(message)
