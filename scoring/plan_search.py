"""Plans of the models for many applications: the PD each has to come to, and rows of the feature table changed."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.special import logit

from explanations.leaves import Pieces
from explanations.levers import Known
from explanations.plans import Found, headroom, plans
from features.catalogue import by_name, ranked
from scoring.amounts import allowed, scaled
from scoring.bundle import Bundle
from scoring.held import Held, held
from scoring.peer_spreads import spreads
from scoring.score import scores


def searched(
    rows: pd.DataFrame,
    bundle: Bundle,
    holds: Sequence[Held],
    taken: Mapping[str, Pieces],
) -> list[tuple[Found | None, float | None]]:
    """Plans of the models for each of `rows`, numbered from 0, and the PD they come to; None where no PD helps.

    `taken` are the models of the stages taken apart. Where only less money lifts the rules that hold, every plan asks
    for so much less.
    """
    found: list[tuple[Found | None, float | None]] = []
    known = _known(rows, bundle)
    for at, (hold, (limit, amount)) in enumerate(zip(holds, _asks(rows, bundle, holds), strict=True)):
        if limit is None:
            found.append((None, None))
            continue
        row, of, target = rows.iloc[[at]], taken[str(rows.loc[at, "stage"])], float(logit(limit))
        if hold.decision == "approve":
            result = headroom(row, of, known[at], target)
        else:
            result = plans(row, of, known[at], target, amount_at_most=amount)
        found.append((result, limit))
    return found


def _asks(rows: pd.DataFrame, bundle: Bundle, holds: Sequence[Held]) -> list[tuple[float | None, float | None]]:
    """The PD to come to, and the largest amount where only less lifts the rules that hold; twice None for no plan."""
    asks: list[tuple[float | None, float | None]] = [(hold.limit, None) for hold in holds]
    rules = {rule.code: rule for rule in bundle.procedure.rules}
    less: dict[int, float] = {}
    for at, hold in enumerate(holds):
        if hold.limit is None and all(code in rules for code in hold.held_by):
            amount = allowed(rows.iloc[at], tuple(rules[code] for code in hold.held_by))
            if amount is not None:
                less[at] = amount
    if less:
        lifted = changed(rows, list(less), [scaled(rows.iloc[at], amount) for at, amount in less.items()])
        lifted_holds = held(lifted, scores(lifted, bundle.models)["pd"], bundle)
        for (at, amount), hold in zip(less.items(), lifted_holds, strict=True):
            limit = hold.beyond(holds[at].decision)
            asks[at] = (limit, None if limit is None else amount)
    return asks


def _known(rows: pd.DataFrame, bundle: Bundle) -> list[Known]:
    names = list(by_name())
    grids = {name: bundle.ranks.quantiles(rows, name) for name in ranked()}
    values = rows[names].to_numpy(dtype="float64")
    return [
        Known(dict(zip(names, own.tolist(), strict=True)), peers, {name: grid[at] for name, grid in grids.items()})
        for at, (own, peers) in enumerate(zip(values, spreads(rows, bundle.centres.peers), strict=True))
    ]


def with_amount(row: pd.Series, values: Mapping[str, float]) -> dict[str, float]:
    """The new values of a plan, with all that scales with the amount where it asks for less."""
    return {**(scaled(row, values["loan_amount"]) if "loan_amount" in values else {}), **values}


def changed(table: pd.DataFrame, at: Sequence[int], values: Sequence[Mapping[str, float]]) -> pd.DataFrame:
    """Rows of `table` at the places `at`, each with some numbers changed; numbered anew."""
    found = table.iloc[list(at)].reset_index(drop=True)
    columns: dict[str, np.ndarray] = {}
    for row, new in enumerate(values):
        for name, value in new.items():
            if name not in columns:
                columns[name] = found[name].to_numpy(dtype="float64", copy=True)
            columns[name][row] = value
    return found.assign(**columns)
