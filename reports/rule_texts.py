"""What decided, in words: rules of policy/rules.yaml by their own meaning, the rest from the catalogue of texts."""

from collections.abc import Mapping

import pandas as pd

from decisions.decide import OUTCOMES
from decisions.rules import UNKNOWN
from features.rule_quantities import RULE_QUANTITIES
from policy.loader import figures
from reports.texts import both, coded
from schemas.declarations import Text

QUANTITIES: Mapping[str, Text] = {quantity.name: quantity.label for quantity in RULE_QUANTITIES}


def meaning(code: str) -> Text:
    """What a rule of policy/rules.yaml says; the code itself where the policy no longer has it."""
    known = figures("rules").get(code)
    return Text(code, code) if known is None else Text(known.meaning_en, known.meaning_zh)


def rule_name(code: str) -> Text:
    """What decided, for a table: a rule by its meaning, one that could not be answered with that word before it."""
    if code in OUTCOMES:
        return coded("rule", code)
    if code.startswith(UNKNOWN):
        return both("rules.unanswered", rule=meaning(code.removeprefix(UNKNOWN)))
    return meaning(code)


def rule_sentence(code: str, decision: str) -> Text:
    """What decided and what follows, as a sentence."""
    if code in OUTCOMES:
        return coded("rule", code)
    return both("rules.decides" if decision == "refer" else "rules.refuses", rule=rule_name(code))


def comparison(row: pd.Series) -> Text:
    """One row of `decisions.rules.comparisons` in words: the quantity, its value, and the bound."""
    name = str(row["quantity"])
    label = QUANTITIES.get(name) or both("rules.region")
    if row["state"] == "unknown":
        return both("rules.not_known", quantity=label)
    return both("rules.compared", quantity=label, value=_shown(row), condition=_condition(row))


def _shown(row: pd.Series) -> str | Text:
    value = str(row["value"])
    return both("rules.unbounded") if value == "inf" else value


def _condition(row: pd.Series) -> Text:
    return both(f"condition.{row['condition']}", bound=str(row["bound"]))


def fired_lines(compared: pd.DataFrame) -> tuple[Text, ...]:
    """One line per rule that fired for one application: its meaning, and the numbers it compared."""
    lines = []
    for (code, said), rows in compared.groupby(["rule", "state"], sort=False):
        name = rule_name(str(code) if said == "met" else UNKNOWN + str(code))
        numbers = [comparison(row) for _, row in rows.iterrows()]
        lines.append(
            both(
                "rules.line",
                rule=name,
                numbers=Text("; ".join(n.en for n in numbers), "；".join(n.zh for n in numbers)),
            )
        )
    return tuple(lines)
