"""The learning curves as text for people."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from benchmarks.learning_comparison import AUC_MARGIN, LEVEL, LOSS_MARGIN, SLOPE_FROM, SLOPES
from models.challengers.verdicts import OURS


def cells_text(lines: pd.DataFrame, cells: Mapping[str, pd.DataFrame]) -> str:
    """A row per set and size: figures of ours, then the difference to each challenger in AUC and log-loss."""
    known = lines[lines["refused"].isna() & (lines["model"] == OURS)]
    heads = "".join(f"{name:>22}" for name in cells)
    shown = [
        "Means over draws. Per challenger: AUC of ours less its, and log-loss of ours over its, less 1.",
        f"{'set':24}{'rows':>8}{'defaults':>10}{'AUC':>8}{'log-loss':>10}{'slope':>7}{heads}",
    ]
    beside = {name: table.set_index(["set", "rows"]) for name, table in cells.items() if len(table)}
    for (name, rows), group in known.groupby(["set", "rows"], sort=False):
        defaults = (group["defaults"] + group["calibration_defaults"]).mean()
        slope = f"{group['slope'].mean():.2f}" if group["slope"].notna().any() else "-"
        ours = f"{defaults:>10,.0f}{group['auc'].mean():>8.4f}{group['log_loss'].mean():>10.4f}{slope:>7}"
        gaps = "".join(f"{_gap(beside.get(challenger), (name, rows)):>22}" for challenger in cells)
        shown.append(f"{name:24}{rows:>8,}{ours}{gaps}")
    return "\n".join(shown)


def _gap(table: pd.DataFrame | None, cell: tuple[Any, ...]) -> str:
    if table is None or cell not in table.index:
        return "-"
    row = table.loc[cell]
    lost = "*" if row["auc_gap_lost"] or row["loss_excess_lost"] else ""
    return f"{row['auc_gap']:+.4f} {row['loss_excess']:+.1%}{lost}"


def overall_text(found: Mapping[str, Mapping[str, Any]]) -> str:
    """A row per challenger: means over all cells, their p-values over sets, cells beyond the margins and lost."""
    shown = [
        f"\nOver all cells. Beyond: by the mean over draws ours is more than {AUC_MARGIN} AUC below, or "
        f"{LOSS_MARGIN:.0%} log-loss above.\n"
        f"Lost (*): beyond, and worse by a paired test at {LEVEL} after Holm over cells.",
        f"{'challenger':24}{'cells':>7}"
        + "".join(f"{name:>10}{'p':>8}{'beyond':>8}{'lost':>6}" for name in ("AUC", "log-loss")),
    ]
    for name, row in found.items():
        auc = _mean(row, "auc_gap", "{:+.4f}")
        loss = _mean(row, "loss_excess", "{:+.2%}")
        shown.append(f"{name:24}{row['cells']:>7}{auc}{loss}")
    return "\n".join(shown)


def _mean(row: Mapping[str, Any], column: str, form: str) -> str:
    value = "-" if row[column] is None else form.format(row[column])
    p = "-" if row[f"{column}_p"] is None else f"{row[f'{column}_p']:.4f}"
    return f"{value:>10}{p:>8}{row[f'{column}_beyond']:>8}{row[f'{column}_lost']:>6}"


def slopes_text(found: pd.DataFrame) -> str:
    """Per model the cells whose slope lies in the range; of ours each cell out of it."""
    shown = [f"\nSlope of calibration, cells of {SLOPE_FROM} defaults or more (wanted: {SLOPES[0]} to {SLOPES[1]})"]
    for model, rows in found.groupby("model", sort=False):
        shown.append(f"{model:24}{rows['within'].sum():>4} of {len(rows)} within")
    out = found[(found["model"] == OURS) & ~found["within"]]
    shown += [
        f"  ours {row.slope:.2f}: {row.set}, {row.rows:,} rows, {row.defaults:,.0f} defaults"
        for row in out.itertuples()
    ]
    return "\n".join(shown)


def refusals_text(found: pd.DataFrame, absent: list[str]) -> str:
    """Refused cells, those of ours first, with the sentence; then what was not measured at all."""
    shown = [f"\nRefused cells: {len(found)}"] if len(found) else ["\nRefused cells: none"]
    ordered = found.assign(other=found["model"] != OURS).sort_values("other", kind="stable")
    shown += [
        f"  {row.model}: {row.set}, {row.rows:,} rows, {row.refused} of {row.draws} draws: {row.sentence}"
        for row in ordered.itertuples()
    ]
    return "\n".join([*shown, *(f"not measured: {sentence}" for sentence in absent)])


def seconds_text(lines: pd.DataFrame) -> str:
    """Mean seconds per cell by the clock, by model and rows, and beside them those of the processor in this process."""
    tables = [
        lines.pivot_table(index="model", columns="rows", values=name, aggfunc="mean", sort=False)
        for name in ("seconds", "cpu_seconds")
    ]
    heads = "".join(f"{rows:>16,}" for rows in tables[0].columns)
    shown = [f"\n{'seconds (of processor)':24}{heads}"]
    for model, row in tables[0].iterrows():
        cells = (f"{row[rows]:.1f} ({tables[1].loc[model, rows]:.1f})" for rows in tables[0].columns)
        shown.append(f"{model:24}" + "".join(f"{cell:>16}" for cell in cells))
    return "\n".join(shown)
