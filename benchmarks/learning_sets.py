"""The loans of every cell of the learning curves: a set at a number of rows, in one of several draws."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from benchmarks.accuracy_sets import FOLDS, LATEST, Fold, Set, SetError, source_set
from benchmarks.learning_settings import SimulatedSetting, read_settings
from benchmarks.learning_truth import drawn, fresh
from benchmarks.table_loans import as_loans, numbered, part_of, table_params
from models.fitting.booster import Shape
from models.fitting.fit import Part
from models.fitting.params import TrainParams
from models.fitting.rows import folds_of
from pipelines.params import content, section


@dataclass(frozen=True)
class Cell:
    """Loans to fit on, to calibrate on and to be tested on, in one fold; the true PDs of the tested where known."""

    data: Set
    true: np.ndarray | None


@dataclass(frozen=True)
class CurveSet:
    """A set that curves are drawn over: its name, parameters, fingerprint, and the cell of a number of rows and a draw.

    `cell` is None where the set has fewer rows than that.
    """

    name: str
    params: TrainParams
    fingerprint: str
    cell: Callable[[int, int], Cell | None]


def curve_sets(names: list[str] | None) -> tuple[list[CurveSet], list[str]]:
    """The sets of that name, or all; and sentences on sources left out because they have no finished feature table.

    Raises
    ------
    SetError
        When a name is neither that of a setting nor of a source, or names a source without feature table.
    """
    settings, rows_tested = read_settings()
    sources = list(content()["sources"])
    for name in names or []:
        if name not in settings and name not in sources:
            message = f"wanted names of settings or sources ({', '.join((*settings, *sources))}); got {name}"
            raise SetError(message)
        if name in sources and not _finished(name):
            raise SetError(_absent(name))
    wanted = names or [*(source for source in sources if _finished(source)), *settings]
    missing = [] if names else [_absent(source) for source in sources if not _finished(source)]
    found = [
        simulated_set(settings[name], rows_tested) if name in settings else source_curve_set(name) for name in wanted
    ]
    return found, missing


def other_params(given: Sequence[str]) -> dict[str, Any]:
    """Parameters of `train` written as KEY=VALUE, the values as in YAML.

    Raises
    ------
    SetError
        When one is not written so, or is no parameter.
    """
    keys = [f.name for f in fields(TrainParams)]
    found = {}
    for each in given:
        key, equals, value = each.partition("=")
        if not equals or key not in keys:
            message = f"--params wanted KEY=VALUE with keys among {', '.join(keys)}; got {each}"
            raise SetError(message)
        found[key] = yaml.safe_load(value)
    return found


def changed(known: CurveSet, values: Mapping[str, Any]) -> CurveSet:
    """The set with other parameters; its loans stay."""
    if not values:
        return known
    params = replace(known.params, **values)

    def cell(rows: int, draw: int) -> Cell | None:
        found = known.cell(rows, draw)
        return None if found is None else Cell(replace(found.data, params=params), found.true)

    return replace(known, params=params, cell=cell)


def _features(source: str) -> Path:
    return Path("data") / source / "features" / "features.parquet"


def _split(source: str) -> Path:
    return Path("data") / source / "split" / "split.parquet"


def _finished(source: str) -> bool:
    return _features(source).exists() and _split(source).exists()


def _absent(source: str) -> str:
    return f"wanted {_features(source)} and {_split(source)} of a run of {source}; they are not there"


def simulated_set(setting: SimulatedSetting, rows_tested: int) -> CurveSet:
    """A simulated setting: a fold of enterprises calibrates, or under drift the latest rows; fresh ones are tested."""
    params, names = table_params(), [f"x{at}" for at in range(setting.features)]

    @cache
    def later() -> tuple[Part, np.ndarray]:
        table = fresh(setting, rows_tested)
        return _as_part(table, names), table["pd_true"].to_numpy()

    def cell(rows: int, draw: int) -> Cell:
        table = drawn(setting, rows, draw)
        if setting.drifts:
            calibrates = (table["time"] > table["time"].quantile(1 - LATEST)).to_numpy()
        else:
            calibrates = folds_of(table["enterprise"].to_numpy(dtype="object"), FOLDS) == 0
        known = (_as_part(table[mask].reset_index(drop=True), names) for mask in (~calibrates, calibrates))
        return Cell(Set(setting.name, [Fold(*known, later()[0])], Shape({}), params), later()[1])

    return CurveSet(setting.name, params, _digest(asdict(setting), rows_tested), cell)


def _as_part(table: pd.DataFrame, names: list[str]) -> Part:
    days = np.floor(table["time"].to_numpy() * 3650).astype(int)
    owner = table["enterprise"].to_numpy(dtype="object")
    return part_of(as_loans(table, names, table["defaulted"].to_numpy(), "stage", owner, days), numbered(names))


def source_curve_set(source: str) -> CurveSet:
    """A finished source: enterprises drawn from development and calibration loans, tested on all out-of-time ones."""
    params = section("train", TrainParams, source)

    @cache
    def whole() -> Set:
        return source_set(source, by_folds=False)

    def cell(rows: int, draw: int) -> Cell | None:
        (fold,) = whole().folds
        counts = {"development": rows - round(LATEST * rows), "calibration": round(LATEST * rows)}
        parts = {name: _some(getattr(fold, name), count, draw) for name, count in counts.items()}
        if any(part is None for part in parts.values()):
            return None
        return Cell(Set(source, [Fold(**parts, tested=fold.tested)], whole().shape, params), None)

    return CurveSet(source, params, _digest(*map(_file_digest, (_features(source), _split(source)))), cell)


def _some(part: Part, count: int, draw: int) -> Part | None:
    """The first `count` loans of the part, its enterprises in an order drawn by `draw`; None where it has fewer."""
    if len(part.loans) < count:
        return None
    enterprise, at = np.unique(part.loans.enterprise.astype(str), return_inverse=True)
    order = np.random.default_rng([2026, draw]).permutation(len(enterprise))
    first = np.sort(np.argsort(order[at], kind="stable")[:count])
    rows = np.isin(np.arange(len(at)), first)
    return Part(part.loans.where(rows), part.table[rows].reset_index(drop=True))


def _file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _digest(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode("utf8")).hexdigest()[:16]
