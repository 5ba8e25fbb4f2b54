"""Formulas of PMML: the calibration curve, group effects, and the PD rounded to the digits that are stored."""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement

from models.fitting.calibration import Curve
from models.fitting.group_effects import GroupEffect
from policy.digits import BELOW_ONE, DIGITS

LEAST = 15
"""Probabilities from 10^-15 on are rounded to their digits."""
LETTER = "^[A-T]?"
"""Start of an industry code: the letter of its section, which may be left out."""


def wanted_field(name: str) -> Element:
    """A reference to a field."""
    return Element("FieldRef", {"field": name})


def constant(value: float) -> Element:
    """A double."""
    found = Element("Constant", {"dataType": "double"})
    found.text = repr(float(value))
    return found


def text(value: str) -> Element:
    """A text."""
    found = Element("Constant", {"dataType": "string"})
    found.text = value
    return found


def apply(function: str, *arguments: Element) -> Element:
    """A function of arguments."""
    found = Element("Apply", {"function": function})
    found.extend(arguments)
    return found


def plus(parts: Sequence[Element]) -> Element:
    """The sum of the parts, from the first on."""
    found = parts[0]
    for part in parts[1:]:
        found = apply("+", found, part)
    return found


def times(value: Element, weight: float) -> Element:
    """A value times a weight."""
    return apply("*", constant(weight), value)


def curve(known: Curve) -> Element:
    """The calibration curve of the field `score`: straight pieces, the ends go on."""
    x, y = known.score, known.logit
    pieces = []
    for at in range(len(x) - 1):
        slope = (y[at + 1] - y[at]) / (x[at + 1] - x[at])
        gone = apply("-", wanted_field("score"), constant(x[at]))
        pieces.append(apply("+", constant(y[at]), apply("*", constant(slope), gone)))
    found = pieces[-1]
    for end, piece in zip(reversed(x[1:-1]), reversed(pieces[:-1]), strict=True):
        found = apply("if", apply("lessOrEqual", wanted_field("score"), constant(end)), piece, found)
    return found


def effect(known: GroupEffect) -> Element:
    """Intercept of the row's group, 0 for others and where the group is missing."""
    field, found = known.name, constant(0.0)
    for group, value in known.intercepts.items():
        if known.name == "industry":
            same = apply("matches", wanted_field(field), text(f"{LETTER}{group}.*$"))
        else:
            same = apply("equal", wanted_field(field), text(group))
        found = apply("if", same, constant(value), found)
    return apply("if", apply("isMissing", wanted_field(field)), constant(0.0), found)


def rounded(output: Element, told: Mapping[str, str]) -> None:
    """Output fields from `logit` to `pd`: half to even at DIGITS significant digits, and below 1."""

    def field(name: str, formula: Element) -> None:
        last = {} if name == "pd" else {"isFinalResult": "false"}
        SubElement(output, "OutputField", {"name": name, "feature": "transformedValue", **told, **last}).append(formula)

    value = wanted_field
    field("p", apply("/", constant(1), apply("+", constant(1), apply("exp", apply("-", constant(0), value("logit"))))))
    scale = constant(float(f"1e{DIGITS + LEAST - 1}"))
    for power in range(LEAST - 1, -1, -1):
        reached = apply("greaterOrEqual", value("p"), constant(float(f"1e-{power}")))
        scale = apply("if", reached, constant(float(f"1e{DIGITS + power - 1}")), scale)
    field("scale", scale)
    field("scaled", apply("*", value("p"), value("scale")))
    field("whole", apply("floor", value("scaled")))
    field("rest", apply("-", value("scaled"), value("whole")))
    half = apply("floor", apply("/", value("whole"), constant(2)))
    even = apply("equal", apply("*", half, constant(2)), value("whole"))
    tie = apply("if", even, value("whole"), apply("+", value("whole"), constant(1)))
    above = apply("greaterThan", value("rest"), constant(0.5))
    up = apply("if", above, apply("+", value("whole"), constant(1)), tie)
    below = apply("lessThan", value("rest"), constant(0.5))
    field("near", apply("/", apply("if", below, value("whole"), up), value("scale")))
    field("pd", apply("min", value("near"), constant(BELOW_ONE)))
