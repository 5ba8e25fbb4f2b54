"""A stage model as PMML 4.4 in double precision: trees and step functions as TreeModels, added member by member.

Each TreeModel asks for a missing value itself, so that no strategy of an engine for missing values comes in.
"""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from models.exchange.head import comment, feature_lines
from models.exchange.plain import LARGEST, Additive, Forest, Leaf, Node, PlainModel
from models.exchange.pmml_formulas import curve, effect, plus, rounded, times, wanted_field
from models.fitting.steps import StepFunction

NAMESPACE, VERSION = "http://www.dmg.org/PMML-4_4", "4.4"


def pmml(model: PlainModel) -> str:
    """The document: outputs `logit` and `pd` of one row; none where a value is infinite or the stage not its own."""
    root = Element("PMML", {"xmlns": NAMESPACE, "version": VERSION})
    SubElement(root, "Header", {"description": "\n".join(comment(model, "PMML"))})
    dictionary(root, model)
    chain = SubElement(root, "MiningModel", {"functionName": "regression", "modelName": f"techcredit-{model.stage}"})
    inputs(chain, model)
    segments = SubElement(chain, "Segmentation", {"multipleModelMethod": "modelChain"})
    for number, member in enumerate(model.members, 1):
        _member(_segment(segments, f"score_{number}"), member, f"score_{number}", model.features[:1])
    _last(_segment(segments, "pd"), model)
    ElementTree.indent(root, space=" ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def dictionary(root: Element, model: PlainModel) -> None:
    """Append the fields that the model reads, with their units; infinite values and other stages are invalid."""
    fields = SubElement(root, "DataDictionary")
    for name, unit, label in feature_lines(model):
        kind = {"name": name, "displayName": f"{label} [{unit}]", "optype": "continuous", "dataType": "double"}
        finite = {"closure": "closedClosed", "leftMargin": repr(-LARGEST), "rightMargin": repr(LARGEST)}
        SubElement(SubElement(fields, "DataField", kind), "Interval", finite)
    for each in model.effects:
        SubElement(fields, "DataField", {"name": each.name, "optype": "categorical", "dataType": "string"})
    stage = SubElement(fields, "DataField", {"name": "stage", "optype": "categorical", "dataType": "string"})
    SubElement(stage, "Value", {"value": model.stage})


def inputs(parent: Element, model: PlainModel) -> None:
    """Append the fields of the whole model: a row with an invalid feature, of another stage or of none, has no PD."""
    schema(parent, [*model.features, "stage"], "returnInvalid")
    parent[-1][-1].set("missingValueTreatment", "returnInvalid")
    if model.effects:
        fields = parent[-1]
        for each in model.effects:
            SubElement(fields, "MiningField", {"name": each.name, "invalidValueTreatment": "asIs"})


def schema(parent: Element, names: list[str], invalid: str = "asIs") -> None:
    """Append the fields of a model, and what becomes of a row with an invalid one."""
    fields = SubElement(parent, "MiningSchema")
    for name in names:
        SubElement(fields, "MiningField", {"name": name, "invalidValueTreatment": invalid})


def _segment(parent: Element, name: str) -> Element:
    segment = SubElement(parent, "Segment", {"id": name})
    SubElement(segment, "True")
    return segment


def _output(parent: Element, name: str) -> None:
    field = {"name": name, "optype": "continuous", "dataType": "double", "feature": "predictedValue"}
    SubElement(SubElement(parent, "Output"), "OutputField", field)


def _member(segment: Element, member: Forest | Additive, name: str, any_feature: tuple[str, ...]) -> None:
    """The sum of the trees, or of base and step functions."""
    inner = SubElement(segment, "MiningModel", {"functionName": "regression"})
    parts = _parts(member)
    # A schema must name a field, a tree of one leaf too.
    names = sorted({name for part in parts for name in _read(part)}) or list(any_feature)
    schema(inner, names)
    _output(inner, name)
    trees = SubElement(inner, "Segmentation", {"multipleModelMethod": "sum"})
    for number, part in enumerate(parts):
        segment = _segment(trees, f"{name}_{number}")
        tree = SubElement(segment, "TreeModel", {"functionName": "regression", "missingValueStrategy": "none"})
        schema(tree, sorted(_read(part)) or names[:1])
        if isinstance(part, tuple):
            _step_function(tree, *part)
        else:
            _root(tree, part)


Part = Node | tuple[str, StepFunction]


def _parts(member: Forest | Additive) -> list[Part]:
    """What a member adds up: trees, or its base and its step functions with the names of their features."""
    if isinstance(member, Forest):
        return list(member.trees)
    return [Leaf(member.base), *member.functions.items()]


def _read(part: Part) -> set[str]:
    """Features that a tree or a step function reads."""
    if isinstance(part, tuple):
        return {part[0]}
    return set() if isinstance(part, Leaf) else {part.feature} | _read(part.left) | _read(part.right)


def _root(tree: Element, node: Node) -> None:
    tree.set("splitCharacteristic", "binarySplit")
    _node(tree, node, None)


def _node(parent: Element, node: Node, met: Element | None) -> None:
    """A node under its condition, None for the one that is always met; its children in the order they are asked."""
    found = SubElement(parent, "Node")
    if met is None:
        SubElement(found, "True")
    else:
        found.append(met)
    if isinstance(node, Leaf):
        found.set("score", repr(node.value))
        return
    goes_left = condition(node.feature, "lessOrEqual", repr(node.threshold))
    if node.missing_left:
        either = Element("CompoundPredicate", {"booleanOperator": "or"})
        either.append(condition(node.feature, "isMissing"))
        either.append(goes_left)
        goes_left = either
    _node(found, node.left, goes_left)
    _node(found, node.right, None)


def _step_function(tree: Element, name: str, function: StepFunction) -> None:
    """One node per interval, asked from the lowest on, and one for a missing value before them."""
    tree.set("splitCharacteristic", "multiSplit")
    root = SubElement(tree, "Node")
    SubElement(root, "True")
    _node(root, Leaf(function.lost), condition(name, "isMissing"))
    for end, value in zip(function.thresholds, function.values, strict=False):
        _node(root, Leaf(value), condition(name, "lessOrEqual", repr(end)))
    _node(root, Leaf(function.values[-1]), None)


def condition(field: str, operator: str, value: str | None = None) -> Element:
    """A comparison of one field."""
    told = {"field": field, "operator": operator}
    return Element("SimplePredicate", told if value is None else {**told, "value": value})


def _last(segment: Element, model: PlainModel) -> None:
    """The regression that gives the log-odds as they are, and the PD from them."""
    last = SubElement(segment, "RegressionModel", {"functionName": "regression", "normalizationMethod": "none"})
    scores = [f"score_{number}" for number in range(1, len(model.members) + 1)]
    schema(last, [*scores, *(e.name for e in model.effects)])
    output = SubElement(last, "Output")
    told = {"optype": "continuous", "dataType": "double"}
    SubElement(output, "OutputField", {"name": "logit", "feature": "predictedValue", **told})
    rounded(output, told)
    local = SubElement(last, "LocalTransformations")
    weighted = [times(wanted_field(name), member.weight) for name, member in zip(scores, model.members, strict=True)]
    SubElement(local, "DerivedField", {"name": "score", **told}).append(plus(weighted))
    SubElement(local, "DerivedField", {"name": "curved", **told}).append(curve(model.curve))
    for each in model.effects:
        SubElement(local, "DerivedField", {"name": f"effect_{each.name}", **told}).append(effect(each))
    offset = [wanted_field(f"effect_{each.name}") for each in model.effects]
    whole = plus([wanted_field("curved"), *([plus(offset)] if offset else [])])
    SubElement(local, "DerivedField", {"name": "calibrated", **told}).append(whole)
    table = SubElement(last, "RegressionTable", {"intercept": "0"})
    SubElement(table, "NumericPredictor", {"name": "calibrated", "coefficient": "1"})
