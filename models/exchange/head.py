"""What an export says of itself: whose numbers these are, what goes in with its unit, and what comes out."""

from features.catalogue import by_name
from models.exchange.plain import PlainModel
from policy.segments import STAGES

FEATURES = "features"
"""Name of the table that the SQL reads."""


def feature_lines(model: PlainModel) -> list[tuple[str, str, str]]:
    """Name, unit and English label of each feature of the model, in its order; those of another catalogue unnamed."""
    catalogue = by_name()
    return [
        (name, catalogue[name].unit, catalogue[name].label.en) if name in catalogue else (name, "", "")
        for name in model.features
    ]


def facts(model: PlainModel) -> dict[str, str]:
    """Facts of an export by name: stage, fingerprints, and of a fallback that its PDs are upper bounds."""
    told = {"kind": model.kind, "stage": model.stage, "model": model.version, "catalogue": model.catalogue}
    if model.fallback is not None:
        told["fallback"] = (
            f"PDs are upper confidence bounds ({model.fallback['method']}, confidence "
            f"{model.fallback['confidence']}), not best estimates"
        )
    return told


def comment(model: PlainModel, made: str) -> list[str]:
    """Lines of the head of an export: facts, the columns it reads, what a missing value is."""
    lines = [f"TechCredit, {made}: probability of default over the outcome window"]
    lines += [f"{name}: {value}" for name, value in facts(model).items()]
    lines += [
        "A missing value is missing (NULL), never 0 or a text. Money in the currency of the run, shares as fractions.",
        "PDs are rounded to 8 significant digits and are at most 0.99999999.",
        "Columns read, with their unit:",
        f"  stage [text] one of {', '.join(STAGES)}",
    ]
    lines += [f"  {effect.name} [text], as the canonical tables have it" for effect in model.effects]
    lines += [f"  {name} [{unit}] {label}" if unit else f"  {name}" for name, unit, label in feature_lines(model)]
    return lines
