"""The first sentences of the report: the certified limit and what it depends on, the realised ratio, the reasons."""

from models.fitting.split import PARTS
from reports.inputs import Inputs, Json
from reports.numbers import count, decimal, percent, points, rate
from reports.sections.limit_outcome import LimitOutcome
from reports.texts import both, coded, joined
from schemas.declarations import Text

COMPARED = ("met", "exceeded")
"""Verdicts where a limit was certified and loans were approved under it."""


def tone(found: tuple[LimitOutcome, ...]) -> str:
    """Verdict of all classes together, but `exceeded` when any class exceeds its limit: each class has its own."""
    return "exceeded" if any(p.verdict == "exceeded" for p in found) else found[-1].verdict


def period(inputs: Inputs, part: str) -> Text:
    """Time of a part in words: a year or years where it is made of whole ones, its first and last day otherwise."""
    first, last = inputs.days[part]
    if not (first.endswith("-01-01") and last.endswith("-12-31")):
        return both("headline.days", first=first, last=last)
    if first[:4] == last[:4]:
        return both("headline.whole_year", year=first[:4])
    return both("headline.whole_years", first=first[:4], last=last[:4])


def lead(inputs: Inputs, found: tuple[LimitOutcome, ...]) -> tuple[Text, ...]:
    """The certified limit, what it depends on, the realised ratio, and the reasons, as far as the figures show them."""
    total = found[-1]
    values: dict[str, str | Text] = {
        "certification": period(inputs, "certification"),
        "later": period(inputs, "out_of_time"),
        "confidence": percent(1 - level(inputs), 0),
    }
    if total.realised is None or total.tolerance is None or total.allowed is None or total.verdict not in COMPARED:
        return (both(f"headline.lead_{total.verdict}", **values), *_depends(inputs))
    values |= {"tolerance": percent(total.tolerance), "allowed": percent(total.allowed)}
    values |= {"realised": percent(total.realised)}
    low, high = total.interval if total.interval is not None else (None, None)
    values |= {"low": rate(low), "high": rate(high), "said": _classes(found)}
    side = "below" if total.verdict == "met" else "above"
    gap = points(abs(round(total.realised, 4) - round(total.allowed, 4)))
    return (
        both("headline.lead_tolerance", **values),
        *_depends(inputs),
        both(f"headline.lead_{side}", gap=gap, **values),
        _why(inputs, found),
    )


WEAK = 2.0
"""Largest multiplier of the odds of refused applicants below which the first section says it (Rosenbaum's gamma)."""


def _depends(inputs: Inputs) -> tuple[Text, ...]:
    """One paragraph on what the certificates depend on: what binds, refused applicants, repeated certifications."""
    thresholds = inputs.thresholds
    certified = {name: c for name, c in thresholds["certificates"].items() if c["certified"]}
    said = []
    if certified and all(c["reason"] == "certified_all" for c in certified.values()):
        said.append(both("headline.binds_ceiling"))
    weak = {name: s for name, s in thresholds["swap_ins"].items() if s["gamma"] is None or s["gamma"] < WEAK}
    if weak:
        gamma = min(s["gamma"] or 1.0 for s in weak.values())
        names = joined([coded("size", name) for name in weak])
        said.append(both("headline.weak_gamma", classes=names, gamma=decimal(gamma, 2)))
    looks = thresholds["looks"]
    if looks["made"] > looks["planned"]:
        said.append(both("headline.looks", made=count(looks["made"]), planned=count(looks["planned"])))
    plain = thresholds["realised_without_margin"]["all"]["ratio_approved"]
    if plain is not None and thresholds["stock_flow"]["rho"] > 0:
        ours = thresholds["realised"]["all"]
        if ours["approved_loans"] != thresholds["realised_without_margin"]["all"]["approved_loans"]:
            said.append(_without_margin(thresholds))
    return (joined(said, " ", ""),) if said else ()


def _without_margin(thresholds: Json) -> Text:
    """What the lines without the margin would have approved, and how much of it defaulted, by size class."""
    found = thresholds["realised_without_margin"]
    classes = [
        both(
            "headline.exceeded_class",
            size_class=coded("size", name),
            realised=rate(found[name]["ratio_approved"]),
            allowed=rate(certificate["flow"]),
        )
        for name, certificate in thresholds["certificates"].items()
        if name in found and found[name]["ratio_approved"] is not None
    ]
    share = percent(found["all"]["approved_share_exposure"], 1)
    return both("headline.without_margin", share=share, said=joined(classes))


def _classes(found: tuple[LimitOutcome, ...]) -> Text:
    """Which size classes met their limit and which exceeded it, with the figures of those that exceeded it."""
    met = [coded("size", p.size_class) for p in found[:-1] if p.verdict == "met"]
    exceeded = [
        both(
            "headline.exceeded_class",
            size_class=coded("size", p.size_class),
            realised=rate(p.realised),
            allowed=rate(p.allowed),
        )
        for p in found[:-1]
        if p.verdict == "exceeded"
    ]
    parts = [
        both(f"headline.{key}", classes=joined(some))
        for key, some in (("met_in", met), ("exceeded_in", exceeded))
        if some
    ]
    return joined(parts, ", ", "，")


def _why(inputs: Inputs, found: tuple[LimitOutcome, ...]) -> Text:
    """What the cut-offs excluded, whether default rates rose, and whether sampling alone could explain the outcome."""
    total = found[-1]
    rates = {part: (inputs.metrics["parts"][part]["total"] or {}).get("default_rate_by_amount") for part in PARTS}
    before, after = rates["certification"], rates["out_of_time"]
    everybody, realised = total.ratio_of_all, total.realised
    parts = [_noise(found)]
    if before is not None and after is not None:
        values: dict[str, str | Text] = {
            "before": rate(before),
            "after": rate(after),
            "certification": period(inputs, "certification"),
            "later": period(inputs, "out_of_time"),
        }
        parts.insert(0, both("headline.years_worse" if after > before else "headline.years_no_worse", **values))
    if everybody is not None and realised is not None:
        key = "headline.selected" if realised < everybody else "headline.not_selected"
        parts.insert(0 if total.verdict == "met" else 1, both(key, everybody=rate(everybody)))
    return both("headline.why", reasons=joined(parts, "; ", "；"))


def _noise(found: tuple[LimitOutcome, ...]) -> Text:
    exceeded = [p for p in found[:-1] if p.verdict == "exceeded"]
    if not exceeded:
        return both("headline.noise_within" if found[-1].within_noise else "headline.noise_beyond")
    beyond = joined([coded("size", p.size_class) for p in exceeded if not p.within_noise])
    within = joined([coded("size", p.size_class) for p in exceeded if p.within_noise])
    said = [
        both(f"headline.{key}", classes=names)
        for key, names in (("excess_beyond", beyond), ("excess_within", within))
        if names.en
    ]
    return joined(said, ", ", "，")


def level(inputs: Inputs) -> float:
    """Error probability of each certificate [fraction]."""
    return float(next(iter(inputs.thresholds["certificates"].values()))["delta"])
