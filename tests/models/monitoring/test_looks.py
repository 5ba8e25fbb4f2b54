"""How a false-alarm probability is shared out over looks."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.monitoring.looks import TOPICS, Look, MonitorError, Plan, ended_months, looks


@given(st.lists(st.integers(0, 30), max_size=60), st.integers(1, 40))
def test_looks_follow_each_other_and_each_has_enough(counts: list[int], least: int):
    found = looks(counts, least)
    assert [look.first for look in found] == [0, *(look.last + 1 for look in found)][: len(found)]
    assert all(sum(counts[look.first : look.last + 1]) >= least for look in found)
    assert sum(counts[found[-1].last + 1 if found else 0 :]) < least


@given(st.lists(st.integers(0, 30), min_size=60, max_size=60), st.integers(1, 40), st.integers(1, 9))
def test_all_looks_of_all_tests_together_spend_no_more_than_the_whole_probability(
    counts: list[int], least: int, groups: int
):
    plan = Plan(0.05, 60)
    of_one_group = sum(plan.of_look(groups, look) for look in looks(counts, least))
    assert of_one_group * groups * len(TOPICS) <= 0.05 * (1 + 1e-9)


def test_looks_once_made_stay_when_months_are_added():
    counts = [3, 4, 9, 1, 1, 8, 2]
    whole = looks(counts, 5)
    assert whole == [Look(0, 1), Look(2, 2), Look(3, 5)]
    assert all(looks(counts[:until], 5) == whole[: len(looks(counts[:until], 5))] for until in range(8))


def test_a_month_counts_from_its_last_day_on():
    assert [str(m) for m in ended_months(pd.Timestamp("2025-01-31"), pd.Timestamp("2025-02-27"))] == ["2025-01"]
    assert len(ended_months(pd.Timestamp("2025-01-31"), pd.Timestamp("2025-02-28"))) == 2
    assert ended_months(pd.Timestamp("2025-01-31"), pd.Timestamp("2025-01-30")) == []


def test_a_plan_without_a_probability_or_a_month_is_refused():
    with pytest.raises(MonitorError, match="wanted a false-alarm probability between 0 and 1"):
        Plan(0.0, 60)
    with pytest.raises(MonitorError, match="at least one month"):
        Plan(0.05, 0)
