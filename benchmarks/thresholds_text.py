"""The proof of certificates as text for people, with limits that hold for all cells of a table at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from scipy.stats import beta

from benchmarks.thresholds_settings import SCOPES

SHORT = {
    "weighted_binomial": "default",
    "naive amounts": "naive",
    "naive count": "naive n",
    "Clopper-Pearson (SGR)": "SGR",
    "exact count LTT": "count",
    "MAPIE (Holm)": "MAPIE",
}
PROMISED = {
    "default": ("weighted_binomial", "robust", "strict", "auto"),
    "wider": ("robust", "strict"),
    "none": ("strict",),
}
"""Modes that are to keep the level in the cells of a scope."""
Line = Mapping[str, Any]


def limits(violations: int, repetitions: int, cells: int) -> tuple[float, float]:
    """Clopper-Pearson limits of a frequency that hold for all `cells` at once with 95 % (Bonferroni)."""
    level = 0.05 / cells / 2
    low = beta.ppf(level, violations, repetitions - violations + 1) if violations else 0.0
    high = beta.ppf(1 - level, violations + 1, repetitions - violations) if violations < repetitions else 1.0
    return float(low), float(high)


def above(line: Line, method: str, delta: float, cells: int) -> bool:
    """Whether a method breaks the level in a cell: the lower simultaneous limit lies above delta."""
    found = line["methods"][method]
    return limits(found["violations"], found["repetitions"], cells)[0] > delta


def cells_text(lines: Sequence[Line], delta: float) -> str:
    """Two tables: violation frequency, marked where its lower limit is above delta, and approved amount over oracle."""
    names = list(lines[0]["methods"])
    heads = "".join(f"{SHORT.get(name, name):>9}" for name in names)
    cell = f"{'scope':9}{'base':>6}{'tol.':>7}{'loans':>8}{'sigma':>7}{'dep.':>6}{'switch':>8}"
    shown = ["Wrong certificates, share of repetitions; * : lower simultaneous 95 % limit above delta", cell + heads]
    shown += [_cell_text(line) + _row(line, names, delta, len(lines)) for line in lines]
    shown += ["", "Approved amount over that of the oracle (nothing certified counts as 0)", cell + heads]
    shown += [_cell_text(line) + _efficiency(line, names) for line in lines]
    return "\n".join(shown)


def _cell_text(line: Line) -> str:
    switched = line["switched"] / line["repetitions"]
    return (
        f"{line['scope']:9}{line['base']:>6.2f}{line['tolerance']:>7.3f}{line['loans']:>8,}{line['sigma']:>7.1f}"
        f"{line['dependence']:>6.1f}{switched:>8.2f}"
    )


def _row(line: Line, names: Sequence[str], delta: float, cells: int) -> str:
    found = line["methods"]
    shares = {name: found[name]["violations"] / found[name]["repetitions"] for name in names}
    return "".join(f"{shares[name]:.3f}{'*' if above(line, name, delta, cells) else ' '}".rjust(9) for name in names)


def _efficiency(line: Line, names: Sequence[str]) -> str:
    return "".join(f"{line['methods'][name]['efficiency']:>8.2f} " for name in names)


def verdicts(lines: Sequence[Line], delta: float) -> list[dict[str, Any]]:
    """Per scope and mode: cells, whether promised, largest frequency with its limits, cells above delta, efficiency."""
    found = []
    for scope in SCOPES:
        rows = [line for line in lines if line["scope"] == scope]
        for mode in PROMISED["default"] if rows else ():
            worst = max((r["methods"][mode] for r in rows), key=lambda m: m["violations"] / m["repetitions"])
            low, high = limits(worst["violations"], worst["repetitions"], len(lines))
            found.append(
                {
                    "scope": scope,
                    "mode": mode,
                    "promised": mode in PROMISED[scope],
                    "cells": len(rows),
                    "largest": round(worst["violations"] / worst["repetitions"], 4),
                    "low": round(low, 4),
                    "high": round(high, 4),
                    "above": sum(above(row, mode, delta, len(lines)) for row in rows),
                    "efficiency": round(sum(r["methods"][mode]["efficiency"] for r in rows) / len(rows), 4),
                }
            )
    return found


def verdicts_text(found: Sequence[Mapping[str, Any]], delta: float) -> str:
    """A row per scope and mode: the largest frequency of wrong certificates and its simultaneous 95 % limits."""
    shown = [
        f"Largest share of wrong certificates (delta {delta:g})",
        f"{'scope':9}{'mode':20}{'promised':>9}{'cells':>7}{'largest':>9}{'limits':>16}{'above delta':>13}"
        f"{'approved':>10}",
    ]
    for row in found:
        limit = f"{row['low']:.3f} - {row['high']:.3f}"
        shown.append(
            f"{row['scope']:9}{row['mode']:20}{'yes' if row['promised'] else 'no':>9}{row['cells']:>7}"
            f"{row['largest']:>9.3f}{limit:>16}{row['above']:>13}{row['efficiency']:>10.2f}"
        )
    return "\n".join(shown)


def next_year_text(lines: Sequence[Line]) -> str:
    """A row per number of loans and correlation: how often next year's ratio is above the tolerance, and approved."""
    shown = [
        "Next year above the tolerance, share of repetitions; approved amount over the oracle's of an average year",
        f"{'loans':>8}{'rho':>7}{'without margin':>16}{'approved':>10}{'tightened to':>14}{'with margin':>13}"
        f"{'approved':>10}",
    ]
    for line in lines:
        plain, margin = line["plain"], line["margin"]
        shown.append(
            f"{line['loans']:>8,}{line['rho']:>7.2f}{plain['violations'] / plain['repetitions']:>16.3f}"
            f"{plain['efficiency']:>10.2f}{line['tightened']:>14.4f}"
            f"{margin['violations'] / margin['repetitions']:>13.3f}{margin['efficiency']:>10.2f}"
        )
    return "\n".join(shown)
