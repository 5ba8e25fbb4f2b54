"""`techcredit ablate`: what each feature domain adds, on one screen."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.table import Table as Screen

from pipelines.ablate import AblateParams, measure
from pipelines.commands.screens import show
from pipelines.files import write_json
from pipelines.loans import require_run
from pipelines.params import chosen_source, section
from pipelines.printing import Console
from policy.segments import STAGES
from reports.numbers import signed

ENDS = ("value", "low", "high")


def ablate_source(source: str | None, folds: int | None, output: Path | None) -> None:
    """Print what each feature domain adds on the development loans of a source; write it to `output` when given."""
    chosen = chosen_source(source)
    params = section("ablate", AblateParams, chosen)
    folder = Path("data") / chosen
    require_run(folder / "features" / "features.parquet", folder / "pool" / "pool.json", chosen)
    with Console(stderr=True).status("ablate"):
        found = measure(
            chosen,
            folder / "features",
            folder / "split",
            folder / "pool",
            params if folds is None else replace(params, folds=folds),
        )
    if output is not None:
        write_json(found, output)
    for name in (*STAGES, "total"):
        if name in found["groups"]:
            show(_screen(name, found["groups"][name], found["features"]))
    sys.stdout.write(
        "Each figure: with all features less without the domain, and its 95 % interval by enterprise. "
        "beyond_finance: with all features less with finance, financing and firm alone.\n"
    )


def _screen(name: str, group: Mapping[str, Any], features: Mapping[str, int]) -> Screen:
    screen = Screen(title=f"{name}: {group['loans']} loans, {group['defaults']} defaults")
    for heading in ("domain", "features", "AUC", "log-loss [nats]", "approved amount [pp]"):
        screen.add_column(heading)
    for domain, added in group["added"].items():
        screen.add_row(
            domain,
            str(features.get(domain, "")),
            _shown(added["auc"], 1, 4),
            _shown(added["log_loss"], 1, 5),
            _shown(added["approved"], 100, 2),
        )
    return screen


def _shown(effect: Mapping[str, float | None], scale: float, digits: int) -> str:
    ends = [effect[end] for end in ENDS]
    value, low, high = (signed(None if end is None else scale * end, digits) for end in ends)
    return f"{value} [{low}, {high}]"
