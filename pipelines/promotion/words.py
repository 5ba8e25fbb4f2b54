"""A refused promotion in one sentence: which gates do not hold, and what was found beside what was wanted."""

from collections.abc import Mapping
from typing import Any

from pipelines.promotion.gates import Gate
from pipelines.promotion.promotion import Decided

COUNTED = {
    "certificates": "size classes that lose their cut-off",
    "findings": "findings not settled",
    "validation": "stages whose validation is of another model",
    "alarm": "alarms standing",
}
"""What the value of a gate counts, where it counts something."""


def refusal(found: Decided) -> str:
    """One sentence: which gates do not hold, and why."""
    told = [f"{gate.gate} ({gate.why or _beside(gate)})" for gate in found.failed]
    return f"not promoted: {len(told)} of {len(found.gates)} gates do not hold: {'; '.join(told)}"


def _beside(gate: Gate) -> str:
    if gate.gate in COUNTED:
        return f"{COUNTED[gate.gate]}: {gate.value}, {gate.group}"
    of = f", {gate.group}" if gate.group else ""
    return f"{_number(gate.value)}, wanted {_wanted(gate.gate, gate.limit)}{of}"


def _wanted(gate: str, limit: Any) -> str:
    if isinstance(limit, Mapping):
        return f"{_number(limit['low'])} to {_number(limit['high'])}"
    return f"{'at least' if gate in P_VALUES else 'at most'} {_number(limit)}"


P_VALUES = ("auc_loss", "level")
"""Gates whose value must not be below its limit."""


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
