"""Step functions: read, added up, kept, explained."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fitting.steps import StepFunction, Steps, added, from_text, stored

ROOMY = StepFunction((1.0, 3.0), (-0.5, 0.0, 2.0), 0.25, 0.1)


def test_a_value_at_a_threshold_belongs_to_the_interval_that_ends_there() -> None:
    values = np.array([0.0, 1.0, np.nextafter(1.0, 2), 3.0, 3.1, np.inf, -np.inf, np.nan])
    assert ROOMY(values).tolist() == [-0.5, -0.5, 0.0, 0.0, 2.0, 2.0, -0.5, 0.25]


def test_a_missing_value_that_was_never_met_counts_as_the_mean() -> None:
    assert StepFunction((1.0,), (0.0, 1.0), None, 0.4)(np.array([np.nan]))[0] == 0.4


def test_functions_of_no_threshold_are_constant() -> None:
    assert StepFunction((), (0.7,), 0.1, 0.7)(np.array([-5.0, np.nan])).tolist() == [0.7, 0.1]


@pytest.mark.parametrize(
    ("thresholds", "values", "message"),
    [((1.0,), (0.0,), "1 thresholds wants 2 values; got 1"), ((2.0, 2.0), (0.0, 1.0, 2.0), "rising thresholds")],
)
def test_functions_that_do_not_fit_are_refused(
    thresholds: tuple[float, ...], values: tuple[float, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        StepFunction(thresholds, values, 0.0, 0.0)


NUMBERS = st.floats(-5, 5, allow_nan=False)


@st.composite
def steps(draw: st.DrawFn) -> Steps:
    functions = {}
    for name in draw(st.sets(st.sampled_from(["a", "b"]))):
        thresholds = sorted(draw(st.sets(NUMBERS, max_size=5)))
        values = draw(st.lists(NUMBERS, min_size=len(thresholds) + 1, max_size=len(thresholds) + 1))
        functions[name] = StepFunction(tuple(thresholds), tuple(values), draw(st.none() | NUMBERS), draw(NUMBERS))
    return Steps(("a", "b"), functions, draw(NUMBERS), (0.0, draw(NUMBERS)))


@given(first=steps(), second=steps(), weight=st.floats(0, 1), value=st.lists(NUMBERS, min_size=2, max_size=2))
def test_a_sum_says_what_its_parts_say_together(first: Steps, second: Steps, weight: float, value: list[float]) -> None:
    both = added([(weight, first), (1 - weight, second)])
    # Both thresholds and points between them.
    points = np.array([value, [f.thresholds[0] if f.thresholds else 0.0 for f in [ROOMY, ROOMY]]])
    for name in ("raw_score", "contributions"):
        parts = weight * getattr(first, name)(points) + (1 - weight) * getattr(second, name)(points)
        assert getattr(both, name)(points) == pytest.approx(parts)
    assert both.baseline(3) == pytest.approx(weight * first.baseline(3) + (1 - weight) * second.baseline(3))


@given(found=steps(), value=st.lists(NUMBERS | st.just(float("nan")), min_size=2, max_size=2))
def test_contributions_sum_to_the_score_and_text_brings_everything_back(found: Steps, value: list[float]) -> None:
    points = np.array([value])
    assert found.contributions(points).sum() == pytest.approx(found.raw_score(points)[0])
    kept = stored(found)
    assert from_text(kept.text) == kept
    assert stored(kept) == kept


def test_parts_of_other_features_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="of the same features to add; got 2 with other features"):
        added([(1.0, Steps(("a",), {}, 0.0)), (1.0, Steps(("b",), {}, 0.0))])


def test_a_frame_is_read_by_the_names_of_its_columns() -> None:
    frame = pd.DataFrame({"other": [9.0], "b": [4.0], "a": [0.0]})
    assert Steps(("a", "b"), {"b": ROOMY}, 1.0).raw_score(frame).tolist() == [3.0]
