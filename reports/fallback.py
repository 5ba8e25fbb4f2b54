"""What is said of a stage whose PDs are a fallback: upper bounds where defaults are too few for an estimate."""

from collections.abc import Mapping

from reports.inputs import Json
from reports.numbers import count, decimal, percent
from reports.texts import both, coded, joined
from reports.view import Paragraph
from schemas.declarations import Text


def fallbacks(models: Mapping[str, Json]) -> dict[str, Json]:
    """Facts of the models, by stage, of those stages whose PDs are a fallback."""
    return {stage: model["facts"] for stage, model in models.items() if model["facts"].get("fallback")}


def defaults_of(facts: Json) -> int:
    """Development defaults of the stage."""
    return int(facts["development"]["defaults"])


def paragraphs(known: Mapping[str, Json]) -> tuple[Paragraph, ...]:
    """A sentence per stage with a fallback: why, how it was made, and its bounds from the best class to the worst."""
    return tuple(Paragraph(_told(stage, facts), "note") for stage, facts in known.items())


def of_pd(facts: Json) -> Text:
    """What is said beside a PD of such a stage."""
    return both("fallback.of_pd", defaults=count(defaults_of(facts)))


def _told(stage: str, facts: Json) -> Text:
    made = facts["fallback"]
    bounds = [percent(found["pd"]) for found in made["classes"]]
    return both(
        "fallback.told",
        stage=coded("stage", stage),
        defaults=count(defaults_of(facts)),
        below=count(made["below"]),
        classes=count(len(bounds)),
        loans=count(sum(found["loans"] for found in made["classes"])),
        confidence=percent(made["confidence"], 1),
        rho=decimal(made["rho"], 2),
        bounds=joined(bounds),
    )
