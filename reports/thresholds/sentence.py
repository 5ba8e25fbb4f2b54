"""The sentence a committee can repeat, for each certificate: tested on what, what it allows, what binds, until when."""

from datetime import date

from decisions.objectives import read_economics
from reports.inputs import Json
from reports.numbers import count, decimal, percent
from reports.texts import both, coded, joined
from reports.thresholds.facts import Statement, ceilings, pooled, statements
from reports.view import Paragraph, Points
from schemas.declarations import Text


def blocks(found: Json) -> tuple[Paragraph | Points, ...]:
    """One paragraph per certificate, and where all of them stop being valid."""
    said = [Paragraph(sentence(found, s), f"lead {_tone(s)}") for s in statements(found)]
    sampled = [Paragraph(both("committee.sampled"), "note")] if found["weights"] == "outcome" else []
    return (*said, *sampled, Points(both("committee.valid"), tuple(validity(found))))


def sentence(found: Json, statement: Statement) -> Text:
    """What was tested and found, what it allows, what binds, and what the margin for a bad year cost."""
    c = statement.certificate
    parts = [_tested(found, statement)]
    if c["certified"]:
        parts.append(_allows(found, statement))
    parts.append(binds(found, statement))
    if not c["certified"]:
        parts.append(both("committee.referred"))
    parts += _margin(found, statement)
    return joined(parts, " ", "")


def _tone(statement: Statement) -> str:
    return "met" if statement.certificate["certified"] else "not_certified"


def _tested(found: Json, statement: Statement) -> Text:
    c = statement.certificate
    values: dict[str, str | Text] = {
        "classes": statement.name,
        "confidence": percent(1 - c["delta"], 0),
        "tested": percent(c["tested"]),
        "flow": percent(c["flow"]),
        "npl": percent(c["tolerance"]),
        "loans": count(c["loans"]),
        "defaults": count(c["defaults"]),
        "observed": percent(c["observed_ratio"]),
        "bound": percent(c["upper_bound"]),
        "period": _period(found),
    }
    if c["observed_ratio"] is None:
        return both("committee.untested", **values)
    return both("committee.certified" if c["certified"] else "committee.failed", **values)


def _period(found: Json) -> Text:
    """First and last day of decision of the loans tested, as far as the run says it."""
    days = found.get("tested_on")
    if days is None:
        return both("committee.some_days")
    return both("committee.days", first=days[0], last=days[1])


def _allows(found: Json, statement: Statement) -> Text:
    """The line of each stage, lowered to the ceiling of the stage where that is lower."""
    c, highest = statement.certificate, ceilings(found, statement)
    share = percent(c["approved_share_exposure"], 1)
    lines = {stage: min(line, highest[stage]) for stage, line in c["lines"].items()}
    if len(set(lines.values())) == 1:
        return both("committee.allows", line=percent(next(iter(lines.values()))), share=share)
    told = joined([both("committee.stage_line", stage=coded("stage", s), line=percent(x)) for s, x in lines.items()])
    return both("committee.allows_by_stage", lines=told, share=share)


def binds(found: Json, statement: Statement) -> Text:
    """What keeps the certificate from allowing more."""
    c = statement.certificate
    wanted = c["wanted_loans"]
    if c["reason"] == "certified_all":
        return both("committee.binds_economics" if _stops_at_break_even(found, c) else "committee.binds_ceiling")
    if c["reason"] == "certified":
        return both("committee.binds_tolerance")
    if c["reason"] == "start_failed" and wanted is not None:
        return both("committee.binds_start_wanted", wanted=count(wanted), loans=count(c["loans"]))
    if c["reason"] == "start_failed":
        return both("committee.binds_start", observed=percent(c["observed_ratio"]), tested=percent(c["tested"]))
    if wanted is not None:
        return both("committee.binds_few", wanted=count(wanted), loans=count(c["loans"]), tested=percent(c["tested"]))
    return both("committee.binds_reason", reason=coded("certificate", c["reason"]), loans=count(c["loans"]))


def _stops_at_break_even(found: Json, certificate: Json) -> bool:
    """Whether the line of some stage is where a loan earns nothing; only `profit` stops there."""
    if found["objective"] != "profit":
        return False
    facts = found["procedure"]
    economics = read_economics(facts["measure"], date.fromisoformat(facts["policy_on"]))
    return any(line >= economics.break_even(s) * (1 - 1e-6) for s, line in certificate["lines"].items())


def _margin(found: Json, statement: Statement) -> list[Text]:
    """What the line would have been without the margin for a bad year, and what became of the loans under it."""
    c = statement.certificate
    lines = dict(c["lines_without_margin"])
    if not found["stock_flow"]["rho"] > 0 or not lines:
        return []
    line = percent(max(lines.values()))
    if lines == dict(c["lines"]):
        return [both("committee.margin_free")]
    share, realised = pooled(found["realised_without_margin"], statement.classes)
    if realised is None:
        return [both("committee.margin_nothing", line=line)]
    values = {"line": line, "share": percent(share, 1), "realised": percent(realised), "flow": percent(c["flow"])}
    return [both("committee.margin_over" if realised > c["flow"] else "committee.margin_within", **values)]


def _by_test(found: Json) -> Text:
    """What the test of the certificates takes for granted; they share one mode."""
    mode = next(iter(found["certificates"].values())).get("mode", "weighted_binomial")
    if mode == "strict":
        return both("committee.valid_largest")
    return both("committee.valid_together" if mode == "robust" else "committee.valid_exposure")


def validity(found: Json) -> list[Text]:
    """Where the certificates stop being valid."""
    known, looks = found["stock_flow"], found["looks"]
    said = [
        both("committee.valid_sample", period=_period(found)),
        both("committee.valid_region" if found["acceptance"]["rejected"] else "committee.valid_nobody_refused"),
    ]
    if known["rho"] > 0:
        said.append(both("committee.valid_years", rho=decimal(known["rho"], 3), flag=known["flag"]))
    else:
        said.append(both("committee.valid_no_margin"))
    said += [_by_test(found), both("committee.valid_alone"), both("committee.valid_policy")]
    key = "committee.valid_looks_over" if looks["made"] > looks["planned"] else "committee.valid_looks"
    said.append(both(key, made=count(looks["made"]), planned=count(looks["planned"])))
    return said
