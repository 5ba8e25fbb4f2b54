"""Outcomes that contradict themselves or the application are rejected by a named rule; undated defaults are told."""

import pandas as pd
import pytest

from schemas.check import Validated, validated
from schemas.conform import conform
from schemas.tables import TABLES

DAY = pd.Timestamp("2024-06-30")
GOOD = {"window_ends_on": "2023-06-01", "defaulted": False, "known_on": "2023-06-01", "weight": 1.0}


def checked(*changes: dict[str, object]) -> Validated:
    """Outcomes of loans decided on 1 June 2022, each a good one with these changes."""
    ids = [f"a{i}" for i in range(len(changes))]
    columns = ["window_ends_on", "defaulted", "defaulted_on", "closed_on", "known_on", "weight"]
    tables = {
        "enterprises": pd.DataFrame({"enterprise_id": ["e"]}),
        "applications": pd.DataFrame(
            {"application_id": ids, "enterprise_id": "e", "as_of": "2022-06-01", "amount": 1.0, "exposure": 1.0}
        ),
        "outcomes": pd.DataFrame([{**GOOD, **change} for change in changes], columns=columns).assign(
            application_id=ids
        ),
    }
    return validated({name: conform(frame, TABLES[name]) for name, frame in tables.items()}, DAY)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"defaulted": True, "defaulted_on": "2021-03-01"}, "defaulted_on_not_before_as_of"),
        ({"defaulted_on": "2022-09-01"}, "no_default_day_without_default"),
        ({"window_ends_on": "2022-01-01", "known_on": "2022-06-02"}, "window_ends_on_after_as_of"),
        ({"window_ends_on": "2022-06-01"}, "window_ends_on_after_as_of"),
        (
            {"defaulted": True, "defaulted_on": "2022-12-01", "known_on": "2022-07-01"},
            "known_on_not_before_defaulted_on",
        ),
        ({"known_on": "2022-08-01"}, "good_known_when_window_closed"),
        ({"known_on": "2022-08-01", "closed_on": "2022-09-01"}, "good_known_when_window_closed"),
        ({"closed_on": "2022-01-01"}, "closed_on_not_before_as_of"),
        ({"weight": 0.0}, "weight_range"),
    ],
)
def test_an_outcome_that_contradicts_itself_is_rejected_by_name(change: dict[str, object], rule: str) -> None:
    result = checked(change, {})
    assert [list(rules) for rules in result.rejects["outcomes"]["rules"]] == [[rule]]
    assert len(result.tables["outcomes"]) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"defaulted": True, "defaulted_on": "2022-06-01", "known_on": "2022-06-01"},
        {"known_on": "2022-08-15", "closed_on": "2022-08-15"},
        {"defaulted": True, "known_on": "2022-08-15"},
    ],
)
def test_a_fast_default_a_loan_closed_early_and_an_undated_default_are_kept(change: dict[str, object]) -> None:
    assert len(checked(change).tables["outcomes"]) == 1


def test_an_undated_default_is_a_warning() -> None:
    result = checked({"defaulted": True}, {})
    told = next(q for q in result.quality if q.table == "outcomes")
    assert (told.kept, told.warned["default_has_a_day"]) == (2, 1)
