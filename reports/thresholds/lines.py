"""The certified lines by size class and stage, and what each objective would certify."""

import pandas as pd

from reports.inputs import Json
from reports.numbers import count, percent
from reports.texts import both, coded
from reports.view import Grid, Row, number, short


def blocks(found: Json) -> tuple[Grid, ...]:
    """Lines by class and stage, and the objectives side by side."""
    some = [_evidence(found)] if found["evidence"] else []
    both_objectives = [_objectives(found)] if any(found["objectives"].values()) else []
    return (*some, *both_objectives)


def _evidence(found: Json) -> Grid:
    heads = (
        short("column.size_class"),
        short("column.stage"),
        number("column.line"),
        number("column.loans"),
        number("column.defaults_rows"),
        number("column.observed"),
        number("column.certified_share"),
        number("column.expected_profit"),
    )
    rows = tuple(
        Row(
            (
                coded("size", e["size_class"]),
                coded("stage", e["stage"]),
                percent(e["line"]),
                count(e["loans"]),
                count(e["defaults"]),
                percent(e["observed_ratio"]),
                percent(e["approved_share_exposure"], 1),
                percent(e["expected_profit"]),
            )
        )
        for e in found["evidence"]
    )
    objective = coded("objective", found["objective"])
    return Grid(both("threshold.evidence"), heads, rows, both("threshold.evidence_note", objective=objective))


def _objectives(found: Json) -> Grid:
    heads = (
        short("column.objective"),
        short("column.size_class"),
        number("column.certified_share"),
        number("column.expected_profit"),
        number("column.observed"),
    )
    rows = []
    for objective, evidence in found["objectives"].items():
        table = pd.DataFrame(evidence)
        for name, mine in table.groupby("size_class", sort=False) if len(table) else ():
            amount = mine["approved_amount"]
            whole = (amount / mine["approved_share_exposure"].where(mine["approved_share_exposure"] > 0)).sum()
            total = float(amount.sum())
            profit, ratio = (
                float((amount * mine[key].astype("float64").fillna(0.0)).sum()) / total if total > 0 else None
                for key in ("expected_profit", "observed_ratio")
            )
            share = total / float(whole) if whole > 0 else None
            cells = (percent(share, 1), percent(profit), percent(ratio))
            rows.append(Row((coded("objective", objective), coded("size", str(name)), *cells)))
    return Grid(both("threshold.objectives"), heads, tuple(rows), both("threshold.objectives_note"))
