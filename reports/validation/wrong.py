"""What is wrong, in sentences: one per group of loans, one per test over groups or features, the worst first."""

from collections.abc import Mapping, Sequence

from reports.inputs import Json
from reports.numbers import count, decimal, p_value, rate, signed
from reports.texts import both, joined
from reports.validation.facts import Validated
from reports.validation.limit_words import by_p_value, compared, entry, limit
from reports.validation.names_of_tests import LEVEL, name_of_test
from reports.validation.words import SEVERITIES, group_of, named
from schemas.declarations import Text

TOLD_APART = ("total", "stage", "size_class")
"""Dimensions whose groups have a sentence each; of the others, each test has one that lists its groups."""
LISTED = 5
"""So many groups are named in one sentence."""
SAID: Mapping[str, str] = {
    "auc_least": "validation_summary.auc_least",
    "auc_change": "validation_summary.auc_change",
    "psi_score": "validation_summary.psi_score",
}
"""Tests that have a sentence of their own, with its key; of others name, value and limit are told."""


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
    figures = _figures(of, worst)
    levels = [f for f in found if f["test"] in LEVEL]
    parts = [_level(of, figures, levels[0])] if levels and figures.get("mean_pd") is not None else []
    parts += [_of_record(of, finding) for finding in found if not parts or finding["test"] not in LEVEL]
    group = group_of(worst, of.run.source)
    named_group = Text(group.en[:1].upper() + group.en[1:], group.zh)
    severity = named(SEVERITIES, worst["severity"])
    return both("validation_summary.sentence", severity=severity, group=named_group, said=joined(parts, "; ", "；"))


def _figures(of: Validated, finding: Json) -> Json:
    """Figures of the loans of a finding: of a slice, or of a grade; empty where there are none."""
    if finding["dimension"] == "grade":
        return next((row for row in of.validation["grades"]["scale"] if row["grade"] == finding["group"]), {})
    return (of.validation["groups"].get(finding["dimension"]) or {}).get(finding["group"]) or {}


def _of_record(of: Validated, finding: Json) -> Text:
    record = of.record(finding)
    said = {"compared": compared(record, of.day), "limit": limit(record, of.day)}
    if finding["test"] in SAID:
        told, fall = both(SAID[finding["test"]], **said), record.get("fall_in_sample")
        return told if fall is None else both("validation_summary.in_sample", said=told, fall=signed(fall, 4))
    if finding["test"] == "slope":
        key = "validation_summary.slope_flat" if record["value"] < 1 else "validation_summary.slope_steep"
        return both(key, compared=said["compared"])
    return both("validation_summary.test", test=name_of_test(finding["test"]), **said)


def _level(of: Validated, figures: Json, finding: Json) -> Text:
    high = figures["mean_pd"] > (figures.get("default_rate") or 0.0)
    return both(
        "validation_summary.level",
        side=both("validation_summary.too_high") if high else both("validation_summary.too_low"),
        mean=rate(figures["mean_pd"]),
        observed=rate(figures.get("default_rate")),
        p=_p(of.record(finding)),
    )


def _p(record: Json) -> Text:
    """The adjusted p-value; those with a common year effect and over years, where there are these."""
    p, correlated = p_value(record.get("p_holm")), record.get("p_correlated")
    said = both("validation_summary.p", p=p)
    if correlated is not None:
        said = both("validation_summary.p_both", p=p, correlated=p_value(correlated))
    years = record.get("p_years")
    if years is None:
        return said
    lasting = both("validation_summary.p", p=p_value(years))
    if correlated is not None and years < record["limit"] <= correlated:
        return both("validation_summary.p_lasting", said=said, p=lasting)
    return both("validation_summary.p_years", said=said, p=lasting)


def _of_test(of: Validated, found: Sequence[Json]) -> Text:
    """A test that several groups or features exceed, with the worst of them."""
    leveled = found[0]["test"] == "level"
    worst = sorted(found, key=lambda finding: _distance(of, finding))
    groups = [_leveled(of, f) if leveled else _compared(of, f) for f in worst[:LISTED]]
    if len(found) > LISTED:
        groups.append(both("validation_summary.rest", more=count(len(found) - LISTED)))
    said = {"test": name_of_test(found[0]["test"]), "severity": named(SEVERITIES, found[0]["severity"])}
    listed = joined(groups, "; ", "；")
    if leveled:
        return both("validation_summary.levels", groups=listed, **said)
    return both("validation_summary.several", limit=limit(of.record(found[0]), of.day), groups=listed, **said)


def _distance(of: Validated, finding: Json) -> tuple[int, float]:
    """Severity, then how far a finding lies past its limit: what sorts first is worst."""
    record, severity = of.record(finding), tuple(SEVERITIES).index(finding["severity"])
    if by_p_value(record, of.day):
        return severity, float(record.get("p_holm") or 0.0)
    value, number = record.get("value") or 0.0, record.get("limit") or 0.0
    return severity, -abs((abs(value) if entry(record, of.day).get("either_way") else value) - number)


def _leveled(of: Validated, finding: Json) -> Text:
    figures = _figures(of, finding)
    observed = {"mean": rate(figures.get("mean_pd")), "observed": rate(figures.get("default_rate"))}
    return both("validation_summary.level_of", group=group_of(finding, of.run.source), **observed)


def _compared(of: Validated, finding: Json) -> Text:
    record = of.record(finding)
    if finding["test"] == "level_beside":
        said = {"value": decimal(record.get("value"), 2), "p": p_value(record.get("p_holm"))}
        return both("validation_summary.times", group=group_of(finding, of.run.source), **said)
    held = compared(record, of.day)
    return both("validation_summary.one_of", group=group_of(finding, of.run.source), compared=held)
