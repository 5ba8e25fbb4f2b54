"""TechCredit as a library: certified cut-offs, features as of an application, models per stage, exact reasons.

Thin and typed; the work is done by the packages beside it. Importing this loads none of them: each name loads what it
needs when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from techcredit.as_of import AsOfFeatures
    from techcredit.certificate import Guarantee, certify
    from techcredit.classifier import StageSegmentedClassifier
    from techcredit.contributions import reasons

__all__ = ["AsOfFeatures", "Guarantee", "StageSegmentedClassifier", "certify", "reasons"]

_HOMES = {
    "AsOfFeatures": "techcredit.as_of",
    "Guarantee": "techcredit.certificate",
    "StageSegmentedClassifier": "techcredit.classifier",
    "certify": "techcredit.certificate",
    "reasons": "techcredit.contributions",
}
"""Module of each public name."""


def __getattr__(name: str) -> Any:
    """A public name, its module imported now."""
    if name not in _HOMES:
        message = f"techcredit has {', '.join(__all__)}; got {name!r}"
        raise AttributeError(message)
    found = getattr(import_module(_HOMES[name]), name)
    # `techcredit.contributions` is a module too, which an import puts in the place of the function of its name.
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
