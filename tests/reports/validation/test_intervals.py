"""Drawings of figures with intervals: places on a round axis, absent figures left out."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.numbers import decimal
from reports.validation.intervals import LEFT, WIDTH, Estimate, _marks, intervals
from schemas.declarations import Text

NAME = Text("a", "甲")


def drawn(*estimates: Estimate, **others: float):
    return intervals(NAME, estimates, lambda value: decimal(value, 2), NAME, **others)


def test_a_figure_lies_where_the_axis_says():
    found = drawn(Estimate(NAME, 0.6, 0.5, 0.9, 0.7), level=0.5)
    assert [label for _, label in found.ticks] == ["0.50", "0.60", "0.70", "0.80", "0.90"]
    (bar,) = found.bars
    assert (bar.low, bar.high) == (LEFT, LEFT + WIDTH)
    assert bar.value == LEFT + WIDTH / 4
    assert bar.beside == LEFT + WIDTH / 2
    assert found.level == LEFT


def test_what_is_absent_is_not_drawn_as_zero():
    found = drawn(Estimate(NAME, None), Estimate(NAME, float("nan")), Estimate(NAME, 0.4, None, None))
    (bar,) = found.bars
    assert (bar.low, bar.high, bar.beside) == (None, None, None)
    assert drawn(Estimate(NAME, None)) is None


@given(st.floats(-5, 5), st.floats(1e-4, 5))
def test_the_axis_is_short_even_and_holds_everything(low: float, spread: float):
    marks = _marks(low, low + spread)
    assert marks[0] <= low + 1e-9
    assert marks[-1] >= low + spread - 1e-9
    assert 2 <= len(marks) <= 7
    assert [b - a for a, b in pairwise(marks)] == pytest.approx([marks[1] - marks[0]] * (len(marks) - 1))
