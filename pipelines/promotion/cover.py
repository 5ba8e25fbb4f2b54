"""What the first page of a validation report says of the promotion of its run."""

from pathlib import Path

from pipelines.registry.record import read
from pipelines.registry.told import promotion
from pipelines.registry.versions import identity, versions
from reports.registry import promotion_sentence
from reports.validation.facts import Promoted


def promoted(registry: Path, run: Path) -> Promoted | None:
    """How the run in a folder became champion; None where it never did.

    Raises
    ------
    RegistryError, SignatureError
        When the record is not as it was written.
    """
    entries = read(registry)
    names = [name for name, each in versions(registry, entries).items() if each.manifest == identity(run)]
    made = promotion(entries, names[0]) if names else None
    return None if made is None else Promoted(promotion_sentence(made), bool(made["override"]))
