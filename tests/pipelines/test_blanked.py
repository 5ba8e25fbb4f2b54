"""Step `blanked`: its parameters. On finished runs: test_missing_tables.py."""

from typing import Any

import pytest

from pipelines.blanked import BlankedParams
from pipelines.params import ParamsError, section

OTHERS = {"default": {"default": [0.7, 1.4]}}


@pytest.mark.parametrize(
    "limits", [{}, {"startup": {"statements": [0.5, 2.0]}}, {"default": {"statements": [0.5, 2.0]}}]
)
def test_limits_without_those_of_the_other_stages_and_tables_are_refused(limits: dict[str, Any]) -> None:
    with pytest.raises(ParamsError, match=r"blanked: limits must hold default: \{default: \[lowest, highest\]\}; got"):
        BlankedParams(limits, 0.1)


@pytest.mark.parametrize("ends", [[0.7], [1.4, 0.7], [0.0, 1.4], [0.7, 0.9], [0.7, 1.0, 1.4]])
def test_limits_that_do_not_hold_one_are_refused(ends: list[float]) -> None:
    with pytest.raises(ParamsError, match="limits of startup, statements must be a number above 0 up to 1"):
        BlankedParams({**OTHERS, "startup": {"statements": ends}}, 0.1)


@pytest.mark.parametrize("source", ["simulated", "sba", "us_firms"])
def test_every_source_has_limits(source: str) -> None:
    assert section("blanked", BlankedParams, source).offset_limit > 0
