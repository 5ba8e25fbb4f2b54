"""A batch of forty applications in parts of eight, and one that listens to a batch and stops it."""

from pathlib import Path

from scoring.progress import Silent

NUMBER, PART = 40, 8
ROOT = Path(__file__).parents[2]
FORKABLE = (
    "import runpy, sys; from scoring.forked import one_openmp_thread; one_openmp_thread(); "
    "runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"
)
"""Program that runs the module it is given as one that may be forked."""


class Stopped(Exception):
    """Ends a batch after some parts, as a fault of the machine would."""


class Listening(Silent):
    """Remembers what it is told, and stops the batch after `most` parts."""

    def __init__(self, most: int = 10**9) -> None:
        self.most, self.parts, self.notes, self.totals = most, 0, list[str](), list[tuple[int, int]]()

    def total(self, applications: int, finished: int) -> None:
        self.totals.append((applications, finished))

    def advance(self, applications: int) -> None:
        self.parts += 1
        if self.parts == self.most:
            raise Stopped

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)
