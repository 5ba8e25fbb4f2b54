"""A promotion: a run becomes champion when the gates of the policy hold or somebody overrides them; it is recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from models.errors import ModelError
from pipelines.comparison.compare import compared
from pipelines.comparison.loans import Labelled
from pipelines.comparison.sides import Side, opened_side
from pipelines.files import fingerprint, read_json
from pipelines.findings import current
from pipelines.promotion.gates import Alone, Gate, alarm_gate, compared_gates, findings_gate, validation_gate
from pipelines.registry.errors import RegistryError
from pipelines.registry.looks import Looks, counted
from pipelines.registry.record import Entry, append, read, writing
from pipelines.registry.versions import (
    CHALLENGER,
    CHAMPION,
    VALIDATION,
    Version,
    built_on,
    pointed,
    registered,
    version,
    versions,
)
from policy.digits import rounded_content
from policy.readable import words
from policy.segments import STAGES
from scoring.alarm_file import open_state
from scoring.signature import PrivateKey


@dataclass(frozen=True)
class Request:
    """Who asks for a promotion, on which day and why; `override` is the reason to promote although a gate fails."""

    by: str
    on: date
    reason: str
    override: str | None = None

    def __post_init__(self) -> None:
        """Refuse names and reasons without a word in them."""
        for name in ("by", "reason", "override"):
            value = getattr(self, name)
            if value is not None and not words(value):
                message = f"wanted words in --{name}; got {value!a:.100}"
                raise RegistryError(message)


@dataclass(frozen=True)
class Decided:
    """What a promotion was decided by: the gates, the comparison behind them (champion first), and its looks."""

    champion: Version | None
    gates: tuple[Gate, ...]
    comparison: Mapping[str, Any]
    looks: Looks | None

    @property
    def failed(self) -> tuple[Gate, ...]:
        """Gates that do not hold."""
        return tuple(gate for gate in self.gates if not gate.holds)


def asked_gates(registry: Path, candidate: Side, labelled: Labelled, on: date) -> Decided:
    """The gates for making `candidate` champion on a day, by those of the loans that are newer than both models' data.

    Raises
    ------
    RegistryError, ModelError, AlarmError
        When the candidate is not as its run left it, or the day is before that of a loan it is compared on.
    """
    entries = read(registry)
    name = pointed(entries, CHAMPION)
    champion = None if name is None else versions(registry, entries)[name]
    before, alone = _champion_side(registry, champion, candidate)
    comparison, loans = compared(before, candidate, labelled)
    _require_after(comparison["to"], on)
    looks = counted(loans, (before.identity, candidate.identity), registry)
    gates = [
        *compared_gates(comparison, looks, on, alone),
        *_validated_gates(candidate.folder, on),
        alarm_gate([w.size_class for f in {before.folder, candidate.folder} for w in open_state(f).standing()]),
    ]
    return Decided(champion, tuple(gates), comparison, looks)


def _champion_side(registry: Path, champion: Version | None, candidate: Side) -> tuple[Side, Alone | None]:
    """The champion as a side; the candidate itself, and why, where there is none or this program cannot open it."""
    if champion is None:
        return candidate, Alone("not_asked", "there is no champion yet")
    try:
        return opened_side(champion.name, version(registry, champion.name).folder), None
    except (ModelError, RegistryError) as error:
        return candidate, Alone("not_tested", f"the champion {champion.name} cannot be opened: {error}")


def _validated_gates(folder: Path, on: date) -> tuple[Gate, Gate]:
    """The gates on findings, and on a validation of the very models in the folder.

    A validation names the models it is of: under `models` the fingerprint of each stage's model.json. Its findings are
    those it tells itself, each with the status that the register beside it says; one without tests or findings is none.

    Raises
    ------
    FindingError
        When the register, or what the validation tells, holds something other than findings.
    """
    path = folder / VALIDATION
    found = read_json(path) if path.is_file() else None
    whole = isinstance(found, Mapping) and bool(found.get("tests")) and isinstance(found.get("findings"), list)
    known = [each.plain() for each in current(folder)] if whole else None
    models = {stage: fingerprint(folder / "models" / stage / "model.json") for stage in STAGES}
    validated = found.get("models") if isinstance(found, Mapping) and whole else None
    return findings_gate(known, on), validation_gate(validated, models, on)


def promote(
    registry: Path, candidate: Side, labelled: Labelled, asked: Request, key: PrivateKey | None = None
) -> tuple[Entry, Decided]:
    """Make a run champion, or refuse it; the entry that records it (champion or refused), and what decided it.

    It is refused when a gate does not hold and nothing overrides it.

    Raises
    ------
    RegistryError
        When the champion changed meanwhile, it is champion already, or the day is before the run was built or before
        that of an earlier entry.
    """
    _require_day(read(registry), asked.on)
    _require_built(candidate, asked.on)
    champion = is_champion(registry, candidate)
    if champion is not None:
        message = f"{candidate.folder} is the champion {champion.name} already"
        raise RegistryError(message)
    found = asked_gates(registry, candidate, labelled, asked.on)
    told = {
        **_told(asked),
        "override": asked.override if found.failed else None,
        "loans_of": labelled.name,
        **_of(found),
    }
    with writing(registry):
        entries = read(registry)
        _require_day(entries, asked.on)
        name = found.champion.name if found.champion else None
        if pointed(entries, CHAMPION) != name:
            now = pointed(entries, CHAMPION)
            message = f"wanted the champion that was compared, {name}; meanwhile it is {now}. Promote again"
            raise RegistryError(message)
        if found.failed and asked.override is None:
            return append(registry, "refused", {"manifest": candidate.identity, "was": name, **told}, key), found
        made = registered(registry, candidate.folder, _told(asked) | {"run": str(candidate.folder)}, key)
        entry = append(registry, CHAMPION, {"version": made.name, "was": name, **told}, key)
    return entry, found


def challenge(registry: Path, candidate: Side, asked: Request, key: PrivateKey | None = None) -> Entry:
    """Make a run challenger; no gate is asked, since it decides nothing.

    Raises
    ------
    RegistryError
        When the day is before the run was built, or before that of an earlier entry.
    """
    _require_built(candidate, asked.on)
    with writing(registry):
        entries = read(registry)
        _require_day(entries, asked.on)
        made = registered(registry, candidate.folder, _told(asked) | {"run": str(candidate.folder)}, key)
        return append(
            registry, CHALLENGER, {"version": made.name, "was": pointed(entries, CHALLENGER), **_told(asked)}, key
        )


def _told(asked: Request) -> dict[str, Any]:
    return {"on": str(asked.on), "by": asked.by, "reason": asked.reason}


def _of(found: Decided) -> dict[str, Any]:
    c = found.comparison
    failed = [g.gate for g in found.failed]
    content: dict[str, Any] = rounded_content(
        {
            "failed": failed,
            "gates": [asdict(gate) for gate in found.gates],
            "comparison": {
                **{name: c[name] for name in ("loans", "defaults", "newer_than", "from", "to")},
                "looks": None if found.looks is None else asdict(found.looks),
            },
        }
    )
    return content


def is_champion(registry: Path, candidate: Side) -> Version | None:
    """The champion, where it is this very run; None otherwise.

    Raises
    ------
    RegistryError
        When the record is not as it was written.
    """
    entries = read(registry)
    name = pointed(entries, CHAMPION)
    champion = None if name is None else versions(registry, entries)[name]
    return champion if champion is not None and champion.manifest == candidate.identity else None


def _require_day(entries: Sequence[Entry], on: date) -> None:
    if entries and on < date.fromisoformat(entries[-1].content["on"]):
        message = f"wanted a day not before {entries[-1].content['on']}, that of the last entry of the record; got {on}"
        raise RegistryError(message)


def _require_after(last: str | None, on: date) -> None:
    """Nothing, when no loan of a comparison was decided after the day; `last` is the day of the last of them."""
    if last is not None and on < date.fromisoformat(last):
        message = f"wanted a day not before {last}, that of the last loan that the models are compared on; got {on}"
        raise RegistryError(message)


def _require_built(candidate: Side, on: date) -> None:
    """Nothing, when the run was built by that day; one that does not tell its day has used no loan after it."""
    built = built_on(candidate.folder) or candidate.last_used.date()
    if on < built:
        message = (
            f"wanted a day not before {built}, on which {candidate.name} was built: "
            f"no model becomes champion or challenger before it is there; got --on {on}"
        )
        raise RegistryError(message)
