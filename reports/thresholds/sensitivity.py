"""How the certified line depends on the correlation of a year and the stay among the NPL; how young programmes look."""

import pandas as pd

from decisions.stock_flow import ramp_up
from reports.inputs import Json
from reports.numbers import decimal, percent, plain
from reports.texts import both, coded
from reports.thresholds.facts import statements
from reports.view import Grid, Head, Paragraph, Row, short
from schemas.declarations import Text

AGES = (0.5, 1.0, 2.0, 3.0, 5.0)
"""Ages of a new programme [years] whose NPL ratio is told."""


def grids(found: Json) -> list[Grid]:
    """One table per certificate: stays down, correlations across; the stay of the policy stands out by its row."""
    table = pd.DataFrame(found["sensitivity"])
    made = []
    for statement in statements(found):
        mine = table[table["size_class"] == statement.classes[0]] if len(table) else table
        if mine.empty or mine["cut_off"].isna().all():
            continue
        rhos = sorted(mine["rho"].unique())
        used = found["stock_flow"]["rho"]
        heads = (short("column.rho"), *(Head(_rho(rho, used), numeric=True) for rho in rhos))
        rows = []
        for stay, lines in mine.groupby("resolution_years", dropna=False):
            by_rho = dict(zip(lines["rho"], lines["cut_off"], strict=True))
            years = pd.to_numeric(stay)
            said = both("threshold.no_stay") if pd.isna(years) else both("threshold.stay", years=decimal(years, 1))
            cells = (percent(None if pd.isna(by_rho[rho]) else float(by_rho[rho])) for rho in rhos)
            rows.append(Row((said, *cells), strong=stay == found["stock_flow"]["resolution_years"]))
        title = both("threshold.sensitivity", size_class=statement.name)
        made.append(Grid(title, heads, tuple(rows), both("threshold.sensitivity_note")))
    return made


def _rho(rho: float, used: float) -> Text:
    """Heading of one correlation; that of the policy says so."""
    shown = decimal(rho, 3)
    return both("sensitivity.rho_used", rho=shown) if rho == used else Text(shown, shown)


def ramp(found: Json) -> tuple[Grid | Paragraph, ...]:
    """NPL ratio of a new programme that defaults exactly as allowed, by its age; a sentence where none can be told."""
    known = found["stock_flow"]
    stay, growth = known["resolution_years"], known["lending_growth"] or 0.0
    if stay is None:
        return (Paragraph(both("ramp.final_losses"), "note"),)
    heads = (
        short("column.size_class"),
        *(Head(both("ramp.after", years=plain(age, 1))) for age in AGES),
        Head(both("ramp.long_run")),
    )
    rows = []
    for name, level in found["levels"].items():
        shares = ramp_up(level["flow"], (stay, growth), AGES)
        ratios = (percent(level["new_loans"] * float(share)) for share in shares)
        rows.append(Row((coded("size", name), *ratios, percent(level["new_loans"]))))
    note = both("ramp.note", stay=decimal(stay, 1), growth=percent(growth, 0), flag=known["flag"])
    return (Paragraph(both("ramp.told")), Grid(both("ramp.caption"), heads, tuple(rows), note))
