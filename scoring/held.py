"""What keeps an application from a better decision: the PD it would have to come to, or what holds it at any PD."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from decisions.decide import Decision
from scoring.assemble import decided_at
from scoring.bundle import Bundle

ORDER: tuple[Decision, ...] = ("decline", "refer", "approve")
"""Decisions, from the most severe on."""


def better(one: Decision, other: Decision) -> bool:
    """Whether the one decision is better for the applicant than the other.

    >>> better("refer", "decline"), better("refer", "refer")
    (True, False)
    """
    return ORDER.index(one) > ORDER.index(other)


@dataclass(frozen=True)
class Held:
    """Decisions on one application by its PD.

    `decision` is that at its own PD; `highest` the highest PD at which a decision, or a better one, is made, of those
    that any PD brings about. `held_by` are codes of what keeps it from approval whatever the PD: rules (with
    `unknown_` before those that cannot be answered), or what else decides (`decisions.decide.OUTCOMES`).
    """

    decision: Decision
    highest: Mapping[Decision, float]
    held_by: tuple[str, ...]

    @property
    def limit(self) -> float | None:
        """Highest PD with a better decision; of an approved application, up to which it is approved; None without."""
        return self.highest.get("approve") if self.decision == "approve" else self.beyond(self.decision)

    def beyond(self, decision: Decision) -> float | None:
        """Highest PD at which the decision is better than this one; None where no PD makes it so."""
        return max((pd_ for made, pd_ in self.highest.items() if better(made, decision)), default=None)


def held(table: pd.DataFrame, pd_: pd.Series, bundle: Bundle) -> list[Held]:
    """What holds each application of `table`, whose PDs are `pd_`; rows numbered from 0.

    The procedure itself decides at every PD it compares with; between two of them its decision does not change.
    """
    compared = _compared(table, bundle)
    tried = np.column_stack([pd_.to_numpy(dtype="float64"), np.zeros(len(table)), compared])
    rows = table.iloc[np.repeat(np.arange(len(table)), tried.shape[1])].reset_index(drop=True)
    at_pd = decided_at(rows, pd.Series(tried.ravel()), bundle).rows
    decisions = at_pd["decision"].to_numpy(dtype="str").reshape(tried.shape)
    fired = at_pd["fired"].to_numpy(dtype="str").reshape(tried.shape)[:, 1]
    without_rules = replace(bundle, procedure=replace(bundle.procedure, rules=()))
    bare = decided_at(table, pd.Series(0.0, index=table.index), without_rules).rows
    # At a PD of 0 a rule that lowers the ceiling keeps nothing from approval.
    lowering = {rule.code for rule in bundle.procedure.rules if rule.effect == "lower"}
    found = []
    for at, codes in enumerate(fired):
        beside = [str(bare["rule"].iloc[at])] if bare["decision"].iloc[at] != "approve" else []
        listed = [code for code in str(codes).split("; ") if code and code not in lowering]
        order = np.array([ORDER.index(each) for each in decisions[at]])
        highest = {made: float(compared[at][order[2:] >= ORDER.index(made)].max(initial=0.0)) for made in ORDER}
        known = {made: value for made, value in highest.items() if value > 0}
        found.append(Held(ORDER[order[0]], known, tuple(dict.fromkeys((*listed, *beside)))))
    return found


def _compared(table: pd.DataFrame, bundle: Bundle) -> np.ndarray:
    """PDs that the procedure compares that of each application with, a row each; 0 where there is none."""
    procedure = bundle.procedure
    zones = procedure.zones.of(table["stage"], table["size_class"])
    cut_off = procedure.certified(table["as_of"], table["stage"], table["size_class"])["cut_off"]
    lowered = [rule.ceiling for rule in procedure.rules if rule.ceiling is not None]
    columns = [zones.to_numpy(), cut_off.to_numpy()[:, None], np.tile(lowered, (len(table), 1))]
    return np.asarray(np.nan_to_num(np.hstack(columns)))
