"""Promotions follow each other: by days, by champion, each recorded, none on an outdated comparison."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.comparison.loans import of_run
from pipelines.comparison.sides import side
from pipelines.promotion import promotion
from pipelines.promotion.promotion import Decided, Request, asked_gates, challenge, promote
from pipelines.promotion.words import refusal
from pipelines.registry.errors import RegistryError
from pipelines.registry.record import append, read, writing
from pipelines.registry.versions import built_on, pointed, registered
from tests.pipelines.registry.life import REGISTRY, RUN, SOURCE, validated


def _promoted_meanwhile(monkeypatch: pytest.MonkeyPatch, candidate: Any) -> None:
    """Gates that hold, while another process promotes `candidate`."""

    def gates(registry: Path, *_: Any) -> Decided:
        with writing(registry):
            made = registered(registry, candidate.folder, {"on": "2027-01-01"})
            append(registry, "champion", {"version": made.name, "on": "2027-01-01"})
        nothing = dict.fromkeys(("loans", "defaults", "newer_than", "from", "to"))
        return Decided(None, (), nothing, None)

    monkeypatch.setattr(promotion, "asked_gates", gates)


def test_a_promotion_that_was_compared_with_an_older_champion_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _promoted_meanwhile(monkeypatch, side("alike", SOURCE))
    with pytest.raises(RegistryError, match="wanted the champion that was compared, None; meanwhile it is v1"):
        promote(REGISTRY, side(str(RUN), SOURCE), of_run(RUN), Request("Chen", date(2027, 1, 11), "first"))
    assert pointed(read(REGISTRY), "champion") == "v1"
    assert len(read(REGISTRY)) == 2


def test_days_go_forward_and_names_and_reasons_have_words(home: Path) -> None:
    challenge(REGISTRY, side(str(RUN), SOURCE), Request("Chen", date(2027, 1, 11), "new"))
    with pytest.raises(RegistryError, match="wanted a day not before 2027-01-11, that of the last entry"):
        challenge(REGISTRY, side(str(RUN), SOURCE), Request("Chen", date(2027, 1, 10), "new"))
    for words in ({"by": " "}, {"reason": ""}, {"override": " "}, {"by": "\u200b"}, {"reason": "a\nb"}):
        with pytest.raises(RegistryError, match="wanted words in --"):
            Request(**{"by": "Chen", "on": date(2027, 1, 1), "reason": "new", **words})  # type: ignore[arg-type]


def test_no_model_is_promoted_before_it_was_built(home: Path) -> None:
    before = Request("Chen", date(2026, 12, 30), "first")
    wanted = "wanted a day not before 2026-12-31, on which data/simulated was built"
    with pytest.raises(RegistryError, match=wanted):
        promote(REGISTRY, side(str(RUN), SOURCE), of_run(RUN), before)
    with pytest.raises(RegistryError, match=wanted):
        challenge(REGISTRY, side(str(RUN), SOURCE), before)
    assert read(REGISTRY) == ()
    challenge(REGISTRY, side(str(RUN), SOURCE), Request("Chen", date(2026, 12, 31), "first"))
    assert built_on(REGISTRY / "v1") == date(2026, 12, 31)


def test_what_the_validation_found_counts_though_no_register_holds_it(home: Path) -> None:
    path = RUN / "model_validation" / "validation.json"
    made = json.loads(path.read_text(encoding="utf8"))
    planted = {"id": "level/stage/planted", "test": "level", "dimension": "stage", "group": "planted", "value": 2.0}
    planted |= {"limit": 1.0, "severity": "high", "owner": "", "found_on": made["built_on"], "due": made["built_on"]}
    made["findings"] = [*made["findings"], {**planted, "status": "open", "note": "", "p_value": None, "changed_on": ""}]
    path.write_text(json.dumps(made), encoding="utf8")
    try:
        for register in (RUN / "findings.json", None):
            if register is None:
                (RUN / "findings.json").unlink(missing_ok=True)
            found = asked_gates(REGISTRY, side(str(RUN), SOURCE), of_run(RUN), date(2027, 1, 11))
            assert [(g.gate, g.group) for g in found.failed] == [("findings", "level/stage/planted")]
    finally:
        validated(RUN)


def test_a_refusal_is_recorded_and_one_sentence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promotion, "open_state", lambda _: Standing())
    asked = Request("Chen", date(2027, 1, 11), "first")
    entry, found = promote(REGISTRY, side(str(RUN), SOURCE), of_run(RUN), asked)
    assert refusal(found) == "not promoted: 1 of 10 gates do not hold: alarm (alarms standing: 1, micro)"
    assert (entry.kind, entry.content["failed"], entry.content["by"]) == ("refused", ["alarm"], "Chen")
    assert [e.digest for e in read(REGISTRY)] == [entry.digest]


class Standing:
    """A state in which the alarm of one size class stands."""

    size_class = "micro"

    def standing(self) -> tuple["Standing", ...]:
        return (self,)
