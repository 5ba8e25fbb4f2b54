"""The summary of a run: the figures of the report's headline as plain data, and on one screen."""

from collections.abc import Callable
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from policy.segments import STAGES
from reports.inputs import Inputs, Json
from reports.numbers import count, decimal, interval, percent
from reports.sections import challengers
from reports.sections.limit_outcome import LimitOutcome, limit_outcomes
from reports.sections.tally import tally
from reports.texts import text

PLAIN = "plain LightGBM"
"""The challenger whose AUC stands beside ours in the summary, where it was fitted."""
WIDEST = 200
"""Columns of the terminal a table may take; more than any of ours has."""


def summary(inputs: Inputs) -> dict[str, Any]:
    """Plain data for summary.json: counts that close, figures per stage out-of-time, tolerance and outcome per class.

    `rows_in` = `scored` + `left_out_of_study` + `rejected` + `duplicates` [applications]; PDs, ratios and shares are
    fractions. `plain_auc` is missing where that challenger was not fitted: in the summary of a run.
    """
    found, counted = limit_outcomes(inputs), tally(inputs)
    total, later = found[-1], inputs.metrics["parts"]["out_of_time"]["total"] or {}
    return {
        "source": inputs.source,
        "built_on": inputs.built_on,
        "rows_in": counted.rows_in,
        "scored": counted.in_study,
        "left_out_of_study": counted.left_out_of_study,
        "left_out_reasons": {**counted.left_out, **counted.left_out_by_source},
        "rejected": counted.rejected,
        "duplicates": counted.duplicates,
        "rejected_reasons": {"validation": counted.rejected_by_validation, "no_stage": counted.without_stage},
        "features": {
            "used": len(inputs.pool["features"]),
            **{why: list(names) for why, names in inputs.pool["unused"].items()},
        },
        "stages": {stage: _stage(inputs, stage) for stage in STAGES},
        "size_classes": {p.size_class: _class(p) for p in found[:-1]},
        "tolerance": total.tolerance,
        "allowed": total.allowed,
        "realised": total.realised,
        "verdict": total.verdict,
        "approved_share": total.approved_share,
        "ours_auc": later.get("auc"),
        "plain_auc": None if inputs.study is None else challengers.figure(inputs.study.challengers, PLAIN, "auc"),
        "page": inputs.page,
    }


def _stage(inputs: Inputs, stage: str) -> dict[str, Any]:
    """Figures of one stage out-of-time; cut-offs are those of the size classes, common to all stages."""
    metrics = inputs.metrics["parts"]["out_of_time"][stage] or {}
    later = inputs.decided()
    mine = later[later["stage"] == stage]
    amount = float(mine["amount"].sum())
    approved = float(mine.loc[mine["decision"] == "approve", "amount"].sum())
    return {
        "loans": len(mine),
        "mean_pd": metrics.get("mean_pd"),
        "auc": metrics.get("auc"),
        "auc_low": metrics.get("auc_low"),
        "auc_high": metrics.get("auc_high"),
        "share_of_independent": inputs.models[stage]["share"],
        "approved_share": approved / amount if amount > 0 else None,
    }


def _class(p: LimitOutcome) -> dict[str, Any]:
    return {
        "cut_off": p.cut_off,
        "tolerance": p.tolerance,
        "allowed": p.allowed,
        "realised": p.realised,
        "approved_share": p.approved_share,
        "verdict": p.verdict,
        "reason": p.reason,
    }


def one_screen(found: Json, language: str = "en") -> str:
    """The summary as plain text for a terminal: counts, stages, size classes, where the report is."""

    def say(key: str, **values: str) -> str:
        return text(f"summary.{key}", language, **values)

    counts = {name: count(found[name]) for name in ("rows_in", "scored", "left_out_of_study", "rejected", "duplicates")}
    lines = [
        say("title", source=found["source"], built_on=found["built_on"]),
        say("counts", **counts),
        *_unused_line(found["features"], say),
        "",
        *_screen(
            [say(f"column_{c}") for c in ("stage", "loans", "pd", "auc", "share", "approved")],
            _stage_lines(found, language),
        ),
        "",
        *_screen(
            [say(f"column_{c}") for c in ("size", "cut_off", "approved", "allowed", "realised", "verdict")],
            _class_lines(found, language),
            words=(0, 5),
        ),
        "",
        say("common"),
        say("auc", ours=decimal(found["ours_auc"], 4), plain=decimal(found["plain_auc"], 4))
        if found["plain_auc"] is not None
        else say("auc_ours", ours=decimal(found["ours_auc"], 4)),
        say("page", page=found["page"]),
    ]
    return "\n".join(lines)


def _unused_line(features: Json, say: Callable[..., str]) -> list[str]:
    """How many features of the catalogue are unused, as one line; no line where all are used."""
    numbers = {"used": count(features["used"])} | {why: count(len(features[why])) for why in ("missing", "constant")}
    return [say("unused", **numbers)] if features["missing"] or features["constant"] else []


def _stage_lines(found: Json, language: str) -> list[list[str]]:
    return [
        [
            text(f"stage.{name}", language),
            count(s["loans"]),
            percent(s["mean_pd"], 1),
            interval(decimal(s["auc"]), decimal(s["auc_low"]), decimal(s["auc_high"])),
            percent(s["share_of_independent"], 0),
            percent(s["approved_share"], 1),
        ]
        for name, s in found["stages"].items()
    ]


def _class_lines(found: Json, language: str) -> list[list[str]]:
    classes = {text(f"size.{name}", language): c for name, c in found["size_classes"].items()}
    total = {"cut_off": None, **{k: found[k] for k in ("approved_share", "allowed", "realised", "verdict")}}
    return [
        [
            name,
            percent(c["cut_off"]),
            percent(c["approved_share"], 1),
            percent(c["allowed"], 1),
            percent(c["realised"], 1),
            text(f"verdict.{c['verdict']}", language),
        ]
        for name, c in [*classes.items(), (text("size_text.all", language), total)]
    ]


def _screen(heads: list[str], rows: list[list[str]], words: tuple[int, ...] = (0,)) -> list[str]:
    """Lines of a table; columns of `words` left, numbers right."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="")
    for at, head in enumerate(heads):
        table.add_column(Text(head), justify="left" if at in words else "right", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console = Console(width=WIDEST, color_system=None)
    with console.capture() as screen:
        console.print(table)
    return [f"  {line.rstrip()}" for line in screen.get().splitlines()]
