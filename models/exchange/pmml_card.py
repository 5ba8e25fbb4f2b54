"""The scorecard challenger as a Scorecard of PMML 4.4: a Characteristic per feature, an Attribute per bin."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from models.errors import ModelError
from models.exchange.card import FACTOR, ODDS, POINTS
from models.exchange.head import comment
from models.exchange.plain import Additive, PlainModel
from models.exchange.pmml import NAMESPACE, VERSION, condition, dictionary, inputs
from models.exchange.pmml_formulas import apply, constant, curve, rounded, wanted_field
from models.fitting.steps import StepFunction


def pmml_card(model: PlainModel) -> str:
    """The document: outputs `score` (sum of the bins), `logit`, `points` and `pd` of one row.

    Raises
    ------
    ModelError
        When the model is no single sum of step functions.
    """
    if len(model.members) != 1 or not isinstance(model.members[0], Additive) or model.effects:
        message = f"a Scorecard of PMML is a sum of bins; the model of stage {model.stage} is none"
        raise ModelError(message)
    card = model.members[0]
    root = Element("PMML", {"xmlns": NAMESPACE, "version": VERSION})
    SubElement(root, "Header", {"description": "\n".join(comment(model, "PMML"))})
    dictionary(root, model)
    facts = {"functionName": "regression", "modelName": f"techcredit-scorecard-{model.stage}"}
    scorecard = SubElement(root, "Scorecard", {**facts, "initialScore": repr(card.base), "useReasonCodes": "false"})
    inputs(scorecard, model)
    _outputs(scorecard, model)
    characteristics = SubElement(scorecard, "Characteristics")
    for name, function in card.functions.items():
        _bins(SubElement(characteristics, "Characteristic", {"name": f"{name}_bins"}), name, function)
    ElementTree.indent(root, space=" ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _outputs(scorecard: Element, model: PlainModel) -> None:
    output, told = SubElement(scorecard, "Output"), {"optype": "continuous", "dataType": "double"}
    SubElement(output, "OutputField", {"name": "score", "feature": "predictedValue", **told})
    logit = SubElement(output, "OutputField", {"name": "logit", "feature": "transformedValue", **told})
    logit.append(curve(model.curve))
    rounded(output, told)
    gone = apply("+", wanted_field("logit"), apply("ln", constant(ODDS)))
    scaled = SubElement(output, "OutputField", {"name": "points", "feature": "transformedValue", **told})
    scaled.append(apply("-", constant(POINTS), apply("*", constant(FACTOR), gone)))


def _bins(parent: Element, name: str, function: StepFunction) -> None:
    """One Attribute per bin, asked from the lowest on, and one for a missing value before them."""

    def add(value: float, met: Element) -> None:
        SubElement(parent, "Attribute", {"partialScore": repr(value)}).append(met)

    add(function.lost, condition(name, "isMissing"))
    for end, value in zip(function.thresholds, function.values, strict=False):
        add(value, condition(name, "lessOrEqual", repr(end)))
    add(function.values[-1], Element("True"))
