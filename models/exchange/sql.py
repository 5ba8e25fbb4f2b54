"""A stage model as one SQL query in double precision: CASE expressions, added in the order that the model adds them in.

Standard SQL (SQL:2008) alone; the tests run it in DuckDB and PostgreSQL. OFFSET 0 ROWS keeps an optimiser from copying
an expression into every place that names it.
"""

import re
from collections.abc import Sequence

from models.errors import ModelError
from models.exchange.head import FEATURES, comment
from models.exchange.plain import LARGEST, Additive, Forest, Leaf, Node, PlainModel
from models.fitting.group_effects import GroupEffect
from models.fitting.steps import StepFunction
from policy.digits import BELOW_ONE, DIGITS

DOUBLE = "DOUBLE PRECISION"
SECTIONS = "ABCDEFGHIJKLMNOPQRST"
"""Letters that may stand before an industry code (features/industry.py)."""
LEAST = 15
"""Probabilities from 10^-15 on are rounded to their digits; smaller ones as those of 10^-15."""
MOST_TERMS = 800
"""Most terms of one sum: engines limit how deep an expression may be, DuckDB to 1,000."""
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def sql(model: PlainModel, table: str = FEATURES, more: Sequence[str] = ()) -> str:
    """The query: application_id, stage, logit, pd, refused and out_of_range, one row per row of `table`.

    `more` are further columns of the answer, SQL with a name, that may read `logit` and `refused`.

    `refused` says why a row has no PD: it names no stage or another one, or a value is not finite (NaN is none; a
    missing value is NULL). `out_of_range` names, by comma, features whose value lies outside what the catalogue gives
    as plausible.

    Raises
    ------
    ModelError
        When a feature or the table has a name that is no plain SQL name, or a member has more than MOST_TERMS trees.
    """
    wrong = [name for name in (*model.features, table) if NAME.fullmatch(name) is None]
    if wrong:
        message = f"SQL wants names of small letters, digits and _; got {', '.join(map(repr, wrong[:3]))}"
        raise ModelError(message)
    terms = max(_terms(member) for member in model.members)
    if terms > MOST_TERMS:
        message = f"SQL adds at most {MOST_TERMS} trees or step functions of a member; stage {model.stage} has {terms}"
        raise ModelError(message)
    members = [f"    {_member(member)} AS score_{at}" for at, member in enumerate(model.members, 1)]
    blended = " + ".join(f"{number(m.weight)} * score_{at}" for at, m in enumerate(model.members, 1))
    kept = "application_id, stage, refused, out_of_range"
    effects = "".join(f", effect_{effect.name}" for effect in model.effects)
    offset = " + ".join(f"effect_{effect.name}" for effect in model.effects)
    return "\n".join(
        [
            *(f"-- {line}" for line in comment(model, "SQL")),
            "WITH known AS (",
            "  SELECT application_id, stage,",
            *(f"    {_effect(effect)} AS effect_{effect.name}," for effect in model.effects),
            *(f"    CAST({name} AS {DOUBLE}) AS {name}," for name in model.features[:-1]),
            f"    CAST({model.features[-1]} AS {DOUBLE}) AS {model.features[-1]}",
            f"  FROM {table} OFFSET 0 ROWS",
            "), scored AS (",
            f"  SELECT application_id, stage{effects},",
            f"    {_refused(model)} AS refused,",
            f"    {_out_of_range(model)} AS out_of_range,",
            ",\n".join(members),
            "  FROM known OFFSET 0 ROWS",
            "), blended AS (",
            f"  SELECT {kept}{effects}, {blended} AS score",
            "  FROM scored OFFSET 0 ROWS",
            "), curved AS (",
            f"  SELECT {kept}, {_curve(model)}{f' + ({offset})' if offset else ''} AS logit",
            "  FROM blended OFFSET 0 ROWS",
            "), likely AS (",
            f"  SELECT {kept}, logit, 1E0 / (1E0 + EXP(-logit)) AS p",
            "  FROM curved OFFSET 0 ROWS",
            "), enlarged AS (",
            f"  SELECT {kept}, logit, {_scale()} AS scale, p",
            "  FROM likely OFFSET 0 ROWS",
            "), cut AS (",
            f"  SELECT {kept}, logit, scale, FLOOR(p * scale) AS whole, p * scale - FLOOR(p * scale) AS rest",
            "  FROM enlarged OFFSET 0 ROWS",
            "), even AS (",
            f"  SELECT {kept}, logit, (CASE WHEN rest < 0.5E0 THEN whole WHEN rest > 0.5E0 THEN whole + 1E0",
            "    WHEN whole / 2E0 = FLOOR(whole / 2E0) THEN whole ELSE whole + 1E0 END) / scale AS rounded",
            "  FROM cut OFFSET 0 ROWS",
            ")",
            "SELECT application_id, stage,",
            "  CASE WHEN refused = '' THEN logit END AS logit,",
            f"  CASE WHEN refused <> '' THEN NULL WHEN rounded > {number(BELOW_ONE)} THEN {number(BELOW_ONE)}",
            "    ELSE rounded END AS pd,",
            *(f"  {column}," for column in more),
            "  refused, out_of_range",
            "FROM even",
            "",
        ]
    )


def number(value: float) -> str:
    """SQL literal of a double: the shortest decimal that is read back as the same number."""
    text = repr(float(value))
    return text.replace("e", "E") if "e" in text else f"{text}E0"


def literal(text: str) -> str:
    """SQL literal of a text."""
    return "'" + text.replace("'", "''") + "'"


def _terms(member: Forest | Additive) -> int:
    return len(member.trees) if isinstance(member, Forest) else len(member.functions)


def _member(member: Forest | Additive) -> str:
    if isinstance(member, Forest):
        # The first term is a double, so that all sums are: literals alone may be decimals.
        return " + ".join([f"CAST(0 AS {DOUBLE})", *(f"\n      {_tree(tree)}" for tree in member.trees)])
    functions = [f"\n      {step_function(name, function)}" for name, function in member.functions.items()]
    return " + ".join([f"CAST({number(member.base)} AS {DOUBLE})", *functions])


def _tree(node: Node) -> str:
    if isinstance(node, Leaf):
        return number(node.value) if node.value >= 0 else f"({number(node.value)})"
    left, right = _tree(node.left), _tree(node.right)
    # A comparison with NULL is not true, so that a missing value takes the branch after ELSE.
    if node.missing_left:
        return f"CASE WHEN {node.feature} > {number(node.threshold)} THEN {right} ELSE {left} END"
    return f"CASE WHEN {node.feature} <= {number(node.threshold)} THEN {left} ELSE {right} END"


def step_function(name: str, function: StepFunction) -> str:
    """A step function of one column as a CASE expression."""
    if not function.thresholds:
        return f"CASE WHEN {name} IS NULL THEN {number(function.lost)} ELSE {number(function.values[0])} END"
    steps = zip(function.thresholds, function.values, strict=False)
    cases = " ".join(f"WHEN {name} <= {number(end)} THEN {number(value)}" for end, value in steps)
    return f"CASE WHEN {name} IS NULL THEN {number(function.lost)} {cases} ELSE {number(function.values[-1])} END"


def _effect(effect: GroupEffect) -> str:
    column = effect.name
    if effect.name == "industry":
        code = "CAST(industry AS VARCHAR(64))"
        first = f"POSITION(SUBSTRING({code} FROM 1 FOR 1) IN '{SECTIONS}') > 0"
        column = f"CASE WHEN {first} THEN SUBSTRING({code} FROM 2 FOR 2) ELSE SUBSTRING({code} FROM 1 FOR 2) END"
    cases = " ".join(f"WHEN {literal(group)} THEN {number(value)}" for group, value in effect.intercepts.items())
    return f"CAST(CASE {column} {cases} ELSE 0E0 END AS {DOUBLE})"


def _refused(model: PlainModel) -> str:
    own = f"this model is that of {model.stage}"
    # A comparison with NULL is not true: a row without a stage is asked for first.
    other = (
        f"WHEN stage IS NULL OR stage = '' THEN 'no stage: {own}' "
        f"WHEN stage <> {literal(model.stage)} THEN 'another stage: {own}'"
    )
    infinite = " ".join(
        f"WHEN {name} > {number(LARGEST)} OR {name} < {number(-LARGEST)} THEN '{name} is not finite'"
        for name in model.features
    )
    return f"CASE {other} {infinite} ELSE '' END"


def _out_of_range(model: PlainModel) -> str:
    parts = []
    for name in model.features:
        bounds = zip(("<", ">"), model.ranges.get(name, (None, None)), strict=True)
        checks = [f"{name} {sign} {number(bound)}" for sign, bound in bounds if bound is not None]
        if checks:
            parts.append(f"CASE WHEN {' OR '.join(checks)} THEN ',{name}' ELSE '' END")
    return f"SUBSTRING({' || '.join(parts)} FROM 2)" if parts else "''"


def _curve(model: PlainModel) -> str:
    x, y = model.curve.score, model.curve.logit
    pieces = [
        f"{number(y[at])} + {number((y[at + 1] - y[at]) / (x[at + 1] - x[at]))} * (score - ({number(x[at])}))"
        for at in range(len(x) - 1)
    ]
    if len(pieces) == 1:
        return pieces[0]
    cases = " ".join(f"WHEN score <= {number(end)} THEN {piece}" for end, piece in zip(x[1:-1], pieces, strict=False))
    return f"CASE {cases} ELSE {pieces[-1]} END"


def _scale() -> str:
    """Power of ten that makes a probability a whole number of DIGITS digits."""
    cases = [f"WHEN p >= 1E-{power} THEN 1E{DIGITS + power - 1}" for power in range(LEAST)]
    return f"CAST(CASE {' '.join(cases)} ELSE 1E{DIGITS + LEAST - 1} END AS {DOUBLE})"
