"""Rules before the model: which hold for an application, and which cannot be answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

import pandas as pd

from policy.conditions import Conditions, states
from policy.loader import FOLDER, Figure, PolicyError, figures

Effect = Literal["decline", "refer", "lower"]
EFFECTS: tuple[Effect, ...] = get_args(Effect)
DOCUMENT = "policy/rules.yaml"
NEEDED = ("data_gap", "out_of_accepted_region")
"""Rules without which the certificate would be read beyond what it is valid for: they must refer, or decline."""
UNKNOWN = "unknown_"
"""Before the code of a rule that could not be answered."""


@dataclass(frozen=True)
class Rule:
    """One rule in force: what it does when its conditions hold; `ceiling` is the PD that `lower` lowers approvals to.

    `figure` is its entry in the policy, with meaning, source and flag.
    """

    code: str
    effect: Effect
    when: Conditions
    ceiling: float | None
    figure: Figure


def read_rules(day: date, folder: Path = FOLDER) -> tuple[Rule, ...]:
    """Rules of policy/rules.yaml in force on `day`, in order.

    Raises
    ------
    PolicyError
        When a rule has no effect, no condition or no ceiling where it needs one, or one of NEEDED does not refer or
        decline.
    """
    found = []
    for code, entry in figures("rules", folder).items():
        if min(entry.values) > day or entry.on(day) is None:
            continue
        found.append(_rule(code, entry, entry.on(day)))
    for code in NEEDED:
        if not any(rule.code == code and rule.effect != "lower" for rule in found):
            message = f"{DOCUMENT}: wanted the rule {code} to refer or decline on {day}; it does not"
            raise PolicyError(message)
    return tuple(found)


def _rule(code: str, entry: Figure, value: Mapping[str, Any]) -> Rule:
    effect, when, ceiling = value.get("effect"), value.get("when"), value.get("ceiling")
    if effect not in EFFECTS:
        message = f"{DOCUMENT}, {code}: effect must be one of {', '.join(EFFECTS)}; got {effect!r}"
        raise PolicyError(message)
    if not when:
        message = f"{DOCUMENT}, {code}: wanted at least one condition under `when`; there is none"
        raise PolicyError(message)
    if (effect == "lower") != (ceiling is not None) or not 0 < (0.5 if ceiling is None else float(ceiling)) < 1:
        message = f"{DOCUMENT}, {code}: the effect lower, and it alone, has a ceiling, a PD; got {ceiling!r}"
        raise PolicyError(message)
    return Rule(code, effect, when, None if ceiling is None else float(ceiling), entry)


def products_named(rules: tuple[Rule, ...]) -> tuple[str, ...]:
    """Products that a rule names, each once: of any other product no rule of a product is asked."""
    found = [code for rule in rules for code in rule.when.get("product", {}).get("in", [])]
    return tuple(dict.fromkeys(found))


def unchecked(quantities: pd.DataFrame, rules: tuple[Rule, ...]) -> tuple[str, ...]:
    """Codes of the rules that no application of a run can answer: one of their quantities is never known.

    The source does not hold what they compare. Such a rule is not applied, and every report says so; a rule that some
    application of the run can answer refers those that cannot.
    """
    silent = {name for rule in rules for name in rule.when if name in quantities and quantities[name].isna().all()}
    return tuple(rule.code for rule in rules if silent & set(rule.when))


def rule_states(quantities: pd.DataFrame, rules: tuple[Rule, ...]) -> pd.DataFrame:
    """1 where a rule holds, 0 where it does not, missing where it cannot be answered: a column per code.

    Raises
    ------
    PolicyError
        When a rule names a quantity that there is not, or a condition that does not exist.
    """
    found = {rule.code: states(quantities, rule.when, f"rule {rule.code}") for rule in rules}
    return pd.DataFrame(found, index=quantities.index, dtype="float64")
