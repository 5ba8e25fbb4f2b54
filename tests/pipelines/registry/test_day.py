"""The day of a promotion: not later than today, and not before the loans that it is decided on."""

from datetime import date
from pathlib import Path

import pytest

from pipelines.commands.promote import require_no_later_day
from pipelines.promotion.promotion import _require_after
from pipelines.registry.errors import RegistryError
from tests.pipelines.registry.life import said

ROOT = Path(__file__).parents[3]


def test_a_day_that_has_not_come_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    require_no_later_day(date(2026, 11, 26), date(2026, 11, 26), "sba")
    with pytest.raises(RegistryError, match="wanted --on no later than today, 2026-11-26; got 2026-11-27"):
        require_no_later_day(date(2026, 11, 27), date(2026, 11, 26), "sba")


def test_the_clock_says_nothing_of_a_run_that_is_built_on_a_day_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    require_no_later_day(date(2027, 1, 5), date(2026, 11, 26), "simulated")
    with pytest.raises(RegistryError, match="wanted --on no later than today"):
        require_no_later_day(date(2027, 1, 5), date(2027, 1, 4), "simulated")


def test_the_command_asks_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    options = ("--by", "Chen", "--reason", "first", "--source", "sba", "--model", "nowhere")
    assert "wanted --on no later than today" in said("promote", "--on", "9999-12-31", *options)[1]
    assert "wanted a finished run" in said("promote", "--on", "2020-05-01", *options)[1]


def test_a_day_before_that_of_the_last_loan_compared_is_refused() -> None:
    _require_after("2025-12-31", date(2025, 12, 31))
    _require_after(None, date(2025, 12, 30))
    with pytest.raises(RegistryError, match="wanted a day not before 2025-12-31, that of the last loan"):
        _require_after("2025-12-31", date(2025, 12, 30))
