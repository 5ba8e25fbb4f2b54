"""What a batch tells of itself while it works; the command line draws it, tests and programs may listen."""

from collections.abc import Mapping
from typing import Protocol


class Progress(Protocol):
    """A listener. Phases follow each other; the seconds of one add up where it comes again."""

    def phase(self, name: str) -> None:
        """The phase `name` (check, features, decide, write) begins, and the one before it ends."""

    def total(self, applications: int, finished: int) -> None:
        """So many applications are to be scored, of which an earlier run has finished some."""

    def advance(self, applications: int) -> None:
        """So many more applications are finished."""

    def note(self, sentence: str) -> None:
        """Something that a person has to be told at once."""

    def seconds(self) -> Mapping[str, float]:
        """Seconds of every phase so far; empty where nobody measures."""


class Silent:
    """A listener that does nothing and measures nothing."""

    def phase(self, name: str) -> None:
        """Nothing."""

    def total(self, applications: int, finished: int) -> None:
        """Nothing."""

    def advance(self, applications: int) -> None:
        """Nothing."""

    def note(self, sentence: str) -> None:
        """Nothing."""

    def seconds(self) -> Mapping[str, float]:
        """Nothing measured."""
        return {}
