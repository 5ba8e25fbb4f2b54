"""Names of what a monitor tests, of its groups, results and reasons, and how its values are shown."""

from features.catalogue import by_name
from models.monitoring.record import Record
from policy.segments import SIZE_CLASSES, STAGES
from reports.numbers import MISSING, decimal, rate
from reports.texts import both
from schemas.declarations import Text

TESTS = {
    "pd_index": ("monitor.test_pd_index", "monitor.act_population"),
    "stage_index": ("monitor.test_stage_index", "monitor.act_mix"),
    "decision_index": ("monitor.test_decision_index", "monitor.act_mix"),
    "feature_index": ("monitor.test_feature_index", "monitor.act_features"),
    "feature_missing": ("monitor.test_feature_missing", "monitor.act_features"),
    "rejected": ("monitor.test_rejected", "monitor.act_rejected"),
    "out_of_region": ("monitor.test_out_of_region", "monitor.act_region"),
    "override": ("monitor.test_override", "monitor.act_override"),
    "level": ("monitor.test_level", "monitor.act_level"),
    "slope": ("monitor.test_slope", "monitor.act_slope"),
    "certificate": ("monitor.test_certificate", "monitor.act_certificate"),
}
"""Text of every test, and of what to do when its limit is exceeded."""
FEATURES = ("feature_index", "feature_missing")
SHARES = ("rejected", "out_of_region", "override", "feature_missing")
"""Tests whose value is a share."""
CAPITALS = ("level", "certificate")
"""Tests whose value is the capital of bets."""
REASONS = {
    "too_few": "monitor.too_few",
    "no_outcome": "monitor.no_outcome",
    "no_finite_slope": "monitor.no_finite_slope",
    "no_file_of_rejects": "monitor.no_rejects",
    "no_decision_yet": "monitor.no_decision_yet",
    "no_final_decision": "monitor.no_final_decision",
    "not_fed": "monitor.not_fed",
}
GROUPS = {"total": "monitor.total", "overridden": "monitor.overridden"}


def test_name(record: Record) -> Text:
    """Name of the test of a record."""
    return both(TESTS[record.test][0])


def action(record: Record) -> Text:
    """What to do when the limit is exceeded."""
    return both(TESTS[record.test][1])


def group_of(record: Record) -> Text:
    """Name of the group of a record: a stage, a size class, a feature, or all."""
    group = record.group
    if record.test in FEATURES:
        known = by_name()
        return known[group].label if group in known else Text(group, group)
    if group in GROUPS:
        return both(GROUPS[group])
    if group in STAGES:
        return both(f"stage.{group}")
    return both(f"size.{group}") if group in SIZE_CLASSES else Text(group, group)


def months_of(record: Record) -> str:
    """The months a record covers."""
    return record.month if record.first_month == record.month else f"{record.first_month} – {record.month}"


def shown(value: float | None, test: str) -> str:
    """A value of a test as a person reads it."""
    if value is None:
        return MISSING
    if test in SHARES:
        return rate(value)
    if test in CAPITALS:
        return f"{value:.1e}" if value >= 1e6 or 0 < value < 0.01 else decimal(value, 2)
    return decimal(value, 3)


def shown_limit(record: Record) -> str:
    """The limit of a record with the side on which the value has to stay."""
    if record.limit is None:
        return MISSING
    sign = "<" if record.test in CAPITALS else "≤" if record.side == "upper" else "≥"
    return f"{sign} {shown(record.limit, record.test)}"


def in_order(record: Record) -> tuple[int, int, str]:
    """Order of tests as TESTS has them, and of groups: stages, all, overridden, size classes, others by name."""
    known = (*STAGES, *GROUPS, *SIZE_CLASSES)
    place = known.index(record.group) if record.group in known else len(known)
    return list(TESTS).index(record.test), place, record.group


def result(record: Record, first: Record | None) -> Text:
    """Result of a look: met, exceeded, exceeded before, or why nothing was tested."""
    if record.verdict == "not_tested":
        told = both(REASONS[record.why])
        return told if first is None else both("monitor.exceeded_before", day=first.on)
    if record.verdict == "exceeded":
        return both("monitor.exceeded")
    return both("monitor.met") if first is None else both("monitor.exceeded_before", day=first.on)


def tone(record: Record, first: Record | None) -> str:
    """Colour of a row."""
    return "exceeded" if record.verdict == "exceeded" or first is not None else ""
