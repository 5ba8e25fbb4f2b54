"""What each row must meet, as SQL over the columns of a table in their declared types."""

from schemas.compiled.text import day, literal, name
from schemas.credit_code import ALPHABET, LENGTH, WEIGHTS
from schemas.rules import Rule, parent_day

ACROSS = ("unique", "parent", "follows")
"""Kinds of rules that no row tells by itself."""


def row_wise(rule: Rule) -> bool:
    """Whether a row alone says if it meets the rule."""
    return rule.kind not in ACROSS and not rule.across


def met(rule: Rule, extracted_on: str) -> str:
    """SQL of a truth value per row; unknown counts as met, since a missing value breaks no rule but `required`.

    `extracted_on` is the ISO day the tables were extracted. Of the rules across rows, those on keys and parents have no
    such form.

    Raises
    ------
    ValueError
        When the rule has none.
    """
    x = name(rule.columns[0])
    match rule.kind:
        case "required":
            return f"{x} IS NOT NULL"
        case "range":
            return _within(x, *rule.bounds)
        case "days":
            first, last = rule.bounds
            bounds = [(">=", first), ("<=", extracted_on if last == "extracted_on" else last)]
            return " AND ".join(f"{x} {sign} {day(bound)}" for sign, bound in bounds if bound is not None)
        case "values":
            return f"{x} IN ({', '.join(literal(value) for value in rule.bounds)})"
        case "pattern":
            # As Python reads $: the end, or a line feed that ends the text.
            return f"regexp_full_match({x}, {literal(f'(?:{rule.bounds[0]})' + chr(92) + 'n?')})"
        case "check_digit":
            return check_digit(x)
        case "order" | "part":
            small, large = rule.columns
            return f"{name(large)} >= {name(small)}"
        case "follows":
            parent, earlier, strictly = rule.bounds
            return f"{x} {'>' if strictly else '>='} {name(parent_day(parent, earlier))}"
        case "condition" if rule.sql is not None:
            return rule.sql
    message = f"wanted a rule that SQL can state per row; got {rule.name} of kind {rule.kind}"
    raise ValueError(message)


def _within(x: str, low: float | None, high: float | None, positive: bool) -> str:
    bounds = [(">" if positive else ">=", low), ("<=", high)]
    return " AND ".join(f"{x} {sign} {literal(float(bound))}" for sign, bound in bounds if bound is not None)


def check_digit(x: str) -> str:
    """SQL of `schemas.credit_code.is_valid` for a code that is given."""
    value = [f"(instr({literal(ALPHABET)}, substr({x}, {place + 1}, 1)) - 1)" for place in range(LENGTH)]
    total = " + ".join(f"{v} * {int(weight)}" for v, weight in zip(value, WEIGHTS, strict=False))
    right = f"(31 - ({total}) % 31) % 31 = {value[-1]}"
    return f"CASE WHEN regexp_full_match({x}, '[{ALPHABET}]{{{LENGTH}}}') THEN {right} ELSE {x} IS NULL END"
