"""`techcredit promote`: a run becomes champion or challenger, gated and recorded; the names in MLflow follow."""

import sys
from pathlib import Path

from pipelines.commands.compare import Given, screened
from pipelines.comparison.sides import side
from pipelines.params import chosen_source
from pipelines.registry.aliases import follow
from pipelines.registry.promotion import Request, challenge, is_champion, promote
from pipelines.registry.record import read
from pipelines.registry.told import of_model, sentences
from pipelines.registry.versions import CHAMPION, version
from reports.registry import gates_grid
from scoring.alarm_file import require_signer
from scoring.signature import PrivateKey


def promote_run(
    source: str | None,
    model: str | None,
    to: str,
    asked: Request,
    given: Given,
    registry: Path,
    language: str,
    key: PrivateKey | None,
) -> None:
    """Make `model` (data/<source> without one) champion or challenger; print its gates and what became of it.

    A run that is the champion already is promoted no second time; the names in MLflow are moved to it again.

    Raises
    ------
    PromotionError
        When a gate does not hold and nothing overrides it; the refusal is recorded.
    RegistryError, ModelError, SignatureError, BadTableError
        When the tables given cannot be used, the model cannot be opened, or the registry cannot be written.
    """
    require_signer(key)
    chosen = chosen_source(source)
    place = registry / chosen
    candidate = side(model or str(Path("data") / chosen), chosen, registry)
    say = sys.stdout.write
    champion = is_champion(place, candidate)
    if to == CHAMPION and champion is None:
        before = len(read(place))
        try:
            with given.labelled((candidate.folder,), chosen) as labelled:
                promote(place, candidate, labelled, asked, key)
        finally:
            _told_gates(place, before, language)
        say(f"{chosen}: champion is {read(place)[-1].content['version']}\n")
    elif to == CHAMPION and champion is not None:
        say(f"{chosen}: {champion.name} is the champion already; nothing was recorded\n")
    else:
        say(f"{chosen}: challenger is {challenge(place, candidate, asked, key).content['version']}\n")
    now = version(place, to)
    told = of_model(now.folder)
    for sentence in sentences(told) if to == CHAMPION else ():
        say(f"{sentence}\n")
    tags = {"registry_version": now.name}
    if to == CHAMPION and told is not None:
        tags |= {"promoted_on": told["promoted_on"], "promoted_by": told["promoted_by"]}
        tags |= {"promoted_by_override_of": ", ".join(told["override"]["failed"])} if told["override"] else {}
        tags |= {"override_reason": told["override"]["reason"]} if told["override"] else {}
    say(follow(Path(), chosen, now.folder, to, tags) + "\n")


def _told_gates(place: Path, before: int, language: str) -> None:
    """Print the gates of the promotion that was recorded, made or refused, since there were `before` entries."""
    for entry in read(place)[before:]:
        if "gates" in entry.content:
            screened(gates_grid(entry.content), language)
