"""Everything a monitor can find has a name, a sentence and an action in both languages."""

import re
from pathlib import Path

import pandas as pd
import pytest

from features.catalogue import by_name
from models.monitoring.record import Record
from policy.segments import SIZE_CLASSES, STAGES
from reports.monitoring.charts import index_chart, vintage_chart
from reports.monitoring.names import REASONS, TESTS, action, group_of, in_order, months_of, result, shown, shown_limit
from reports.monitoring.page import latest
from reports.monitoring.tables import ASIDE
from reports.texts import both
from schemas.declarations import Text
from scoring.monitoring.vintages import vintage_curves
from tests.scoring.monitoring.books import scored

CODE = Path(__file__).parents[3] / "scoring" / "monitoring"
SOURCE = {path.name: path.read_text(encoding="utf8") for path in CODE.glob("*.py")}


def record(test: str = "pd_index", group: str = "growth", verdict: str = "met", **other: object) -> Record:
    known = {"first_month": "2025-01", "month": "2025-02", "on": "2025-02-28", "value": 0.2, "limit": 0.3, "size": 40}
    return Record(test=test, group=group, verdict=verdict, **{**known, **other})  # type: ignore[arg-type]


def test_every_reason_for_a_row_that_is_set_aside_has_a_text():
    told = "".join(SOURCE[name] for name in ("batches.py", "known_outcomes.py", "overrides.py"))
    reasons = set(re.findall(r'^        "(\w+)":', told, re.MULTILINE)) | {"before_the_watch", "window_open"}
    assert set(ASIDE) == reasons
    assert all(both(key).zh for key in ASIDE.values())


def test_every_test_has_a_name_and_an_action_and_every_reason_a_sentence():
    made = set(re.findall(r'(?:(?<!set)_index|_upper|by_looks|record)\(\s*"(\w+)"', "".join(SOURCE.values())))
    assert made | {"certificate"} == set(TESTS)
    assert all(action(record(test)).en for test in TESTS)
    whys = set(re.findall(r'"(too_few|no_\w+|not_fed)"', "".join(SOURCE.values())))
    assert set(REASONS) == whys


def test_groups_are_named_by_stage_size_class_and_label_of_the_feature():
    assert group_of(record(group=STAGES[0])) == both(f"stage.{STAGES[0]}")
    assert group_of(record("certificate", SIZE_CLASSES[0])) == both(f"size.{SIZE_CLASSES[0]}")
    assert group_of(record("feature_index", "leverage")) == by_name()["leverage"].label
    assert group_of(record("feature_index", "gone")) == Text("gone", "gone")
    assert group_of(record("level", "overridden")).en == "Approved against the system"


@pytest.mark.parametrize(
    ("test", "value", "seen"),
    [("rejected", 0.0525, "5.25%"), ("pd_index", 0.1234, "0.123"), ("level", 3.2e9, "3.2e+09"), ("level", None, "–")],
)
def test_values_are_shown_as_what_they_are(test: str, value: float | None, seen: str):
    assert shown(value, test) == seen


def test_a_limit_exceeded_once_stays_told_when_the_latest_look_met_it():
    first = record(verdict="exceeded", on="2025-01-31")
    assert result(record(), first).en == "exceeded on 2025-01-31"
    assert result(record(), None).en == "limit met"
    assert result(record(verdict="not_tested", why="too_few"), None).en == "too few yet"
    assert months_of(record()) == "2025-01 – 2025-02"


def test_the_latest_look_is_the_last_one_that_tested_something():
    looks = [
        record(on="2025-02-28"),
        record(on="2025-03-31", value=0.25),
        record(verdict="not_tested", on="2025-05-31"),
    ]
    assert [found.on for found in latest(looks)] == ["2025-03-31"]
    assert [found.verdict for found in latest(looks[2:])] == ["not_tested"]


def test_pictures_lie_within_their_frame_and_mark_what_was_exceeded():
    chart = index_chart([record(), record(verdict="exceeded", month="2025-03", value=0.9)])
    assert chart is not None
    (panel,) = chart.panels
    assert [mark for _, _, mark in panel.dots] == ["passed", "failed"]
    assert all(52 <= x <= 472 and 10 <= y <= 142 for x, y, _ in panel.dots)
    assert index_chart([record(verdict="not_tested", value=None, limit=None)]) is None


def test_a_vintage_curve_rises_and_ends_at_the_default_rate():
    days = pd.to_datetime(["2025-02-10", "2025-06-01", None, None])
    loans = scored(4).assign(
        window_ends_on=pd.Timestamp("2026-01-15"),
        known_on=pd.Timestamp("2026-01-15"),
        defaulted=[True, True, False, False],
        defaulted_on=days,
        pd=0.1,
    )
    (panel,) = vintage_chart(vintage_curves(loans)).panels
    heights = [y for _, y, _ in panel.dots]
    assert heights == sorted(heights, reverse=True)
    assert panel.level is not None
    assert heights[-1] < panel.level


def test_a_limit_says_on_which_side_of_it_the_value_has_to_stay():
    assert shown_limit(record(limit=0.3)) == "≤ 0.300"
    assert shown_limit(record("feature_missing", "leverage", limit=0.02, side="lower")) == "≥ 2.00%"
    assert shown_limit(record("level", "total", limit=700.0)) == "< 700.00"
    assert shown_limit(record(limit=None)) == "–"


def test_stages_come_in_the_order_of_a_life_and_tests_in_that_of_the_page():
    made = [record("level", "total"), record(group="mature"), record(group="startup")]
    assert [found.group for found in sorted(made, key=in_order)] == ["startup", "mature", "total"]
