"""`techcredit promote`: a run becomes champion or challenger, gated and recorded; the names in MLflow follow."""

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from models.fitting.split import SplitParams
from pipelines.commands.compare import Given, screened
from pipelines.comparison.sides import side
from pipelines.files import write_text
from pipelines.params import chosen_source, section
from pipelines.promotion.aliases import follow
from pipelines.promotion.promotion import Request, challenge, is_champion, promote
from pipelines.promotion.words import refusal
from pipelines.registry.errors import PromotionError, RegistryError
from pipelines.registry.record import SIGNED, Entry
from pipelines.registry.told import of_model, sentences
from pipelines.registry.versions import CHAMPION, REGISTRY, version
from reports.comparison import comparison_sections
from reports.registry import gates_grid, promotion_page
from scoring.signature import PrivateKey, require_signer


def require_no_later_day(on: date, today: date, source: str | None) -> None:
    """Nothing, when the day of a promotion is no later than `today`.

    The clock says nothing of a source whose run is built on a day that has not come: a simulated one.

    Raises
    ------
    RegistryError
        When it is later: nobody has promoted yet what is to be promoted tomorrow.
    """
    built = date.fromisoformat(section("split", SplitParams, chosen_source(source)).built_on)
    if built <= today < on:
        message = f"wanted --on no later than today, {today}; got {on}"
        raise RegistryError(message)


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
    require_signer(key, SIGNED)
    chosen = chosen_source(source)
    place = registry / chosen
    candidate = side(model or str(Path("data") / chosen), chosen, registry)
    say = sys.stdout.write
    champion = is_champion(place, candidate)
    if to == CHAMPION and champion is None:
        with given.labelled((candidate.folder,), chosen) as labelled:
            entry, found = promote(place, candidate, labelled, asked, key)
        _told_gates(place, entry, found.comparison, language)
        if entry.kind == "refused":
            raise PromotionError(refusal(found))
        say(f"{chosen}: champion is {entry.content['version']}\n")
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
    if registry.resolve() == REGISTRY.resolve():
        say(follow(Path(), chosen, now.folder, to, tags) + "\n")
    else:
        say(f"MLflow: its names follow {REGISTRY}, not {registry}; they were left as they are\n")


def _told_gates(place: Path, entry: Entry, comparison: Mapping[str, Any], language: str) -> None:
    """Print the gates of a promotion, made or refused; its page, with the comparison, is left in the registry."""
    screened(gates_grid(entry.content), language)
    path = place / "pages" / f"{entry.number:06d}.html"
    looks = {"looks": entry.content["comparison"]["looks"]}
    write_text(promotion_page(place.name, entry.content, comparison_sections({**comparison, **looks})), path)
    sys.stdout.write(f"{path}\n")
