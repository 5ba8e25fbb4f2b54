"""Exact contributions: ours by feature and by domain beside LightGBM's pred_contrib, shap, and both ways to score.

Usage: python -m benchmarks.explanations [--data data/simulated] [--rows 20000] [--few 400] [--rounds 5] [--deep]

All on the same rows, in one process, one thread of each where it can be set, in turns; the median of CPU time per row.
Boosters: those of the stages of a finished run (blends with step functions; shap explains the boosters alone), and two
of 300 trees with 31 leaves, trained here on 80 features with gaps: trees of any depth, and of depth 6 at most; with
`--deep` a third of 600 trees with 63 leaves of any depth, too long a path for tables here and there. The slow ones get
`--few` rows. "score" is what scores are computed by, "predict" LightGBM's. shap.TreeExplainer calls pred_contrib for
LightGBM. Differences are the largest from pred_contrib over the few rows, and from the score. Then what the first call
costs in a new process, where nothing compiled is kept and where it is. Prints a table, then one line of JSON.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm as lgb
import numpy as np
import pandas as pd
import shap

from explanations.contributions import contributions
from explanations.exact.explainer import Explainer, explainer
from features.catalogue import by_name
from models.fitting.blend import Blend, alone
from models.fitting.booster import Booster
from models.fitting.stage_model import open_model
from policy.segments import STAGES

FEATURES, TRAINED = 80, 60_000
SHAPES = ((300, 31, -1), (300, 31, 6))
"""Trees, leaves and depth of the boosters that are trained here."""
DEEP = (600, 63, -1)
DOMAINS = 8
ENGINES = ("predict", "score", "by feature", "by domain", "pred_contrib", "shap")
FIRST_CALL = """
import time
import numpy as np
from benchmarks.explanations import alone, booster
from explanations.exact.explainer import explainer
blend = alone("one", booster(3, 31, 4, 2000))
begun = time.process_time()
explainer(blend, most=4096)(np.zeros((1, 80)), digits=True)
print(time.process_time() - begun)
"""


class Subject(NamedTuple):
    """What is explained: its name, blend, rows to explain and the group of each feature."""

    name: str
    blend: Blend
    values: np.ndarray
    groups: Mapping[str, str]


def drawn(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Counts, money, ordinals and ratios with 8 % missing, and an outcome with interactions."""
    draw = np.random.default_rng(seed)
    raw = draw.normal(size=(rows, FEATURES))
    values = raw.copy()
    values[:, :20] = np.floor(np.exp(raw[:, :20]))
    values[:, 20:40] = np.exp(3 * raw[:, 20:40])
    values[:, 40:50] = draw.integers(0, 5, (rows, 10))
    slopes = np.random.default_rng(1).normal(size=FEATURES) * 0.15
    score = raw @ slopes + 0.4 * raw[:, 0] * raw[:, 21] - 0.3 * np.abs(raw[:, 30]) * raw[:, 41] - 2
    values[draw.random(values.shape) < 0.08] = np.nan
    return values, (draw.random(rows) < 1 / (1 + np.exp(-score))).astype("float64")


def booster(trees: int, leaves: int, depth: int, rows: int = TRAINED) -> Booster:
    """A booster of this shape, 30 of 80 features held to a direction."""
    values, outcome = drawn(rows, 0)
    parameters = {
        "objective": "binary",
        "num_leaves": leaves,
        "max_depth": depth,
        "learning_rate": 0.05,
        "min_data_in_leaf": 50,
        "monotone_constraints": [1] * 15 + [-1] * 15 + [0] * 50,
        "verbose": -1,
    }
    return Booster(lgb.train(parameters, lgb.Dataset(values, label=outcome), trees).model_to_string())


def subjects(data: Path, rows: int, shapes: Sequence[tuple[int, int, int]]) -> list[Subject]:
    """The stage models of a finished run, where there is one, and the boosters trained here."""
    found = []
    if (data / "models").is_dir():
        table = pd.read_parquet(data / "features" / "features.parquet")
        domains = {name: feature.domain for name, feature in by_name().items()}
        for stage in STAGES:
            blend = open_model(data / "models" / stage).blend
            own = table[table["stage"] == stage]
            few = own.sample(rows, replace=len(own) < rows, random_state=0)
            known = {name: domains.get(name, "none") for name in blend.features}
            found.append(Subject(f"{data.name}, {stage}", blend, few[list(blend.features)].to_numpy("float64"), known))
    for trees, leaves, depth in shapes:
        blend = alone("one", booster(trees, leaves, depth))
        name = f"{trees} x {leaves}" + (f", depth {depth}" if depth > 0 else "")
        groups = {feature: str(at % DOMAINS) for at, feature in enumerate(blend.features)}
        found.append(Subject(name, blend, drawn(rows, 5)[0], groups))
    return found


def seconds(run: Callable[[], Any]) -> float:
    """CPU seconds of one call, all threads."""
    begun = time.process_time()
    run()
    return time.process_time() - begun


def _by_shap(blend: Blend, values: np.ndarray) -> Callable[[], Any]:
    boosters = [member.booster for member in blend.members if isinstance(member.booster, Booster)]
    made = [shap.TreeExplainer(one.handle) for one in boosters]

    def run() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for each, one in zip(made, boosters, strict=True):
                each.shap_values(one.columns(values), check_additivity=False)

    return run


def _differences(subject: Subject, ready: Explainer, few: np.ndarray) -> dict[str, float]:
    blend = subject.blend
    theirs = sum(m.weight * m.booster.contributions(few) for m in blend.members)
    score = sum(m.weight * m.booster.raw_score(few) for m in blend.members)
    found, _ = ready(few)
    return {
        "difference": float(np.abs(found.T - theirs[:, :-1]).max()),
        "not_additive": float(np.abs(found.sum(axis=0) + ready.base - score).max()),
    }


def measured(subject: Subject, few: int, rounds: int) -> dict[str, float]:
    """Microseconds of CPU per row of each engine, differences, seconds to make the tables and their MiB."""
    blend, values = subject.blend, subject.values
    begun = time.process_time()
    ready = explainer(blend)
    made = time.process_time() - begun
    grouped = explainer(blend, subject.groups)
    some = values[:few]
    runs: dict[str, tuple[Callable[[], Any], int]] = {
        "predict": (lambda: [m.booster.raw_score(values, 1) for m in blend.members], len(values)),
        "score": (lambda: ready.score(values, threads=1), len(values)),
        "by feature": (lambda: ready(values, threads=1), len(values)),
        "by domain": (lambda: grouped(values, threads=1), len(values)),
        "pred_contrib": (lambda: [m.booster.contributions(some, 1) for m in blend.members], few),
        "shap": (_by_shap(blend, some), few),
    }
    for run, _ in runs.values():
        run()
    taken = [{name: seconds(run) / number * 1e6 for name, (run, number) in runs.items()} for _ in range(rounds)]
    medians = {name: float(np.median([turn[name] for turn in taken])) for name in ENGINES}
    extra = {
        "trees": blend.trees,
        "build_seconds": made,
        "tables_mib": ready.tables.values.nbytes / 2**20,
        "long_paths": len(ready.long.value),
    }
    return {**medians, **_differences(subject, ready, some), **extra}


def whole(data: Path, rows: int, rounds: int) -> float | None:
    """Microseconds of CPU per row of `contributions`, rounding and its frame included; None without a finished run."""
    if not (data / "models").is_dir():
        return None
    models = {stage: open_model(data / "models" / stage) for stage in STAGES}
    features = pd.read_parquet(data / "features" / "features.parquet")
    some = features[features["stage"].notna()].sample(rows, replace=True, random_state=0).reset_index(drop=True)
    contributions(some, models)
    return float(np.median([seconds(lambda: contributions(some, models)) for _ in range(rounds)]) / rows * 1e6)


def first_call() -> dict[str, float]:
    """CPU seconds of the first explanation in a new process: nothing compiled kept, and all of it kept."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {**os.environ, "NUMBA_CACHE_DIR": folder}
        runs = [
            subprocess.run([sys.executable, "-c", FIRST_CALL], env=settings, capture_output=True, text=True, check=True)
            for _ in range(2)
        ]
    return dict(zip(("compiling", "kept"), (float(run.stdout) for run in runs), strict=True))


def table(found: Mapping[str, Mapping[str, float]]) -> str:
    """The figures as a table of text, one row per model."""
    head = f"{'CPU us per row':24}" + "".join(f"{name:>14}" for name in ENGINES)
    head += f"{'x contrib':>11}{'x (domain)':>12}{'/ predict':>11}{'score /':>9}{'tables MiB':>12}{'difference':>12}"
    lines = [head]
    for name, row in found.items():
        line = f"{name:24}" + "".join(f"{row[engine]:>14.1f}" for engine in ENGINES)
        line += f"{row['pred_contrib'] / row['by feature']:>11.0f}{row['pred_contrib'] / row['by domain']:>12.0f}"
        line += f"{row['by feature'] / row['predict']:>11.2f}{row['score'] / row['predict']:>9.2f}"
        line += f"{row['tables_mib']:>12.1f}{row['difference']:>12.1e}"
        lines.append(line)
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table and the line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("data/simulated"), help="folder of a finished run")
    parser.add_argument("--rows", type=int, default=20_000, help="rows for the fast engines")
    parser.add_argument("--few", type=int, default=400, help="rows for the slow ones")
    parser.add_argument("--rounds", type=int, default=5, help="turns the median is taken over")
    parser.add_argument("--deep", action="store_true", help="600 trees of 63 leaves as well")
    given = parser.parse_args(arguments)
    listed = subjects(given.data, given.rows, (*SHAPES, DEEP) if given.deep else SHAPES)
    found = {each.name: measured(each, given.few, given.rounds) for each in listed}
    print(table(found))
    call, all_of_it = first_call(), whole(given.data, given.rows, given.rounds)
    print(f"\nexplanations.contributions.contributions: {all_of_it or 0:.1f} us of CPU per row")
    print(f"first call: {call['compiling']:.1f} s of CPU to compile, {call['kept']:.1f} s where it is kept")
    print(json.dumps({"benchmark": "explanations", "models": found, "first_call": call, "contributions": all_of_it}))


if __name__ == "__main__":
    main()
