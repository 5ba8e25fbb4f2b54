"""How far a batch is: a bar with rate and remaining time on a terminal, plain lines in a log."""

import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from pipelines.printing import Console
from scoring.counts import Counts

SECONDS_A_LINE = 10.0


class Measured:
    """A listener of a batch that measures the seconds of every phase and knows how many applications are finished."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.finished = self.before = self.wanted = 0
        self.now = ""
        self._since = self._counted_from = self.began
        self._spent: Counter[str] = Counter()

    def phase(self, name: str) -> None:
        """The phase `name` begins."""
        at = time.perf_counter()
        if self.now:
            self._spent[self.now] += at - self._since  # type: ignore[assignment]
        self.now, self._since = name, at
        self.told()

    def total(self, applications: int, finished: int) -> None:
        """So many applications are to be scored, of which some were finished before."""
        self.wanted, self.finished, self.before = applications, finished, finished
        self._counted_from = time.perf_counter()
        if finished:
            self.note(f"goes on after {finished:,} of {applications:,} applications")
        self.told()

    def advance(self, applications: int) -> None:
        """So many more are finished."""
        self.finished += applications
        self.told()

    def note(self, sentence: str) -> None:
        """A line on standard error."""
        sys.stderr.write(f"{sentence}\n")

    def seconds(self) -> Mapping[str, float]:
        """Seconds of every phase so far, and of all."""
        at = time.perf_counter()
        spent = Counter(self._spent)
        if self.now:
            spent[self.now] += at - self._since  # type: ignore[assignment]
        return {**spent, "all": at - self.began}

    def told(self) -> None:
        """Nothing here; drawn or written by the two below."""

    def rate(self) -> float:
        """Applications per second since their number is known, which is after the check."""
        return (self.finished - self.before) / max(time.perf_counter() - self._counted_from, 1e-9)


class Lines(Measured):
    """A line on standard error when a phase begins, and one in SECONDS_A_LINE while it lasts."""

    _last = -SECONDS_A_LINE

    def told(self) -> None:
        """Write a line where the last one is old enough."""
        at = time.perf_counter() - self.began
        if at - self._last < SECONDS_A_LINE:
            return
        self._last = at
        rest = (self.wanted - self.finished) / self.rate() if self.finished > self.before else None
        sys.stderr.write(
            f"score: {self.now}, {self.finished:,} of {self.wanted:,} applications, {at:.0f} s"
            f"{f', {self.rate():,.0f} per second, about {rest:.0f} s left' if rest is not None else ''}\n"
            if self.wanted
            else f"score: {self.now}, {at:.0f} s\n"
        )
        sys.stderr.flush()


class Bar(Measured):
    """A bar on a terminal."""

    def __init__(self, drawn: Progress) -> None:
        super().__init__()
        self._drawn = drawn
        self._task = drawn.add_task("score", total=None, rate="")

    def note(self, sentence: str) -> None:
        """A line above the bar."""
        self._drawn.console.print(sentence, highlight=False, markup=False)

    def told(self) -> None:
        """Draw anew."""
        rate = f"{self.rate():,.0f}/s" if self.finished > self.before else ""
        self._drawn.update(
            self._task, description=self.now, total=self.wanted or None, completed=self.finished, rate=rate
        )


@contextmanager
def shown() -> Iterator[Measured]:
    """A listener that draws on standard error where that is a terminal, and writes lines otherwise."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"))
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console, transient=True) as drawn:
        yield Bar(drawn)


def figures(counts: Counts) -> dict[str, Any]:
    """Seconds of every phase, applications per second, peak memory [MiB]; nothing where not measured."""
    if not counts.seconds:
        return {}
    return {
        "seconds": {name: round(value, 3) for name, value in counts.seconds.items()},
        "applications_per_second": round(counts.scored / counts.seconds["all"], 1),
        "peak_memory_mib": max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**10, counts.peak // 2**20),
    }


def measured(counts: Counts) -> str:
    """The figures as a line."""
    told = figures(counts)
    phases = ", ".join(f"{name} {value:.1f}" for name, value in told["seconds"].items() if name != "all")
    return (
        f"{told['seconds']['all']:.1f} s ({phases}), {told['applications_per_second']:,.0f} applications per second, "
        f"peak memory {told['peak_memory_mib']:,} MiB"
    )
