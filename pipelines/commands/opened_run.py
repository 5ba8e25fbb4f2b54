"""A finished run opened for a batch, and what the account of the batch says of it."""

from pathlib import Path
from typing import Any, NamedTuple

from decisions.alarm import AlarmError
from pipelines.granted import held_back
from pipelines.registry.told import of_model, sentences
from pipelines.trust import checked_by
from policy.strict import refuse_assumed
from scoring.alarm_file import digest, state_path
from scoring.bundle import Bundle, open_bundle


class OpenedRun(NamedTuple):
    """The bundle that decides; `told` has the state of the alarm it obeys, the key that signed it, its registration."""

    bundle: Bundle
    told: dict[str, Any]
    notes: list[str]


def opened_run(model: Path, strict: bool, ledger: str | None) -> OpenedRun:
    """The run in the folder `model`, obeying its alarm as it stands now and the ledger at the address given.

    Raises
    ------
    PolicyError
        When `strict` and a policy figure of the decisions is assumed or recalled.
    AlarmError
        When the state of the alarm changes meanwhile, or is refused.
    """
    state = digest(model)
    bundle = open_bundle(model)
    if digest(model) != state:
        message = f"{state_path(model)} was changed while it was read; start again"
        raise AlarmError(message)
    if strict:
        refuse_assumed(bundle.assumed)
    registered = of_model(model)
    told = {"alarm_state": state, "signed_by": checked_by(), "registered_as": registered}
    return OpenedRun(bundle if ledger is None else held_back(bundle, ledger), told, list(sentences(registered)))
