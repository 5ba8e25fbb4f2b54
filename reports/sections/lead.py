"""The first words of the report: what was promised, what happened, and why, in three sentences."""

from models.fitting.split import PARTS
from reports.inputs import Inputs
from reports.numbers import percent, points, rate
from reports.sections.promise import Promise
from reports.texts import both, coded, joined
from schemas.declarations import Text

SAID = ("kept", "breach")
"""Verdicts on a promise that was made and can be judged."""


def tone(found: tuple[Promise, ...]) -> str:
    """Verdict of all classes together, but a breach when any class broke its promise: each has its own."""
    return "breach" if any(p.verdict == "breach" for p in found) else found[-1].verdict


def period(inputs: Inputs, part: str) -> Text:
    """Time of a part in words: a year or years where it is made of whole ones, its first and last day otherwise."""
    first, last = inputs.days[part]
    if not (first.endswith("-01-01") and last.endswith("-12-31")):
        return both("headline.days", first=first, last=last)
    if first[:4] == last[:4]:
        return both("headline.whole_year", year=first[:4])
    return both("headline.whole_years", first=first[:4], last=last[:4])


def lead(inputs: Inputs, found: tuple[Promise, ...]) -> tuple[Text, ...]:
    """Three sentences: what was promised, what happened, and why, as far as the figures tell."""
    total = found[-1]
    values: dict[str, str | Text] = {
        "certification": period(inputs, "certification"),
        "later": period(inputs, "out_of_time"),
        "confidence": percent(1 - level(inputs), 0),
    }
    if total.realised is None or total.tolerance is None or total.verdict not in SAID:
        return (both(f"headline.lead_{total.verdict}", **values),)
    values |= {"tolerance": percent(total.tolerance), "realised": percent(total.realised)}
    low, high = total.interval if total.interval is not None else (None, None)
    values |= {"low": rate(low), "high": rate(high), "said": _classes(found)}
    happened = "below" if total.verdict == "kept" else "above"
    gap = points(abs(round(total.realised, 4) - round(total.tolerance, 4)))
    return (
        both("headline.lead_promised", **values),
        both(f"headline.lead_{happened}", gap=gap, **values),
        _why(inputs, found),
    )


def _classes(found: tuple[Promise, ...]) -> Text:
    """Which size classes kept the promise and which broke it, with figures of those that broke it."""
    kept = [coded("size", p.size_class) for p in found[:-1] if p.verdict == "kept"]
    broke = [
        both(
            "headline.broken_class",
            size_class=coded("size", p.size_class),
            realised=rate(p.realised),
            tolerance=rate(p.tolerance),
        )
        for p in found[:-1]
        if p.verdict == "breach"
    ]
    parts = [
        both(f"headline.{key}", classes=joined(some)) for key, some in (("kept_in", kept), ("broken_in", broke)) if some
    ]
    return joined(parts, ", ", "，")


def _why(inputs: Inputs, found: tuple[Promise, ...]) -> Text:
    """What the cut-offs left out, how the years turned, and whether sampling alone could explain the outcome."""
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
        parts.insert(0 if total.verdict == "kept" else 1, both(key, everybody=rate(everybody)))
    return both("headline.why", reasons=joined(parts, "; ", "；"))


def _noise(found: tuple[Promise, ...]) -> Text:
    broke = [p for p in found[:-1] if p.verdict == "breach"]
    if not broke:
        return both("headline.noise_within" if found[-1].within_noise else "headline.noise_beyond")
    beyond = joined([coded("size", p.size_class) for p in broke if not p.within_noise])
    within = joined([coded("size", p.size_class) for p in broke if p.within_noise])
    said = [
        both(f"headline.{key}", classes=names)
        for key, names in (("breach_beyond", beyond), ("breach_within", within))
        if names.en
    ]
    return joined(said, ", ", "，")


def level(inputs: Inputs) -> float:
    """Error probability of each certificate [fraction]."""
    return float(next(iter(inputs.thresholds["certificates"].values()))["delta"])
