"""The certified lines by size class and stage, what each objective would certify, and what the line depends on."""

import pandas as pd

from reports.inputs import Json
from reports.numbers import count, decimal, percent
from reports.texts import both, coded, joined
from reports.view import Grid, Head, Row, number, short, word
from schemas.declarations import Text


def blocks(found: Json) -> tuple[Grid, ...]:
    """Lines by class and stage, the objectives side by side, and the sensitivity of every certificate."""
    some = [_evidence(found)] if found["evidence"] else []
    both_objectives = [_objectives(found)] if any(found["objectives"].values()) else []
    return (*some, *both_objectives, *_sensitivity(found))


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
        word("column.objective"),
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


def _sensitivity(found: Json) -> list[Grid]:
    """One table per certificate: stays down, correlations across; the pair of the policy stands out by its row."""
    table = pd.DataFrame(found["sensitivity"])
    grids = []
    for certificate in found["certificates"].values():
        classes = certificate["classes"]
        mine = table[table["size_class"] == classes[0]] if len(table) else table
        if certificate["size_class"] != classes[0] or mine.empty or mine["cut_off"].isna().all():
            continue
        rhos = sorted(mine["rho"].unique())
        heads = (short("column.rho"), *(Head(Text(*[decimal(rho, 3)] * 2), numeric=True) for rho in rhos))
        rows = []
        for stay, lines in mine.groupby("resolution_years", dropna=False):
            by_rho = dict(zip(lines["rho"], lines["cut_off"], strict=True))
            years = pd.to_numeric(stay)
            said = both("threshold.no_stay") if pd.isna(years) else both("threshold.stay", years=decimal(years, 1))
            cells = (percent(None if pd.isna(by_rho[rho]) else float(by_rho[rho])) for rho in rhos)
            rows.append(Row((said, *cells), strong=stay == found["stock_flow"]["resolution_years"]))
        names = joined([coded("size", name) for name in classes])
        title = both("threshold.sensitivity", size_class=names)
        grids.append(Grid(title, heads, tuple(rows), both("threshold.sensitivity_note")))
    return grids
