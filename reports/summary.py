"""The summary of a run: the figures of the report's headline as plain data, and on one screen."""

from collections.abc import Callable
from typing import Any

from features.rules.stage import STAGES
from models.challengers.verdicts import OURS
from reports.inputs import Inputs, Json
from reports.numbers import count, decimal, interval, percent
from reports.sections import challengers
from reports.sections.promise import Promise, promises
from reports.sections.tally import tally
from reports.texts import text

PLAIN = "plain LightGBM"
"""The challenger whose AUC stands beside ours in the summary, where it was fitted."""


def summary(inputs: Inputs) -> dict[str, Any]:
    """Plain data for summary.json: counts that close, figures per stage out-of-time, promise and outcome per class.

    `rows_in` = `scored` + `left_out_of_study` + `rejected` + `duplicates` [applications]; PDs, ratios and shares are
    fractions. `plain_auc` is missing where that challenger was not among the challengers.
    """
    found, counted = promises(inputs), tally(inputs)
    total = found[-1]
    return {
        "source": inputs.source,
        "built_on": inputs.built_on,
        "rows_in": counted.rows_in,
        "scored": counted.in_study,
        "left_out_of_study": counted.left_out_of_study,
        "left_out_reasons": dict(counted.left_out),
        "rejected": counted.rejected,
        "duplicates": counted.duplicates,
        "rejected_reasons": {"validation": counted.rejected_by_validation, "no_stage": counted.without_stage},
        "features": {
            "used": len(inputs.pool["features"]),
            **{why: list(names) for why, names in inputs.pool["unused"].items()},
        },
        "stages": {stage: _stage(inputs, stage) for stage in STAGES},
        "size_classes": {p.size_class: _class(p) for p in found[:-1]},
        "promised": total.tolerance,
        "realised": total.realised,
        "verdict": total.verdict,
        "approved_share": total.approved_share,
        "ours_auc": challengers.figure(inputs, OURS, "auc"),
        "plain_auc": challengers.figure(inputs, PLAIN, "auc"),
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


def _class(p: Promise) -> dict[str, Any]:
    return {
        "cut_off": p.cut_off,
        "promised": p.tolerance,
        "realised": p.realised,
        "approved_share": p.approved_share,
        "verdict": p.verdict,
        "reason": p.reason,
    }


def one_screen(found: Json, language: str = "en") -> str:
    """The summary as plain text for a terminal: counts, stages, size classes, where the report lies."""

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
            [say(f"column_{c}") for c in ("size", "cut_off", "approved", "promised", "realised", "verdict")],
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
    """How many features of the catalogue teach nothing, in a line; none where all teach."""
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
    total = {"cut_off": None, **{k: found[k] for k in ("approved_share", "promised", "realised", "verdict")}}
    return [
        [
            name,
            percent(c["cut_off"]),
            percent(c["approved_share"], 1),
            percent(c["promised"], 1),
            percent(c["realised"], 1),
            text(f"verdict.{c['verdict']}", language),
        ]
        for name, c in [*classes.items(), (text("size_text.all", language), total)]
    ]


def _screen(heads: list[str], rows: list[list[str]], words: tuple[int, ...] = (0,)) -> list[str]:
    """Lines of a table whose columns are as wide as their widest cell; columns of `words` left, numbers right."""
    widths = [max(_width(row[at]) for row in [heads, *rows]) for at in range(len(heads))]

    def line(cells: list[str]) -> str:
        padded = [
            cell + " " * (width - _width(cell)) if at in words else " " * (width - _width(cell)) + cell
            for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "  " + "  ".join(padded).rstrip()

    return [line(heads), "  " + "─" * (sum(widths) + 2 * len(heads) - 2), *(line(row) for row in rows)]


def _width(cell: str) -> int:
    """Columns of the terminal a text takes: Chinese characters take two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in cell)
