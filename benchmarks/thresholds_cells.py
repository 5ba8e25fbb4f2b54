"""Every cell of the proof by every method: how often the certified ratio breaks the tolerance, and what is approved."""

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from benchmarks.learning_cells import Kept
from benchmarks.learning_models import code
from benchmarks.thresholds_methods import OTHERS, Case, case_of, mapie, ours, switched
from benchmarks.thresholds_settings import Cell, Common, NextYear
from benchmarks.thresholds_truth import Loans, Population, population
from decisions.stock_flow import macro_margin

KEY = ("cell", "repetitions")
OURS = ("weighted_binomial", "robust", "strict", "auto")
MAPIE = "MAPIE (Holm)"
CODE = (
    *(f"decisions/{name}.py" for name in ("betting", "certificate", "dependence", "empirical_likelihood", "modes")),
    *("decisions/sampling.py", "decisions/stock_flow.py", "decisions/weighted_binomial.py", "policy/digits.py"),
    *(f"benchmarks/thresholds_{name}.py" for name in ("cells", "methods", "truth")),
)
"""What the figures of a cell depend on, beside the cell itself."""
Line = dict[str, Any]


def measured_cells(
    common: Common, cells: Sequence[Cell], repetitions: int, mapie_repetitions: int, kept: Kept
) -> Iterator[Line]:
    """A line per cell: KEY, version, its setting, seconds, and under `methods` what `_figures` gives of each method."""
    for cell in cells:
        stated = asdict(common), asdict(cell), mapie_repetitions
        yield kept_or(
            kept, cell.name, repetitions, stated, lambda c=cell: _cell(common, c, repetitions, mapie_repetitions)
        )


def measured_next_years(common: Common, following: NextYear, repetitions: int, kept: Kept) -> Iterator[Line]:
    """A line per number of loans and correlation: `plain` certified at the tolerance, `margin` at the tightened one."""
    for loans in following.loans:
        for rho in following.rho:
            cell = following.cell(loans)
            stated = asdict(common), asdict(cell), rho
            yield kept_or(
                kept,
                f"next year {cell.name} rho {rho:g}",
                repetitions,
                stated,
                lambda c=cell, r=rho: {"loans": c.loans, "rho": r, **_next_year(common, c, r, repetitions)},
            )


def kept_or(kept: Kept, name: str, repetitions: int, stated: Any, measure: Any) -> Line:
    """The line of that name kept of the same code and setting, or the one measured now, which is kept."""
    version = hashlib.sha256(f"{code(CODE)}{stated}".encode()).hexdigest()[:16]
    key = (name, repetitions, version)
    if key not in kept.lines:
        start = time.process_time()
        found = measure()
        seconds = round(time.process_time() - start, 2)
        kept.add({**dict(zip((*KEY, "version"), key, strict=True)), **found, "cpu_seconds": seconds})
    return kept.lines[key]


def _cell(common: Common, cell: Cell, repetitions: int, mapie_repetitions: int) -> Line:
    truth = population(common, cell)
    chosen: dict[str, list[tuple[float, float] | None]] = {name: [] for name in (*OURS, *OTHERS, MAPIE)}
    switches = 0
    for repetition in range(repetitions):
        random = np.random.default_rng([common.seed, _number(cell.name), repetition])
        drawn, known = truth.draw(random, cell.loans), truth.draw(random, cell.loans)
        case = case_of(drawn, common, cell.tolerance, cell.cap)
        at = {name: ours(case, name) for name in OURS if name != "auto"}
        mode = switched(known, common.switch)
        switches += mode == "robust"
        at |= {"auto": at[mode], **{name: method(case) for name, method in OTHERS.items()}}
        if repetition < mapie_repetitions:
            at[MAPIE] = mapie(case)
        for name, position in at.items():
            chosen[name].append(_outcome(truth, case, drawn, position))
    methods = {name: _figures(found, cell.tolerance, truth.oracle()) for name, found in chosen.items() if found}
    return {**asdict(cell), "oracle": truth.oracle(), "switched": switches, "methods": methods}


def _number(name: str) -> int:
    """A seed from a name, so that a cell draws the same loans whatever other cells there are."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")


def _outcome(truth: Population, case: Case, drawn: Loans, position: int) -> tuple[float, float] | None:
    """True ratio and share of amounts below the cut-off; None without one."""
    return None if position < 0 else truth.at(float(drawn.score[case.ends[position] - 1]))


def _figures(found: Sequence[tuple[float, float] | None], tolerance: float, oracle: float) -> Mapping[str, float]:
    """Repetitions, certificates issued, how many were wrong, and the approved amount over the oracle's."""
    issued = [each for each in found if each is not None]
    share = sum(share for _, share in issued) / len(found)
    return {
        "repetitions": len(found),
        "issued": len(issued),
        "violations": sum(ratio > tolerance for ratio, _ in issued),
        "efficiency": round(share / oracle, 4) if oracle else 0.0,
    }


def _next_year(common: Common, cell: Cell, rho: float, repetitions: int) -> Line:
    truth = population(common, cell)
    margin = macro_margin(cell.tolerance, rho, 1, common.delta)
    found: dict[str, list[tuple[float, float] | None]] = {"plain": [], "margin": []}
    for repetition in range(repetitions):
        random = np.random.default_rng([common.seed, _number(f"{cell.name} {rho}"), repetition])
        this, following = random.standard_normal(2)
        drawn = truth.draw(random, cell.loans, this, rho)
        for name, tolerance in (("plain", cell.tolerance), ("margin", margin)):
            case = case_of(drawn, common, tolerance, cell.cap)
            position = ours(case, "weighted_binomial")
            outcome = _outcome(truth, case, drawn, position)
            if outcome is not None and rho > 0:
                score = float(drawn.score[case.ends[position] - 1])
                outcome = truth.ratio_in_year(score, following, rho), outcome[1]
            found[name].append(outcome)
    return {
        "tightened": margin,
        **{name: _figures(each, cell.tolerance, truth.oracle()) for name, each in found.items()},
    }
