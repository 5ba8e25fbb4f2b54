"""A small title between the blocks of a chapter."""

from dataclasses import dataclass
from typing import ClassVar

from schemas.declarations import Text


@dataclass(frozen=True)
class Heading:
    """A title of its own, where no table or list brings one."""

    kind: ClassVar[str] = "heading"
    text: Text
