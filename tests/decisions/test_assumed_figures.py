"""What follows when an assumed figure is another: the refer band, and the delta of the certificates."""

import pandas as pd
import pytest

from decisions.assumed_figures import DELTAS, band_sensitivity, delta_sensitivity
from tests.decisions.applicants import CLEAN, shipped
from tests.decisions.test_portfolio import LIMITS, PLAN
from tests.decisions.test_portfolio import scored as scored


def test_a_bound_that_moves_changes_the_decisions_between_its_old_and_its_new_place() -> None:
    """Micro, growth: approved up to 7 %, declined by the model above 20 %."""
    pds = [0.05, 0.06, 0.08, 0.17, 0.22, 0.30]
    later = pd.DataFrame([{**CLEAN, "size_class": "micro", "pd": each} for each in pds])
    rows = {(row["figure"], row["factor"]): row for row in band_sensitivity(later, shipped())}
    assert len(rows) == 5
    counts = {key: (row["approve"], row["refer"], row["decline"]) for key, row in rows.items()}
    assert counts["none", 1.0] == (2, 2, 2)
    assert counts["approve_up_to", 0.8] == (1, 3, 2)  # 5.6 %
    assert counts["approve_up_to", 1.25] == (3, 1, 2)  # 8.75 %
    assert counts["decline_above", 0.8] == (2, 1, 3)  # 16 %
    assert counts["decline_above", 1.25] == (2, 3, 1)  # 25 %
    assert rows["none", 1.0]["share_changed"] == 0
    assert rows["decline_above", 0.8]["share_changed"] == pytest.approx(1 / 6)


def test_the_line_never_falls_when_more_errors_are_allowed(scored: pd.DataFrame) -> None:
    rows = delta_sensitivity(scored, LIMITS, PLAN)
    assert len(rows) == len(DELTAS) * len(LIMITS)
    for name in LIMITS:
        mine = [row for row in rows if row["size_class"] == name]
        assert [row["delta"] for row in mine] == sorted(DELTAS)
        assert [row["tested"] for row in mine] == sorted(row["tested"] for row in mine)
        cut_offs = [row["cut_off"] or 0.0 for row in mine]
        assert cut_offs == sorted(cut_offs)
