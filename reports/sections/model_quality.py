"""Model quality per stage and in total: discrimination, level and shape of the PDs, stability, challengers."""

import base64
from collections.abc import Callable, Mapping
from typing import Any

from models.fitting.split import PARTS
from policy.segments import STAGES
from reports.fallback import fallbacks, paragraphs
from reports.groups import GROUPS, group_name
from reports.inputs import Inputs
from reports.links import counted
from reports.numbers import count, decimal, interval, p_value, percent, rate, signed
from reports.sections import calibration, challengers, leanings, levels, unused
from reports.texts import both, coded, joined
from reports.view import Cell, Grid, Paragraph, Picture, Pictures, Row, Section, number, short, word
from schemas.declarations import Text

Numbers = Mapping[str, Any]
STRAIGHT = 2
"""A calibration curve of so many knots is a straight line."""


def section(inputs: Inputs) -> Section:
    """Tables, calibration and pictures of the models of one source."""
    blocks = (
        Paragraph(both("model.reading"), "note"),
        _over_parts(inputs, "model.discrimination", DISCRIMINATION),
        _over_parts(inputs, "model.level", LEVEL),
        *challengers.blocks(inputs),
        composition(inputs),
        *own_models(inputs),
        *paragraphs(fallbacks(inputs.models)),
        *unused.blocks(inputs),
        *leanings.blocks(inputs),
        *calibration.blocks(inputs),
        *((later,) if (later := levels.horizons(inputs)) is not None else ()),
        levels.conservatism(inputs),
        pictures(inputs, "roc", both("picture.roc")),
        Paragraph(both("model.beeswarm_reading"), "note"),
        *(pictures(inputs, f"beeswarm_{s}", both("picture.beeswarm", stage=coded("stage", s))) for s in STAGES),
    )
    return Section("models", both("page.models"), blocks)


def _auc(m: Numbers) -> Cell:
    return interval(decimal(m.get("auc")), decimal(m.get("auc_low")), decimal(m.get("auc_high")))


def _rate(m: Numbers) -> Cell:
    low, high = rate(m.get("default_rate_low")), rate(m.get("default_rate_high"))
    return interval(rate(m.get("default_rate")), low, high)


Columns = tuple[tuple[str, Callable[[Numbers], Cell]], ...]

DISCRIMINATION: Columns = (
    ("column.loans", lambda m: count(m.get("loans"))),
    ("column.defaults_rows", lambda m: count(m.get("defaults"))),
    ("column.auc", _auc),
    ("column.ks", lambda m: decimal(m.get("ks"))),
    ("column.brier", lambda m: decimal(m.get("brier"), 4)),
    ("column.log_loss", lambda m: decimal(m.get("log_loss"), 4)),
)
LEVEL: Columns = (
    ("column.mean_pd", lambda m: rate(m.get("mean_pd"))),
    ("column.default_rate_interval", _rate),
    ("column.default_rate_by_amount", lambda m: rate(m.get("default_rate_by_amount"))),
    ("column.ece", lambda m: rate(m.get("ece"))),
    ("column.cox_slope", lambda m: decimal(m.get("cox_slope"), 2)),
    ("column.cox_intercept", lambda m: signed(m.get("cox_intercept"), 2)),
    ("column.jeffreys_p", lambda m: p_value(m.get("jeffreys_p"))),
)


def _over_parts(inputs: Inputs, caption: str, columns: Columns) -> Grid:
    heads = (short("column.stage"), short("column.part"), *(number(key) for key, _ in columns))
    rows = []
    for name in GROUPS:
        for at, part in enumerate(PARTS):
            found = inputs.metrics["parts"][part][name] or {}
            first = group_name(name) if at == 0 else ""
            cells = [show(found) for _, show in columns]
            if part == PARTS[-1] and columns is DISCRIMINATION:  # the list holds the applications of this part
                cells[0] = counted(found.get("loans"), **({"stage": name} if name in STAGES else {}))
            rows.append(Row((first, coded("part", part), *cells), part == PARTS[-1]))
    return Grid(both(caption), heads, tuple(rows), both(f"{caption}_note"))


def composition(inputs: Inputs) -> Grid:
    """What each stage model is made of: weight of its own stack, members, calibration, intercepts, stability."""
    heads = (
        short("column.stage"),
        number("column.share"),
        number("column.trees_independent"),
        number("column.trees_pooled"),
        word("column.calibration"),
        word("column.group_effects"),
        number("column.development_defaults"),
        number("column.psi"),
    )
    rows = [_make_up_row(stage, inputs) for stage in STAGES]
    total = inputs.metrics["psi"].get("total")
    rows.append(Row((group_name("total"), *[""] * 6, decimal(total, 2)), strong=True))
    return Grid(both("model.composition"), heads, tuple(rows), both("model.composition_note"))


def _make_up_row(stage: str, inputs: Inputs) -> Row:
    model = inputs.models[stage]
    facts = model["facts"]
    return Row(
        (
            group_name(stage),
            both("model.pooled_only") if model["share"] == 0 else percent(model["share"], 0),
            _members(facts.get("own_members")),
            _members(facts.get("pooled_members")),
            _calibration_kind(model),
            _group_effects(model),
            count(facts.get("development", {}).get("defaults")),
            decimal(inputs.metrics["psi"].get(stage), 2),
        )
    )


def _members(stack: Mapping[str, Numbers] | None) -> Cell:
    """Weight of each member of a stack, and its trees where it has any."""
    if not stack:
        return "–"
    return joined([_member(kind, found["weight"], found["trees"]) for kind, found in stack.items()])


def _member(kind: str, weight: float, trees: float) -> Text:
    name = "model.member_trees" if trees else "model.member"
    return both(name, member=coded("member", kind), weight=percent(weight, 0), trees=count(trees))


def own_models(inputs: Inputs) -> tuple[Paragraph, ...]:
    """A sentence on stages that do not support a model of their own, but no fallback; none where every stage does."""
    bounded = fallbacks(inputs.models)
    none = [stage for stage in STAGES if inputs.models[stage]["share"] == 0 and stage not in bounded]
    pooled = [coded("stage", stage) for stage in none]
    return (Paragraph(both("model.no_own", stages=joined(pooled))),) if pooled else ()


def _calibration_kind(model: Numbers) -> Text:
    if made := model["facts"].get("fallback"):
        return both("fallback.calibration", classes=count(len(made["classes"])))
    knots = len(model["curve"]["score"])
    return both("model.straight") if knots <= STRAIGHT else both("model.spline", knots=count(knots))


def _group_effects(model: Numbers) -> Cell:
    """Region and industry intercepts that the stage keeps, with what they save out-of-fold."""
    kept = [
        both(
            "model.group_effect",
            name=coded("group_effect", effect["name"]),
            groups=count(len(effect["intercepts"])),
            gain=decimal(effect["gain"], 4),
        )
        for effect in model["group_effects"]
    ]
    return joined(kept, "; ", "；") if kept else both("model.no_group_effect")


def pictures(inputs: Inputs, name: str, caption: Text) -> Pictures:
    """The picture of that name under its caption; none where the run drew none."""
    known = [inputs.figures[name]] if name in inputs.figures else []
    return Pictures(tuple(Picture(data_uri(png), caption) for png in known))


def data_uri(png: bytes) -> str:
    """PNG bytes as a URI that a page can hold itself."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
