"""A registry of models as tables: its versions, what was done with them, and the gates of one promotion."""

from collections.abc import Mapping
from typing import Any

from reports.numbers import MISSING, count
from reports.render import page
from reports.texts import both, joined
from reports.view import Cell, Grid, Head, Paragraph, Row, Section, number, short, word
from schemas.declarations import Text

SHOWN_DIGITS = 12
"""Digits of a SHA-256 that a screen shows."""
VERDICTS = {
    "met": "life.met",
    "exceeded": "life.exceeded",
    "not_tested": "life.not_tested",
    "not_asked": "life.not_asked",
}
GATES = {
    "auc_loss": "life.auc_loss",
    "auc_margin": "life.auc_margin",
    "log_loss_margin": "life.log_loss_margin",
    "slope": "life.slope",
    "level": "life.level",
    "level_ratio": "life.level_ratio",
    "certificates": "life.certificates",
    "findings": "life.findings",
    "validation": "life.validation",
    "alarm": "life.alarm",
}
SEVERITIES = {"high": "finding_severity.high", "medium": "finding_severity.medium", "low": "finding_severity.low"}
STATUSES = {"accepted": "finding_status.accepted", "closed": "finding_status.closed"}
KINDS = {
    "registered": "life.registered",
    "champion": "life.champion",
    "challenger": "life.challenger",
    "refused": "life.refused",
}


def gates_grid(entry: Mapping[str, Any]) -> Grid:
    """The gates of one promotion, promoted or refused, with the loans it was decided on and the looks at them."""
    heads = (word("life.gate"), word("life.verdict"), number("life.value"), number("life.limit"), word("life.of"))
    rows = tuple(
        Row(
            (
                both(GATES[g["gate"]]),
                both(VERDICTS[g["verdict"]]),
                _value(g["value"]),
                _value(g["limit"]),
                _of(g),
            ),
            tone={"met": "met", "not_asked": ""}.get(g["verdict"], "exceeded"),
        )
        for g in entry["gates"]
    )
    return Grid(both("life.gates"), heads, rows, loans_note(entry["comparison"]))


def _of(gate: Mapping[str, Any]) -> Cell:
    """Why a gate was not tested, or what its value is of; and the findings that somebody settled, with who and why."""
    told: list[Text | str] = [gate["why"] or gate["group"]] if gate["why"] or gate["group"] else []
    for each in gate.get("settled") or ():
        status = both(STATUSES[each["status"]])
        told.append(both("life.settled", finding=each["id"], status=status, owner=each["owner"], note=each["note"]))
    return joined(told, "; ", "；") if told else MISSING


def promotion_sentence(entry: Mapping[str, Any]) -> Text:
    """One sentence on a promotion: made because its gates hold, made by an override of some, or refused."""
    told = {"by": str(entry["by"]), "day": str(entry["on"]), "reason": str(entry["reason"])}
    failed = ", ".join(entry["failed"])
    if entry["kind"] == "refused":
        return both("life.page_refused", failed=failed, **told)
    told["version"] = str(entry["version"])
    if entry["override"]:
        return both("life.page_override", failed=failed, override=str(entry["override"]), **told)
    return both("life.page_promoted", **told)


def promotion_page(source: str, entry: Mapping[str, Any], compared: tuple[Section, ...]) -> str:
    """HTML of the page of one promotion, made or refused, in both languages: verdict, gates, and the comparison."""
    refused = entry["kind"] == "refused"
    lead = Paragraph(promotion_sentence(entry), "lead exceeded" if refused or entry["override"] else "lead met")
    sections = (Section("gates", both("life.gates"), (lead, gates_grid(entry))), *compared)
    subtitle = both("life.page_number", number=str(entry["number"]))
    return page("page.html", both("life.page_title", source=source), subtitle, sections)


def loans_note(found: Mapping[str, Any]) -> Text:
    """Which loans a comparison was made on, and how often loans of these days have been looked at."""
    if found["looks"] is None:
        return both("life.no_loans", day=str(found["newer_than"]))
    return both(
        "life.loans_note",
        loans=count(found["loans"]),
        defaults=count(found["defaults"]),
        first=str(found["from"]),
        last=str(found["to"]),
        day=str(found["newer_than"]),
        looks=count(found["looks"]["made"]),
    )


def versions_grid(content: Mapping[str, Any]) -> Grid:
    """The versions of a registry, which is champion or challenger, and whether their copies are intact."""
    heads: tuple[Head, ...] = (
        short("life.version"),
        short("life.now"),
        short("life.day"),
        word("life.by"),
        word("life.state"),
    )
    heads = (*heads, short("life.manifest"))
    rows = []
    for v in content["versions"]:
        now = [both(KINDS[pointer]) for pointer in ("champion", "challenger") if content[pointer] == v["version"]]
        shown: Cell = now[0] if now else MISSING
        state: Cell = both("life.intact") if v["state"] == "intact" else v["state"]
        cells = (v["version"], shown, v["on"], v["by"], state, v["manifest"][:SHOWN_DIGITS])
        rows.append(Row(cells, strong=bool(now), tone="" if v["state"] == "intact" else "exceeded"))
    return Grid(both("life.versions", source=str(content["source"])), heads, tuple(rows))


def history_grid(content: Mapping[str, Any]) -> Grid:
    """Every entry of the record of a registry: what, which version, when, who, why, and what was overridden."""
    heads: tuple[Head, ...] = (
        number("life.number"),
        word("life.what"),
        short("life.version"),
        short("life.day"),
        word("life.by"),
    )
    heads = (*heads, word("life.reason"), word("life.gates_failed"), word("life.override"), short("life.digest"))
    rows = tuple(
        Row(
            (
                count(e["number"]),
                both(KINDS[e["kind"]]),
                e.get("version") or e["manifest"][:SHOWN_DIGITS],
                e["on"],
                e["by"],
                e["reason"],
                ", ".join(e.get("failed", [])) or MISSING,
                e.get("override") or MISSING,
                e["digest"][:SHOWN_DIGITS],
            ),
            tone="exceeded" if e.get("override") or e["kind"] == "refused" else "",
        )
        for e in content["entries"]
    )
    return Grid(both("life.history"), heads, rows, both("life.history_note"))


def _value(value: Any) -> Cell:
    if value is None or value is False:
        return MISSING
    if value is True:
        return both("life.yes")
    if isinstance(value, Mapping):
        return f"{value['low']:g}–{value['high']:g}"
    if isinstance(value, list):
        return joined(both(SEVERITIES[each]) for each in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)
