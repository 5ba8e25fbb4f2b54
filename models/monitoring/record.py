"""What one look of one test found."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Verdict = Literal["met", "exceeded", "not_tested"]
Side = Literal["upper", "lower"]


@dataclass(frozen=True)
class Record:
    """One look of a test at a group: value, limit and verdict on the last day of the months it covers.

    The value may not lie above the limit, or not below it where `side` is `lower`. `first_month` and `month` are the
    months covered (YYYY-MM), `on` the last day of them, `size` applications or loans, `defaults` and `expected` those
    realised and those predicted where the test is about them. `why` says why nothing was tested.
    """

    test: str
    group: str
    first_month: str
    month: str
    on: str
    value: float | None
    limit: float | None
    verdict: Verdict
    size: int
    defaults: int | None = None
    expected: float | None = None
    why: str = ""
    side: Side = "upper"

    def plain(self) -> dict[str, Any]:
        """The record as plain data."""
        return asdict(self)


def first_exceeded(records: Iterable[Record]) -> dict[tuple[str, str], Record]:
    """The first look that exceeded its limit, by test and group, in order of day, test and group."""
    found: dict[tuple[str, str], Record] = {}
    for record in sorted(records, key=lambda r: (r.on, r.test, r.group)):
        if record.verdict == "exceeded":
            found.setdefault((record.test, record.group), record)
    return found
