"""The page of a comparison: two models on the same loans, side by side; its tables are those of the screen."""

from collections.abc import Mapping
from typing import Any

from policy.segments import SIZE_CLASSES
from reports.numbers import MISSING, count, decimal, interval, percent, signed
from reports.registry import loans_note
from reports.render import page
from reports.texts import both, coded, joined
from reports.view import Cell, Grid, Head, Paragraph, Points, Row, Section, number, word
from schemas.declarations import Text

DECISIONS = ("approve", "refer", "decline")
MODELS = {"first": "compare.first", "second": "compare.second"}
LEADS = {
    ("auc_change", "worse"): "compare.lead_ranks_worse",
    ("auc_change", "better"): "compare.lead_ranks_better",
    ("auc_change", "even"): "compare.lead_ranks_even",
    ("log_loss_change", "worse"): "compare.lead_fits_worse",
    ("log_loss_change", "better"): "compare.lead_fits_better",
    ("log_loss_change", "even"): "compare.lead_fits_even",
}
ENDS = {1: ("low", "high"), -1: ("high", "low")}
"""Ends of an interval in rising order after its sign is turned, or not."""


def comparison_page(found: Mapping[str, Any]) -> str:
    """HTML of the page, in both languages; the same comparison gives the same bytes."""
    subtitle = both("compare.subtitle", first=_named(found["first"]), second=_named(found["second"]))
    return page("page.html", both("compare.title"), subtitle, (*comparison_sections(found), _reading()))


def comparison_sections(found: Mapping[str, Any]) -> tuple[Section, ...]:
    """What is compared, as sections of plain tables."""
    leads = tuple(Paragraph(text, tone) for text, tone in _leads(found))
    what = Section("what", both("compare.what"), (*leads, Paragraph(loans_note(found)), _sides(found)))
    if "figures" not in found:
        return (what, Section("lines", both("compare.lines"), (_lines(found),)))
    return (
        what,
        Section("order", both("compare.order"), (_changes(found), _figures(found), _levels(found))),
        Section("lines", both("compare.lines"), (_lines(found), _approved(found), _decisions(found))),
        Section("moved", both("compare.moved"), (_moved(found), _reasons(found))),
    )


def _named(side: Mapping[str, Any]) -> str:
    return f"{side['name']} ({side['identity']})"


def _group(name: str) -> Text:
    return both("compare.total") if name == "total" else coded("stage", name)


def _leads(found: Mapping[str, Any]) -> list[tuple[Text, str]]:
    """What a reader has to know first: whether the second model ranks and fits better or worse, and lost cut-offs."""
    leads = []
    if "figures" in found:
        total = found["figures"]["total"]
        for name, digits, worse in (("auc_change", 4, -1), ("log_loss_change", 5, 1)):
            low, high = (worse * total[f"{name}_{end}"] for end in ENDS[worse]) if total[name] is not None else (0, 0)
            outcome = "worse" if low > 0 else "better" if high < 0 else "even"
            told = both(LEADS[name, outcome], change=_interval(total, name, digits))
            leads.append((told, {"worse": "lead exceeded", "better": "lead met"}.get(outcome, "lead")))
    lines = found["lines"].items()
    lost = [name for name, line in lines if line["first"]["certified"] and not line["second"]["certified"]]
    gained = [name for name, line in lines if line["second"]["certified"] and not line["first"]["certified"]]
    for key, names, tone in (("compare.lead_lost", lost, "exceeded"), ("compare.lead_gained", gained, "met")):
        if names:
            leads.append((both(key, classes=joined(coded("size", name) for name in names)), f"lead {tone}"))
    return leads


def _sides(found: Mapping[str, Any]) -> Grid:
    heads: tuple[Head, ...] = (
        word("compare.model"),
        word("compare.name"),
        word("compare.identity"),
        word("compare.last_used"),
    )
    rows = tuple(
        Row((both(MODELS[side]), found[side]["name"], found[side]["identity"], found[side]["last_used"]))
        for side in MODELS
    )
    return Grid(both("compare.models"), heads, rows, both("compare.models_note"))


def _changes(found: Mapping[str, Any]) -> Grid:
    heads: tuple[Head, ...] = (word("compare.stage"), number("compare.loans"), number("compare.defaults"))
    heads = (*heads, number("compare.auc_change"), number("compare.log_loss_change"))
    rows = tuple(
        Row(
            (
                _group(name),
                count(f["loans"]),
                count(f["defaults"]),
                _interval(f, "auc_change", 4),
                _interval(f, "log_loss_change", 5),
            ),
            strong=name == "total",
        )
        for name, f in found["figures"].items()
    )
    return Grid(both("compare.changes"), heads, rows, both("compare.changes_note"))


def _interval(figures: Mapping[str, Any], name: str, digits: int) -> str:
    ends = (figures[f"{name}_low"], figures[f"{name}_high"])
    return interval(signed(figures[name], digits), *(signed(end, digits) for end in ends))


def _figures(found: Mapping[str, Any]) -> Grid:
    heads: tuple[Head, ...] = (
        word("compare.stage"),
        word("compare.model"),
        number("compare.auc"),
        number("compare.log_loss"),
    )
    heads = (*heads, number("compare.ece"), number("compare.cox_slope"))
    rows = [
        Row((_group(name), both(MODELS[side]), *_cells(f[side])), strong=name == "total")
        for name, f in found["figures"].items()
        for side in MODELS
    ]
    return Grid(both("compare.figures"), heads, tuple(rows))


def _cells(model: Mapping[str, Any]) -> tuple[Cell, ...]:
    ends = [decimal(model[f"cox_slope_{end}"], 2) for end in ("low", "high")]
    slope = interval(decimal(model["cox_slope"], 3), ends[0], ends[1])
    return (decimal(model["auc"], 4), decimal(model["log_loss"], 5), decimal(model["ece"], 4), slope)


def _levels(found: Mapping[str, Any]) -> Grid:
    heads: tuple[Head, ...] = (
        word("compare.stage"),
        word("compare.model"),
        number("compare.mean_pd"),
        number("compare.default_rate"),
    )
    heads = (*heads, number("compare.level_p"))
    rows = [
        Row(
            (
                _group(name),
                both(MODELS[side]),
                percent(f[side]["mean_pd"]),
                percent(f[side]["default_rate"]),
                decimal(f[side]["level_p"], 3),
            ),
            strong=name == "total",
        )
        for name, f in found["figures"].items()
        for side in MODELS
    ]
    note = both("compare.levels_note", rho=percent(found["asset_correlation"], 1))
    return Grid(both("compare.levels"), heads, tuple(rows), note)


def _lines(found: Mapping[str, Any]) -> Grid:
    heads: tuple[Head, ...] = (
        word("compare.size_class"),
        word("compare.model"),
        word("compare.certified"),
        number("compare.cut_off"),
    )
    heads = (*heads, number("compare.upper_bound"), number("compare.tolerance"))
    rows = []
    for name in SIZE_CLASSES:
        for side in MODELS:
            line = found["lines"][name][side]
            lost = side == "second" and found["lines"][name]["first"]["certified"] and not line["certified"]
            cells = (
                coded("size", name),
                both(MODELS[side]),
                coded("certificate", str(line["reason"])) if line["reason"] else MISSING,
                percent(line["cut_off"]),
                percent(line["upper_bound"]),
                percent(line["tolerance"]),
            )
            rows.append(Row(cells, tone="exceeded" if lost else ""))
    return Grid(both("compare.cut_offs"), heads, tuple(rows), both("compare.cut_offs_note"))


def _approved(found: Mapping[str, Any]) -> Grid:
    heads: tuple[Head, ...] = (word("compare.model"), number("compare.loans"), number("compare.amount"))
    heads = (*heads, number("compare.share"), number("compare.ratio"))
    rows = tuple(
        Row(
            (
                both(MODELS[side]),
                count(a["loans"]),
                count(a["amount"]),
                percent(a["share_of_amount"], 1),
                percent(a["default_ratio"]),
            )
        )
        for side, a in found["approved"].items()
    )
    return Grid(both("compare.approved"), heads, rows, both("compare.approved_note"))


def _decisions(found: Mapping[str, Any]) -> Grid:
    heads: tuple[Head, ...] = (word("compare.decision_first"), *(number(f"decision.{name}") for name in DECISIONS))
    by_pair = {(d["first"], d["second"]): d for d in found["decisions"]}
    rows = tuple(
        Row((coded("decision", before), *(count(by_pair[before, after]["loans"]) for after in DECISIONS)))
        for before in DECISIONS
    )
    return Grid(both("compare.decisions"), heads, rows, both("compare.decisions_note"))


def _moved(found: Mapping[str, Any]) -> Grid:
    heads: tuple[Head, ...] = (word("compare.stage"), number("compare.mean_first"), number("compare.mean_second"))
    heads = (*heads, number("compare.median_change"), number("compare.rank_correlation"), number("compare.other_grade"))
    rows = tuple(
        Row(
            (
                _group(name),
                percent(m["mean_first"]),
                percent(m["mean_second"]),
                decimal(m["median_change"], 3),
                decimal(m["rank_correlation"], 3),
                percent(m["other_grade"], 1),
            ),
            strong=name == "total",
        )
        for name, m in found["moved"].items()
    )
    return Grid(both("compare.pds"), heads, rows)


def _reasons(found: Mapping[str, Any]) -> Grid:
    heads = (
        word("compare.side"),
        number("compare.applications"),
        number("compare.overlap"),
        number("compare.same_first"),
    )
    names = {"for": both("compare.for"), "against": both("compare.against")}
    rows = tuple(
        Row((names[side], count(r["applications"]), percent(r["mean_overlap"], 1), percent(r["same_first"], 1)))
        for side, r in found["reasons"].items()
    )
    return Grid(both("compare.reasons"), heads, rows, both("compare.reasons_note"))


def _reading() -> Section:
    items = (both("compare.reading_newer"), both("compare.reading_looks"), both("compare.reading_interval"))
    return Section("reading", both("compare.reading"), (Points(both("compare.reading_title"), items),))
