"""Every cell of the learning curves by every model, kept line by line in a file, so that a run can be continued."""

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.accuracy_sets import SetError
from benchmarks.learning_figures import figures, outcomes
from benchmarks.learning_models import pds, version
from benchmarks.learning_sets import Cell, CurveSet
from policy.errors import MendableError

KEY = ("set", "rows", "draw", "model")
Line = dict[str, Any]
"""One model in one cell: KEY, version, defaults to fit and to calibrate on, figures or `refused`, seconds."""


class Kept:
    """Lines measured before, in a file or nowhere; new ones are added to it as they come.

    Raises
    ------
    SetError
        When the file has a line that is none of ours.
    """

    def __init__(self, path: Path | None, key: Sequence[str] = KEY) -> None:
        self.path = path
        self.key = (*key, "version")
        self.lines: dict[tuple[Any, ...], Line] = {}
        text = path.read_text(encoding="utf8") if path is not None and path.exists() else ""
        whole = text[: text.rfind("\n") + 1]
        for number, row in enumerate(whole.splitlines(), start=1):
            try:
                line = json.loads(row)
                self.lines[tuple(line[name] for name in self.key)] = line
            except (ValueError, KeyError, TypeError) as error:
                message = f"{path}: wanted a line of JSON with {', '.join(self.key)}; got another in line {number}"
                raise SetError(message) from error
        if path is not None and whole != text:  # a run was stopped while it wrote its last line
            path.write_text(whole, encoding="utf8")

    def add(self, line: Line) -> None:
        """Keep a line, and write it to the file at once."""
        self.lines[tuple(line[name] for name in self.key)] = line
        if self.path is not None:
            with self.path.open("a", encoding="utf8") as file:
                file.write(json.dumps(line, allow_nan=False) + "\n")


def measured_cells(
    sets: Sequence[CurveSet], sizes: Sequence[int], draws: int, models: Sequence[str], kept: Kept
) -> Iterator[Line]:
    """A line for each set, size, draw and model; lines kept of the same code, parameters and loans count.

    A set that has not so many rows gives one line without a model, with the sentence under `absent`. Where the first
    model refuses, there is nothing to compare, and the others are not fitted.
    """
    for each in sets:
        versions = {model: version(model, each.params, each.fingerprint) for model in models}
        for rows in sizes:
            for draw in range(draws):
                keys = {model: (each.name, rows, draw, model, versions[model]) for model in models}
                if kept.lines.get(keys[models[0]], {}).get("refused"):
                    yield kept.lines[keys[models[0]]]
                    continue
                cell = each.cell(rows, draw) if any(key not in kept.lines for key in keys.values()) else None
                if cell is None and not all(key in kept.lines for key in keys.values()):
                    yield {"set": each.name, "rows": rows, "draw": draw, "absent": "has fewer rows than that"}
                    break
                for model, key in keys.items():
                    if key not in kept.lines and cell is not None:
                        line = dict(zip((*KEY, "version"), key, strict=True))
                        kept.add({**line, **_measured(model, cell)})
                    yield kept.lines[key]
                    if model == models[0] and kept.lines[key]["refused"]:
                        break


def _measured(model: str, cell: Cell) -> Line:
    """Defaults, figures or the sentence of a refusal, and the seconds of the fit and the scores."""
    (fold,) = cell.data.folds
    defaults = [int((part.loans.defaulted == 1).sum()) for part in (fold.development, fold.calibration)]
    start, cpu = time.perf_counter(), time.process_time()
    found: Line = {"defaults": defaults[0], "calibration_defaults": defaults[1], "refused": None}
    try:
        given = pds(model, cell.data)
    except MendableError as error:
        given, found["refused"] = None, str(error)
    found["seconds"] = round(time.perf_counter() - start, 3)
    found["cpu_seconds"] = round(time.process_time() - cpu, 3)
    return found if given is None else {**found, **figures(outcomes(cell), given, cell.true is None)}
