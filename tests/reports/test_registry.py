"""Tables of a registry: the gates of a promotion as a reader sees them."""

from reports.registry import gates_grid
from reports.texts import in_language

FINDING = {"id": "level/stage/startup", "status": "accepted", "owner": "Li", "note": "minute 7"}
COMPARISON = {"looks": None, "newer_than": "2023-12-31"}


def gate(name: str, **found: object) -> dict[str, object]:
    return {"gate": name, "verdict": "met", "value": 0, "limit": 0, "group": "", "why": "", **found}


def cells(shown: dict[str, object], language: str) -> list[str]:
    (row,) = gates_grid({"gates": [shown], "comparison": COMPARISON}).rows
    return [in_language(cell, language) for cell in row.cells]


def test_findings_that_somebody_settled_are_shown_with_who_and_why() -> None:
    shown = gate("findings", limit=["high"], settled=[FINDING])
    assert cells(shown, "en")[1:] == ["met", "0", "high", "level/stage/startup accepted by Li: minute 7"]
    assert cells(shown, "zh")[3:] == ["高", "level/stage/startup已接受（Li）：minute 7"]
    left = gate("findings", verdict="exceeded", value=1, limit=["high"], group="psi/total", settled=[FINDING])
    assert cells(left, "en")[4] == "psi/total; level/stage/startup accepted by Li: minute 7"


def test_limits_are_words_and_numbers() -> None:
    assert cells(gate("slope", value=0.9, limit={"low": 0.8, "high": 1.2}), "en")[2:4] == ["0.9", "0.8–1.2"]
    assert cells(gate("validation", limit=True), "en")[3] == "yes"
    assert cells(gate("validation", limit=True), "zh")[3] == "是"
    assert cells(gate("validation", limit=False, value=None), "en")[2:4] == ["–", "–"]
