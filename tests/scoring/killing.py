"""A batch killed at random moments and run again: `python -m tests.scoring.killing FOLDER`, with bundle.pickle there.

It runs apart from the tests because it forks: a process with threads of its own must not. So it imports, and leaves all
that starts threads (reading the bundle among it) to its children.
"""

import json
import os
import pickle
import random
import signal
import sys
import time
from pathlib import Path

from scoring.batch import score_folder
from scoring.options import Options
from scoring.output.target import target
from tests.scoring.small_bank import DAY

MOMENTS, SEED = 5, 20240630
"""Moments for each way of writing and working."""


def scored(folder: Path, output: str, processes: int, after: float | None = None) -> float | None:
    """Score in a process of its own, which is killed `after` seconds; the seconds it took, none where it was killed."""
    began = time.perf_counter()
    child = os.fork()
    if not child:
        bundle = pickle.loads((folder / "bundle.pickle").read_bytes())
        score_folder(bundle, folder / "tables", target(output), DAY, options=Options(part=8, processes=processes))
        os._exit(0)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return None
    if os.waitstatus_to_exitcode(status):
        sys.exit("the batch failed")
    return time.perf_counter() - began


def content(place: Path) -> dict[str, str]:
    """Every file of the scores and rejects as hexadecimal text, by its path."""
    files = [place] if place.is_file() else sorted(place.rglob("*.parquet"))
    rejects = place.with_name(place.name + ".rejects.parquet")
    return {f.name: f.read_bytes().hex() for f in [*files, *([rejects] if rejects.exists() else [])]}


def main() -> None:
    """Print what came of every moment as JSON."""
    folder = Path(sys.argv[1])
    draw, told = random.Random(SEED), []
    for name, processes in (("scores.parquet", 1), ("scores/", 1), ("scores/", 2)):
        wanted = folder / "undisturbed" / name
        scored(folder, f"{wanted.parent}/{name}", 1)  # what is compiled or opened first is paid here
        seconds = scored(folder, f"{wanted.parent}/{name}", 1)
        assert seconds is not None
        for moment in range(MOMENTS):
            place = folder / f"{processes}-{moment}" / name
            killed = scored(folder, f"{place.parent}/{name}", processes, draw.uniform(0.05, 1.0) * seconds)
            left = len(list(place.parent.glob(".techcredit-*/part-*.parquet")))
            whole = killed is not None or not place.exists() or content(place) == content(wanted)
            scored(folder, f"{place.parent}/{name}", processes)
            same = content(place) == content(wanted)
            rest = [path.name for path in place.parent.iterdir() if "techcredit" in path.name]
            told.append({"killed": killed is None, "left": left, "whole": whole, "same": same, "rest": rest})
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
