import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit

from decisions.swap_ins import LARGEST, swap_ins


def test_gamma_is_where_the_book_just_meets_the_tolerance() -> None:
    pd_, exposure = np.array([0.02, 0.04]), np.array([10.0, 10.0])
    found = swap_ins(0.03, 80.0, pd_, exposure, 0.045)
    assert found.share == pytest.approx(0.2)
    assert found.gamma is not None
    worse = np.average(expit(logit(pd_) + np.log(found.gamma)), weights=exposure)
    assert 0.8 * 0.03 + 0.2 * worse == pytest.approx(0.045)


def test_the_ratio_is_told_for_some_multipliers_of_the_odds() -> None:
    # Half of the book at 3 %, half with odds of 1 to 49: at twice the odds 2 / 51 of it defaults.
    found = swap_ins(0.03, 10.0, np.array([0.02]), np.array([10.0]), 0.045)
    assert dict(found.ratios) == pytest.approx(
        {1.0: 0.025, 1.5: 0.03 / 2 + 1.5 / 101, 2.0: 0.015 + 1 / 51, 3.0: 0.015 + 1.5 / 52}
    )
    assert swap_ins(0.03, 80.0, np.array([]), np.array([]), 0.045).ratios == ()


def test_no_swap_ins_leave_the_book_as_it_is() -> None:
    found = swap_ins(0.03, 80.0, np.array([]), np.array([]), 0.045)
    assert (found.applications, found.share, found.gamma) == (0, 0.0, LARGEST)


def test_a_book_that_misses_its_tolerance_with_them_as_scored_has_no_gamma() -> None:
    assert swap_ins(0.03, 10.0, np.array([0.2]), np.array([90.0]), 0.045).gamma is None


def test_a_small_share_can_default_as_a_whole() -> None:
    found = swap_ins(0.03, 990.0, np.array([0.02]), np.array([10.0]), 0.045)
    assert found.gamma == LARGEST
    assert found.manski_share == pytest.approx(0.015 / 0.97)


@given(st.floats(0.001, 0.04), st.floats(0.005, 0.04), st.floats(5, 50))
def test_more_swap_ins_never_allow_a_larger_gamma(ratio: float, p: float, exposure: float) -> None:
    def gamma(amount: float) -> float:
        found = swap_ins(ratio, 100.0, np.array([p]), np.array([amount]), 0.045).gamma
        return 0.0 if found is None else found

    assert gamma(2 * exposure) <= gamma(exposure) + 1e-6
