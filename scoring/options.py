"""How a batch works; nothing here decides about a score."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scoring.counts import Counts
from scoring.progress import Progress, Silent


@dataclass(frozen=True)
class Options:
    """Memory, threads, processes, and who is told.

    `memory` [bytes] is that of all processes; without it the SQL engine has the cap of the bundle and nothing else is
    counted. `threads` are those of the check. `processes` make parts (`scoring.workers`): more than one only where
    nothing but idle threads runs in the caller's process, which is forked; as many as the memory holds. `part` is the
    most applications of a part, where the memory does not ask for less. `run` is the folder the bundle was opened from.
    `summary` is given the counts and a path, and writes a file there that appears with the scores. `required` names
    tables without which nothing is scored. `kept` are further files that were read, which no score may replace, by what
    they are called in a message.
    """

    memory: int | None = None
    threads: int = 2
    processes: int = 1
    part: int = 25_000
    run: Path | None = None
    progress: Progress = field(default_factory=Silent)
    summary: Callable[[Counts, Path], None] | None = None
    required: tuple[str, ...] = ()
    kept: Mapping[str, Path] = field(default_factory=dict)
