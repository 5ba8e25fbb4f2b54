"""A batch by two processes, disturbed: `python -m tests.scoring.several FOLDER`, with bundle.pickle and tables there.

It runs apart from the tests because it forks: see `scoring.forked`.
"""

import errno
import json
import pickle
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import psutil

from policy.errors import MendableError
from scoring import forked, workers
from scoring.batch import score_folder
from scoring.bundle import Bundle
from scoring.counts import Counts
from scoring.journal import Part
from scoring.options import Options
from scoring.output.target import target
from scoring.parts import made_part
from tests.scoring.batches import PART, Listening
from tests.scoring.small_bank import DAY


class Killing(Listening):
    """Ends a process with the first part that is finished, as the system does where memory is short."""

    def advance(self, applications: int) -> None:
        if not self.parts:
            for process in psutil.Process().children():
                process.kill()
        super().advance(applications)


def full(table: pd.DataFrame, bundle: Bundle, work: Path, number: int) -> Part:
    """No room on the disk from the third part on."""
    if number >= 2:
        raise OSError(errno.ENOSPC, "No space left on device", str(work / "part"))
    return made_part(table, bundle, work, number)


class Odd(Exception):
    """An exception that cannot be made again from what it tells."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__(f"{first} and {second}")


def faulty(*_: object) -> Part:
    """A fault of the program."""
    raise Odd(1, 2)


def still(table: pd.DataFrame, bundle: Bundle, work: Path, number: int) -> Part:
    """A process that waits for ever for a lock that nobody holds any more."""
    if number == 2:
        time.sleep(60)
    return made_part(table, bundle, work, number)


def main() -> None:
    """Print what came of every way to disturb it as JSON."""
    folder = Path(sys.argv[1])
    bundle = pickle.loads((folder / "bundle.pickle").read_bytes())

    def score(place: Path, listening: Listening, processes: int = 2) -> Counts:
        options = Options(part=PART, progress=listening, processes=processes)
        return score_folder(bundle, folder / "tables", target(str(place)), DAY, options=options)

    def failed(place: Path, listening: Listening, make: Callable[..., Part] = made_part) -> list[str]:
        workers.made_part, forked.STILL = make, 5.0 if make is still else 600.0
        try:
            score(place, listening)
        except (MendableError, RuntimeError) as error:
            return [type(error).__name__, str(error), *getattr(error, "__notes__", [])]
        finally:
            workers.made_part = made_part
        return []

    whole, alone = folder / "several.parquet", folder / "alone.parquet"
    before = forked.forkable()
    several, one = score(whole, Listening()), score(alone, Listening(), 1)
    told = {
        "same": whole.read_bytes() == alone.read_bytes(),
        "forkable": [before, forked.forkable()],
        "peaks": [several.peak > 10**8, one.peak],
        "counts": [several.decisions == one.decisions, several.rules == one.rules, several.scored, several.rejected],
    }
    forked._OPENMP.one_thread = True  # the models of this bundle never asked LightGBM
    disturbed: dict[str, tuple[Listening, Callable[..., Part]]] = {
        "killed": (Killing(), made_part),
        "full": (Listening(), full),
        "faulty": (Listening(), faulty),
        "still": (Listening(), still),
    }
    for name, (listening, make) in disturbed.items():
        place = folder / f"{name}.parquet"
        told[name] = failed(place, listening, make)
        again = Listening()
        score(place, again)
        told[f"{name} again"] = [place.read_bytes() == alone.read_bytes(), again.totals[0][1] > 0]
    told["left"] = [child.pid for child in psutil.Process().children(recursive=True)]
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
