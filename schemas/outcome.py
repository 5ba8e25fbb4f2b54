"""What came of one suite of expectations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """What came of one suite: rows by the rule in each expectation's meta, `suite` and `result` as plain GX JSON.

    `rows` are the labels of the frame's index, in order; `unmet` names the rules that failed as a whole.
    """

    rows: dict[str, list[int]] = field(default_factory=dict)
    unmet: frozenset[str] = frozenset()
    suite: Mapping[str, Any] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)
