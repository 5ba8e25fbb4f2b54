from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from decisions.decide import decide
from decisions.ledger.entries import Grant, Suspended
from pipelines.granted import GrantError, held_back
from pipelines.ledger import LedgerError, append
from scoring.bundle import Bundle
from tests.decisions.applicants import applicants, shipped

GRANT = Grant(
    "small",
    0.045,
    date(2025, 1, 1),
    date(2025, 12, 31),
    "who",
    "minute",
    "overall_npl_commercial_banks",
    0.0156,
)


def bundle() -> Bundle:
    return Bundle({}, shipped(), *(SimpleNamespace() for _ in range(4)), policy_version="p")  # type: ignore[arg-type]


def rules(location: Path, *days: str, size_class: str = "small") -> list[str]:
    asked: list[Mapping[str, Any]] = [{"as_of": pd.Timestamp(day), "size_class": size_class} for day in days]
    procedure = held_back(bundle(), str(location)).procedure
    return decide(applicants(*map(dict, asked)), procedure).rows["rule"].tolist()


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    location = tmp_path / "ledger.sqlite"
    append(str(location), lambda _: [GRANT], date(2025, 1, 2))
    return location


def test_only_days_with_a_grant_approve(ledger: Path) -> None:
    assert rules(ledger, "2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01") == [
        "no_grant",
        "within_cut_off",
        "within_cut_off",
        "no_grant",
    ]
    assert rules(ledger, "2025-06-30", size_class="micro") == ["no_grant"]


def test_a_suspension_of_the_ledger_refers_until_it_is_renewed(ledger: Path) -> None:
    append(str(ledger), lambda _: [Suspended("small", date(2025, 6, 1), "alarm")], date(2025, 6, 1))
    assert rules(ledger, "2025-05-31", "2025-06-01", "2026-01-01") == ["within_cut_off", "suspended", "no_grant"]


def test_a_ledger_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError):
        held_back(bundle(), str(tmp_path / "none.sqlite"))


def test_a_grant_below_what_the_certificate_was_tested_against_is_refused(tmp_path: Path) -> None:
    location = tmp_path / "ledger.sqlite"
    append(str(location), lambda _: [replace(GRANT, ratio=0.04)], date(2025, 1, 2))
    with pytest.raises(GrantError, match=r"small is granted 4.00% .* of 2024-01-05 was tested against 4.50%"):
        held_back(bundle(), str(location))
