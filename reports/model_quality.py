"""Model quality per stage and in total: discrimination, level and shape of the PDs, stability, the plain rival."""

import base64
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from features.stage import STAGES
from models.split import PARTS
from reports.inputs import Inputs
from reports.numbers import MISSING, count, decimal, interval, p_value, percent, signed
from reports.texts import both, coded, joined
from reports.view import Cell, Grid, Head, Paragraph, Picture, Pictures, Row, Section, number, short, word
from schemas.declarations import Text

GROUPS = (*STAGES, "total")
Numbers = Mapping[str, Any]
STRAIGHT = 2
"""A calibration curve of so many knots is a straight line."""


def section(inputs: Inputs) -> Section:
    """Tables, calibration and pictures of the models of one source."""
    blocks = (
        Paragraph(both("model.reading"), "note"),
        _over_parts(inputs, "model.discrimination", DISCRIMINATION),
        _plain(inputs),
        _over_parts(inputs, "model.level", LEVEL),
        _make_up(inputs),
        *(_calibration(inputs, name) for name in ("total", *STAGES) if (inputs.calibration["stage"] == name).any()),
        _pictures(inputs, ("roc", "calibration")),
        Paragraph(both("model.beeswarm_reading"), "note"),
        _pictures(inputs, tuple(f"beeswarm_{stage}" for stage in STAGES)),
    )
    return Section("models", both("page.models"), blocks)


def group_name(name: str) -> Text:
    """Name of a stage, or of all stages together."""
    return both("stage_text.total") if name == "total" else coded("stage", name)


def _auc(m: Numbers) -> Cell:
    return interval(decimal(m.get("auc")), decimal(m.get("auc_low")), decimal(m.get("auc_high")))


def _rate(m: Numbers) -> Cell:
    low, high = percent(m.get("default_rate_low"), 1), percent(m.get("default_rate_high"), 1)
    return interval(percent(m.get("default_rate"), 1), low, high)


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
    ("column.mean_pd", lambda m: percent(m.get("mean_pd"), 1)),
    ("column.default_rate_interval", _rate),
    ("column.default_rate_by_amount", lambda m: percent(m.get("default_rate_by_amount"), 1)),
    ("column.ece", lambda m: percent(m.get("ece"), 1)),
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
            rows.append(Row((first, coded("part", part), *(show(found) for _, show in columns)), part == PARTS[-1]))
    return Grid(both(caption), heads, tuple(rows), both(f"{caption}_note"))


def _plain(inputs: Inputs) -> Grid:
    plain = inputs.metrics["plain"]
    heads = (word("column.model"), number("column.auc_plain"))
    rows = (
        Row((both("model.ours"), decimal(plain["ours_auc"], 4)), strong=True),
        Row((both("model.plain"), decimal(plain["plain_auc"], 4))),
        Row((both("model.difference"), signed(plain["ours_auc"] - plain["plain_auc"], 4))),
    )
    return Grid(both("model.beside"), heads, rows, both("model.beside_note"))


def _make_up(inputs: Inputs) -> Grid:
    heads = (
        short("column.stage"),
        number("column.share"),
        number("column.trees_independent"),
        number("column.trees_pooled"),
        word("column.calibration"),
        word("column.layers"),
        number("column.development_defaults"),
        number("column.psi"),
    )
    rows = [_make_up_row(stage, inputs) for stage in STAGES]
    total = inputs.metrics["psi"].get("total")
    rows.append(Row((group_name("total"), *[""] * 6, decimal(total, 2)), strong=True))
    return Grid(both("model.make_up"), heads, tuple(rows), both("model.make_up_note"))


def _make_up_row(stage: str, inputs: Inputs) -> Row:
    model = inputs.models[stage]
    facts = model["facts"]
    return Row(
        (
            group_name(stage),
            percent(model["share"], 0),
            count(facts.get("trees_independent")),
            count(facts.get("trees_pooled")),
            _calibration_kind(model),
            _layers(model),
            count(facts.get("development", {}).get("defaults")),
            decimal(inputs.metrics["psi"].get(stage), 2),
        )
    )


def _calibration_kind(model: Numbers) -> Text:
    knots = len(model["curve"]["score"])
    return both("model.straight") if knots <= STRAIGHT else both("model.spline", knots=count(knots))


def _layers(model: Numbers) -> Cell:
    """Region and industry intercepts that the stage keeps, with what they save out-of-fold."""
    kept = [
        both(
            "model.layer",
            name=coded("layer", layer["name"]),
            groups=count(len(layer["intercepts"])),
            gain=decimal(layer["gain"], 4),
        )
        for layer in model["layers"]
    ]
    return joined(kept, "; ", "；") if kept else MISSING


def _calibration(inputs: Inputs, name: str) -> Grid:
    table = inputs.calibration[inputs.calibration["stage"] == name]
    heads: tuple[Head, ...] = (
        number("column.pd_bin"),
        number("column.loans"),
        number("column.defaults_rows"),
        number("column.mean_pd"),
        number("column.default_rate_interval"),
        number("column.jeffreys_p"),
    )
    rows = [_bin(found) for found in table.to_dict("records")]
    caption = joined((both("model.calibration"), group_name(name)), ": ", "：")
    return Grid(caption, heads, tuple(rows), both("model.calibration_note"), folded=name != "total")


def _bin(found: Mapping[Hashable, Any]) -> Row:
    low, high = percent(found["jeffreys_low"], 1), percent(found["jeffreys_high"], 1)
    return Row(
        (
            f"{percent(found['low_pd'], 1)} – {percent(found['high_pd'], 1)}",
            count(found["loans"]),
            count(found["defaults"]),
            percent(found["mean_pd"], 1),
            interval(percent(found["default_rate"], 1), low, high),
            p_value(found["jeffreys_p"]),
        )
    )


def _pictures(inputs: Inputs, names: tuple[str, ...]) -> Pictures:
    known = [name for name in names if name in inputs.figures]
    return Pictures(tuple(Picture(data_uri(inputs.figures[name]), both(f"picture.{name}")) for name in known))


def data_uri(png: bytes) -> str:
    """PNG bytes as a URI that a page can hold itself."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
