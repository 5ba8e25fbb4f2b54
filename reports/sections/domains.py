"""What each feature domain adds on the development loans, as the step `ablate` measured it."""

from collections.abc import Mapping
from typing import Any

from features.declarations import DOMAINS
from models.ablation.names import BEYOND_FINANCE
from reports.groups import GROUPS, group_name
from reports.inputs import Inputs
from reports.numbers import count, interval, percent, signed
from reports.texts import both, joined
from reports.view import Grid, Paragraph, Row, Section, number, word
from schemas.declarations import Text

Effects = Mapping[str, Mapping[str, float | None]]


def section(inputs: Inputs) -> Section:
    """Per stage and in total, what the model loses without each domain; or where it is measured."""
    if inputs.study is None:
        return Section("domains", both("page.domains"), (Paragraph(both("domains.not_measured"), "note"),))
    found = inputs.study.ablation
    groups = {name: found["groups"][name] for name in reversed(GROUPS) if name in found["groups"]}
    blocks = (
        Paragraph(both("domains.reading", folds=count(found["folds"]), resamples=count(found["resamples"])), "note"),
        *_sentences(groups["total"]["added"]),
        *(_grid(name, group, found["features"]) for name, group in groups.items()),
    )
    return Section("domains", both("page.domains"), blocks)


def _sentences(added: Mapping[str, Effects]) -> tuple[Paragraph, ...]:
    """Which domains raise or lower the AUC beyond the noise, and whether the domains beyond finance do."""
    domains = {name: effects["auc"] for name, effects in added.items() if name in DOMAINS}
    better = [_name(name) for name, auc in domains.items() if (auc["low"] or 0.0) > 0]
    worse = [_name(name) for name, auc in domains.items() if (auc["high"] or 0.0) < 0]
    said = [both("domains.better", domains=joined(better)) if better else both("domains.none_better")]
    if worse:
        said.append(both("domains.worse", domains=joined(worse)))
    if BEYOND_FINANCE in added:
        auc = added[BEYOND_FINANCE]["auc"]
        key = "domains.beyond_real" if (auc["low"] or 0.0) > 0 else "domains.beyond_not_real"
        said.append(both(key, auc=_shown(auc, 1, 3)))
    return tuple(Paragraph(text) for text in said)


def _grid(name: str, group: Mapping[str, Any], features: Mapping[str, int]) -> Grid:
    heads = (
        word("column.domain"),
        number("column.features"),
        number("column.added_auc"),
        number("column.added_log_loss"),
        number("column.added_approved"),
    )
    rows = [_row(domain, effects, features) for domain, effects in group["added"].items()]
    whole = both(
        "domains.whole",
        group=group_name(name),
        auc=signed(group["with_all"]["auc"]).removeprefix("+"),
        approved=percent(group["with_all"]["approved"], 1),
        loans=count(group["loans"]),
        defaults=count(group["defaults"]),
    )
    note = both("domains.note") if name == "total" else None
    return Grid(whole, heads, tuple(rows), note, folded=name != "total")


def _row(domain: str, effects: Effects, features: Mapping[str, int]) -> Row:
    counted = count(features[domain]) if domain in features else ""
    shown = (_shown(effects["auc"], 1, 3), _shown(effects["log_loss"], 1, 4), _shown(effects["approved"], 100, 2))
    return Row((_name(domain), counted, *shown), domain == BEYOND_FINANCE)


def _name(domain: str) -> Text:
    return DOMAINS[domain] if domain in DOMAINS else both("domains.beyond_finance")


def _shown(effect: Mapping[str, float | None], scale: float, digits: int) -> str:
    value, low, high = (effect[end] for end in ("value", "low", "high"))
    return interval(*(signed(None if end is None else scale * end, digits) for end in (value, low, high)))
