"""Links from a number of the report to the applications behind it."""

from collections.abc import Sequence
from urllib.parse import quote

from reports.numbers import count
from reports.view import Linked

PAGE = "applications.html"
"""The list of applications, beside the report."""
KEYS = (
    *("decision", "size", "stage", "rule", "grade", "region", "cover", "fired", "gap"),
    *("q", "from", "to", "since", "until", "sort"),
)
"""What the hash of the page may name, in the order it is written: codes, then what a reader types.

`fired` is a code as `decisions.fired` lists it; `gap` a table with a gap in the data, `any` or `none`; `from` and `to`
bound the amount, `since` and `until` the day of decision.
"""

Codes = str | Sequence[str]
"""One code of a key, or several of which any will do."""


def href(**codes: Codes) -> str:
    """Address of the list with only those applications; several codes of one key are any of them.

    >>> href(size="micro", decision="refer"), href(cover=("part", "none")), href()
    ('applications.html#decision=refer&size=micro', 'applications.html#cover=part,none', 'applications.html')
    """
    listed = {key: (value,) if isinstance(value, str) else tuple(value) for key, value in codes.items()}
    unknown = sorted(set(listed) - set(KEYS))
    if unknown:
        message = f"a link to applications filters by {', '.join(KEYS)}; got {', '.join(unknown)}"
        raise ValueError(message)
    parts = [f"{key}={','.join(quote(code, safe='') for code in listed[key])}" for key in KEYS if key in listed]
    return f"{PAGE}#{'&'.join(parts)}" if parts else PAGE


def counted(number: float | None, **codes: Codes) -> str:
    """A number of out-of-time applications that leads to them; plain where there is none to show."""
    shown = count(number)
    return Linked(shown, href(**codes)) if number else shown
