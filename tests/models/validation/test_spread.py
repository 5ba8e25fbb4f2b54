import numpy as np
import pandas as pd
import pytest

from models.validation.spread import reasons_kept, relative_change, spread


def listed(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["application_id", "side", "family"])


def test_the_change_of_a_pd_is_relative_to_the_first_fit() -> None:
    change = relative_change(pd.Series([0.10, 0.20, 0.40]), pd.Series([0.11, 0.20, 0.20]))
    assert change.median == pytest.approx(0.1)
    assert change.p95 == pytest.approx(0.1 + 0.9 * 0.4)


def test_an_application_without_a_pd_has_no_change() -> None:
    first, second = pd.Series([np.nan, 0.2, 0.0, 0.1]), pd.Series([0.1, np.nan, 0.1, 0.05])
    assert relative_change(first, second) == pytest.approx((0.5, 0.5))
    assert np.isnan(relative_change(first[:0], second[:0]).median)


def test_a_reason_on_the_other_side_is_not_kept_and_its_rank_does_not_matter() -> None:
    first = listed(("a", "for", "x"), ("a", "for", "y"), ("a", "against", "z"), ("b", "for", "x"))
    second = listed(
        ("a", "other", "z"),
        ("a", "for", "y"),
        ("a", "for", "x"),
        ("a", "for", "z"),
        ("b", "against", "x"),
        ("c", "for", "x"),
    )
    assert reasons_kept(first, second).to_dict() == {"a": pytest.approx(2 / 3), "b": 0.0}


def test_two_equal_fits_have_no_spread_and_a_changed_decision_counts_once() -> None:
    told = listed(("a", "for", "x"), ("b", "for", "x"))
    beside = pd.DataFrame({"application_id": ["a", "b"], "pd": [0.1, 0.2], "decision": ["approve", "refer"]})
    same = spread(beside.assign(pd_again=beside["pd"], decision_again=beside["decision"]), told, told)
    assert same == (2, 0.0, 0.0, 0.0, 1.0)
    other = spread(beside.assign(pd_again=beside["pd"], decision_again="refer"), told, told)
    assert other.decisions_changed == 0.5
