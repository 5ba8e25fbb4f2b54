"""A stage model as ONNX in double precision: trees by TreeEnsemble of ai.onnx.ml 5, the only one that keeps doubles.

Earlier operators round their output to single precision and are not used. Needs the extra `exchange`.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from models.errors import ModelError
from models.exchange.head import comment, facts, feature_lines
from models.exchange.plain import Forest, Leaf, Node, PlainModel, Split
from models.exchange.stepped import balanced
from models.fitting.group_effects import GroupEffect
from policy.digits import BELOW_ONE, DIGITS

OPSET, ML_OPSET, IR = 21, 5, 10
LEAST = 15
"""Probabilities from 10^-15 on are rounded to their digits."""
GROUPS = {"province": "province", "industry": "industry_division"}
"""Text input of each group effect; of the industry code its first two digits, without the letter of the section."""
WANTED = "ONNX wants the package onnx; install it with: pip install 'techcredit[exchange]'"


def onnx_bytes(model: PlainModel) -> bytes:
    """The ONNX model: inputs `features` (double, rows x features, NaN where missing), `stage`, texts of group effects.

    Outputs, one per row: `pd` (rounded), `logit`, and `refused`: true where a feature is infinite or the stage not
    that of the model ("", not known, is refused too); its PD is NaN.

    Raises
    ------
    ModelError
        When onnx is not installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise ModelError(WANTED) from error
    graph = _Graph(onnx)
    graph.build(model)
    made = graph.model(model)
    onnx.checker.check_model(made)
    return bytes(made.SerializeToString())


class _Graph:
    """Nodes and constants of a graph in the making; every operation gives the name of its result."""

    def __init__(self, onnx: Any) -> None:
        self._onnx = onnx
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def build(self, model: PlainModel) -> None:
        """All operations from the inputs to the outputs."""
        scores = [
            self.op("Mul", self.trees(_forest(member), model.features), self.number(member.weight))
            for member in model.members
        ]
        score = self.sum(scores)
        logit = self._curve(score, np.asarray(model.curve.score), np.asarray(model.curve.logit))
        if model.effects:
            logit = self.op("Add", logit, self.sum([self._effect(effect) for effect in model.effects]))
        refused = self.op("ReduceMax", self._whole(self.op("IsInf", "features")), self.whole([1]), keepdims=0)
        other = self._coded("stage", {model.stage: 0.0}, 1.0)
        refused = self.op("Or", self._flag(refused), self._flag(other))
        missing = self.number(np.nan)
        self.op("Identity", refused, out="refused")
        self.op("Where", refused, missing, logit, out="logit")
        self.op("Where", refused, missing, self._rounded(self.op("Sigmoid64", logit)), out="pd")

    def op(self, kind: str, *inputs: str, out: str = "", domain: str = "", **attributes: Any) -> str:
        """One operation; `Sigmoid64` is 1 / (1 + exp(-x)), which keeps doubles in every engine."""
        if kind == "Sigmoid64":
            one = self.number(1.0)
            return self.op("Div", one, self.op("Add", one, self.op("Exp", self.op("Neg", *inputs))))
        name = out or f"{kind.lower()}_{len(self._nodes)}"
        self._nodes.append(self._onnx.helper.make_node(kind, inputs, [name], domain=domain, **attributes))
        return name

    def number(self, values: Any) -> str:
        """A constant of doubles."""
        return self._constant(np.asarray(values, dtype="float64"))

    def whole(self, values: Any) -> str:
        """A constant of whole numbers."""
        return self._constant(np.asarray(values, dtype="int64"))

    def _constant(self, values: np.ndarray) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants.append(self._onnx.numpy_helper.from_array(values, name))
        return name

    def _whole(self, flags: str) -> str:
        return self.op("Cast", flags, to=self._onnx.TensorProto.INT64)

    def _flag(self, numbers: str) -> str:
        return self.op("Cast", numbers, to=self._onnx.TensorProto.BOOL)

    def sum(self, parts: list[str]) -> str:
        """The sum of vectors, from the first on."""
        found = parts[0]
        for part in parts[1:]:
            found = self.op("Add", found, part)
        return found

    def trees(self, parts: tuple[float, tuple[Node, ...]], features: tuple[str, ...]) -> str:
        """Base and trees of a member as one ensemble, shape (rows,)."""
        base, grown = parts
        at = {name: number for number, name in enumerate(features)}
        listed = _Listed(at)
        stumps = [tree if isinstance(tree, Split) else _stump(features[0], tree.value) for tree in grown]
        roots = [listed.add(tree) for tree in stumps]
        tensor = self._onnx.numpy_helper.from_array
        ensemble = self.op(
            "TreeEnsemble",
            "features",
            domain="ai.onnx.ml",
            n_targets=1,
            aggregate_function=1,
            post_transform=0,
            tree_roots=roots,
            nodes_modes=tensor(np.zeros(len(listed.feature), dtype="uint8")),
            nodes_featureids=listed.feature,
            nodes_splits=tensor(np.array(listed.threshold)),
            nodes_missing_value_tracks_true=listed.missing_left,
            nodes_truenodeids=[child for child, _ in listed.left],
            nodes_trueleafs=[leaf for _, leaf in listed.left],
            nodes_falsenodeids=[child for child, _ in listed.right],
            nodes_falseleafs=[leaf for _, leaf in listed.right],
            leaf_targetids=[0] * len(listed.leaf),
            leaf_weights=tensor(np.array(listed.leaf)),
        )
        flat = self.op("Reshape", ensemble, self.whole([-1]))
        return self.op("Add", flat, self.number(base)) if base else flat

    def _piece(self, value: str, edges: np.ndarray, strict: str) -> str:
        """Number of `edges` that each value is beyond, shape (rows,)."""
        column = self.op("Reshape", value, self.whole([-1, 1]))
        beyond = self.op(strict, column, self.number(edges[None, :]))
        return self.op("ReduceSum", self._whole(beyond), self.whole([1]), keepdims=0)

    def _curve(self, score: str, x: np.ndarray, y: np.ndarray) -> str:
        slope = np.diff(y) / np.diff(x)
        if len(x) > 2:
            at = self._piece(score, x[1:-1], "Greater")
            start, height, rise = (self.op("Gather", self.number(part), at) for part in (x[:-1], y[:-1], slope))
        else:
            start, height, rise = (self.number(part[0]) for part in (x, y, slope))
        return self.op("Add", height, self.op("Mul", rise, self.op("Sub", score, start)))

    def _effect(self, effect: GroupEffect) -> str:
        return self._coded(GROUPS[effect.name], effect.intercepts, 0.0)

    def _coded(self, text: str, known: Mapping[str, float], other: float) -> str:
        """A number for each text of an input, shape (rows,); `other` where it is none of them."""
        tensor = self._onnx.numpy_helper.from_array
        keys = self._onnx.helper.make_tensor(
            "keys", self._onnx.TensorProto.STRING, [len(known)], [key.encode() for key in known]
        )
        values, default = (tensor(np.array(each, dtype="float64")) for each in (list(known.values()), [other]))
        coded = {"keys_tensor": keys, "values_tensor": values, "default_tensor": default}
        return self.op("LabelEncoder", text, domain="ai.onnx.ml", **coded)

    def _rounded(self, probability: str) -> str:
        """To DIGITS significant digits, half to even, and below 1."""
        powers = np.array([float(f"1e-{power}") for power in range(LEAST - 1, -1, -1)])
        scales = np.array([float(f"1e{DIGITS + LEAST - 1 - at}") for at in range(LEAST + 1)])
        scale = self.op("Gather", self.number(scales), self._piece(probability, powers, "GreaterOrEqual"))
        near = self.op("Div", self.op("Round", self.op("Mul", probability, scale)), scale)
        most = self.number(BELOW_ONE)
        return self.op("Where", self.op("Greater", near, most), most, near)

    def model(self, model: PlainModel) -> Any:
        """The finished model with its facts."""
        kinds, helper = self._onnx.TensorProto, self._onnx.helper
        inputs = [helper.make_tensor_value_info("features", kinds.DOUBLE, ["rows", len(model.features)])]
        texts = ["stage", *(GROUPS[effect.name] for effect in model.effects)]
        inputs += [helper.make_tensor_value_info(name, kinds.STRING, ["rows"]) for name in texts]
        outputs = [helper.make_tensor_value_info(name, kinds.DOUBLE, ["rows"]) for name in ("pd", "logit")]
        outputs += [helper.make_tensor_value_info("refused", kinds.BOOL, ["rows"])]
        graph = helper.make_graph(self._nodes, f"techcredit-{model.stage}", inputs, outputs, self._constants)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
        made = helper.make_model(graph, opset_imports=opsets, ir_version=IR, producer_name="techcredit")
        made.doc_string = "\n".join(comment(model, "ONNX"))
        listed = json.dumps([{"name": n, "unit": u} for n, u, _ in feature_lines(model)], ensure_ascii=False)
        helper.set_model_props(made, {**facts(model), "features": listed})
        return made


class _Listed:
    """Splits and leaves of trees in the flat order of the operator."""

    def __init__(self, at: dict[str, int]) -> None:
        self._at = at
        self.feature: list[int] = []
        self.threshold: list[float] = []
        self.missing_left: list[int] = []
        self.left: list[tuple[int, int]] = []
        self.right: list[tuple[int, int]] = []
        self.leaf: list[float] = []

    def add(self, split: Split) -> int:
        """Position of the split, its children after it."""
        here = len(self.feature)
        self.feature.append(self._at[split.feature])
        self.threshold.append(split.threshold)
        self.missing_left.append(int(split.missing_left))
        self.left.append((0, 0))
        self.right.append((0, 0))
        self.left[here] = self._child(split.left)
        self.right[here] = self._child(split.right)
        return here

    def _child(self, node: Node) -> tuple[int, int]:
        """Position of a child and whether it is a leaf."""
        if isinstance(node, Leaf):
            self.leaf.append(node.value)
            return len(self.leaf) - 1, 1
        return self.add(node), 0


def _forest(member: Any) -> tuple[float, tuple[Node, ...]]:
    """Base and trees of a member; a step function is a balanced tree of one feature."""
    if isinstance(member, Forest):
        return 0.0, member.trees
    return member.base, tuple(balanced(name, function) for name, function in member.functions.items())


def _stump(feature: str, value: float) -> Split:
    """A split whose both sides are the same: the operator knows no tree without one."""
    return Split(feature, 0.0, True, Leaf(value), Leaf(value))
