"""What is wrong, in sentences: one per group of loans, one per test over groups or features, the worst first."""

from collections.abc import Mapping, Sequence

from reports.inputs import Json
from reports.numbers import count, rate
from reports.texts import both, joined
from reports.validation.facts import Validated
from reports.validation.limit_words import compared, limit
from reports.validation.names_of_tests import LEVEL, name_of_test
from reports.validation.words import SEVERITIES, group_of, named
from schemas.declarations import Text

TOLD_APART = ("total", "stage", "size_class")
"""Dimensions whose groups have a sentence each; of the others, each test has one that lists its groups."""
LISTED = 5
"""So many groups are named in one sentence."""


def sentences(of: Validated) -> list[Text]:
    """All sentences on standing findings, the most severe first, then all loans before stages and size classes."""
    told: dict[tuple[str, str], list[Json]] = {}
    for finding in of.standing():
        apart = finding["dimension"] in TOLD_APART
        key = (finding["dimension"], finding["group"]) if apart else (finding["test"], "")
        told.setdefault(key, []).append(finding)
    ordered = sorted(told.items(), key=lambda item: _order(item[0], item[1]))
    return [_of_group(of, found) if group else _of_test(of, found) for (_, group), found in ordered]


def _order(key: tuple[str, str], found: Sequence[Json]) -> tuple[int, int]:
    worst = min(tuple(SEVERITIES).index(finding["severity"]) for finding in found)
    return worst, TOLD_APART.index(key[0]) if key[0] in TOLD_APART else len(TOLD_APART)


def _of_group(of: Validated, found: Sequence[Json]) -> Text:
    """A group of loans: its level first, where a test of it was exceeded, then its other tests."""
    worst = found[0]
    figures = (of.validation["groups"].get(worst["dimension"]) or {}).get(worst["group"]) or {}
    levels = [f for f in found if f["test"] in LEVEL]
    parts = [_level(figures, levels)] if levels and figures.get("mean_pd") is not None else []
    rest = [f for f in found if not parts or f["test"] not in LEVEL]
    parts += [_of_record(of, finding) for finding in rest]
    severity, group = named(SEVERITIES, worst["severity"]), group_of(worst, of.run.source)
    return both("validation_summary.sentence", severity=severity, group=group, said=joined(parts, "; ", "；"))


def _of_record(of: Validated, finding: Json) -> Text:
    record = of.record(finding)
    said = {"compared": compared(record, of.day), "limit": limit(record, of.day)}
    return both("validation_summary.test", test=name_of_test(finding["test"]), **said)


def _level(figures: Mapping[str, float], levels: Sequence[Json]) -> Text:
    high = figures["mean_pd"] > (figures.get("default_rate") or 0.0)
    return both(
        "validation_summary.level",
        side=both("validation_summary.too_high") if high else both("validation_summary.too_low"),
        mean=rate(figures["mean_pd"]),
        observed=rate(figures.get("default_rate")),
        tests=joined([name_of_test(name) for name in dict.fromkeys(f["test"] for f in levels)]),
    )


def _of_test(of: Validated, found: Sequence[Json]) -> Text:
    """A test that several groups or features exceed, with the worst of them."""
    first = of.record(found[0])
    groups = [
        both("validation_summary.one_of", group=group_of(f, of.run.source), compared=compared(of.record(f), of.day))
        for f in found[:LISTED]
    ]
    if len(found) > LISTED:
        groups.append(both("validation_summary.rest", more=count(len(found) - LISTED)))
    return both(
        "validation_summary.several",
        test=name_of_test(found[0]["test"]),
        severity=named(SEVERITIES, found[0]["severity"]),
        limit=limit(first, of.day),
        groups=joined(groups, "; ", "；"),
    )
