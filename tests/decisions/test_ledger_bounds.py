"""The bound of a certificate as an NPL ratio: by hand, and back from the level tested."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.ledger.bounds import npl_bound
from decisions.stock_flow import level, read_stock_flow
from policy.errors import MendableError
from tests.decisions.ledger_entries import JAN

NAMES = ("simulated_bank", "sba_study", "us_firms_study")


def test_the_npl_ratio_of_a_bound_by_hand():
    # Bad loans stay a year and lending stands still: kappa 1, D = -ln(.9825) = .0176549, D / (1 + D) = .0173486.
    assert npl_bound(0.0175, 1.0, 0.0, 1.0, 0.1) == pytest.approx(0.0173486, abs=5e-8)
    # rho 5 %, one year: root .32444, z .9 = 1.28155; Phi^-1(.017379) + .41579 = Phi^-1(.045).
    assert npl_bound(0.017379, None, 0.05, 1.0, 0.1) == pytest.approx(0.045, abs=5e-6)


@given(st.floats(0.005, 0.3), st.sampled_from(NAMES), st.floats(0.5, 10), st.floats(0.01, 0.5))
def test_a_bound_at_the_level_tested_is_the_tolerance(npl, name, years, delta):
    inputs = read_stock_flow(name, JAN)
    tested = level(npl, inputs, years, delta).tested
    assert npl_bound(tested, inputs.kappa, inputs.rho, years, delta) == pytest.approx(npl, rel=1e-5)


def test_a_bound_of_everything_stays_everything():
    assert npl_bound(1.0, 1.0, 0.02, 1.0, 0.1) == 1.0


@pytest.mark.parametrize(
    "wrong", [{"bound": 0.0}, {"bound": 1.1}, {"delta": 0.0}, {"rho": 1.0}, {"kappa": 0.0}, {"years": 0.0}]
)
def test_what_cannot_be_converted_is_refused(wrong):
    values = {"bound": 0.02, "kappa": 1.0, "rho": 0.02, "years": 1.0, "delta": 0.1} | wrong
    with pytest.raises(MendableError, match="wanted a bound above 0 and at most 1, delta between 0 and 1"):
        npl_bound(**values)
    with pytest.raises(MendableError):
        npl_bound(math.nan, 1.0, 0.02, 1.0, 0.1)
