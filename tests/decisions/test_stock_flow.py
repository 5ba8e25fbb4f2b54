import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.stock_flow import (
    beside_legacy,
    flow_tolerance,
    level,
    macro_margin,
    ramp_up,
    read_stock_flow,
    resolution_factor,
)
from policy.errors import MendableError
from policy.loader import PolicyError

DAY = date(2025, 12, 31)


# Allowed 12-month flow [%] after a mean stay in NPL of half a year, 1, 1.5, 2 and 3 years, by NPL ratio and growth.
STAYS = (0.5, 1.0, 1.5, 2.0, 3.0)
ALLOWED = {
    (0.030, 0.0): (6.0, 3.0, 2.0, 1.5, 1.0),
    (0.030, 0.1): (6.3, 3.3, 2.3, 1.8, 1.3),
    (0.045, 0.0): (9.0, 4.6, 3.1, 2.3, 1.6),
    (0.045, 0.1): (9.4, 5.1, 3.5, 2.8, 2.0),
    (0.045, 0.2): (9.8, 5.5, 4.0, 3.2, 2.5),
    (0.060, 0.0): (12.0, 6.2, 4.2, 3.1, 2.1),
    (0.060, 0.1): (12.5, 6.8, 4.8, 3.8, 2.7),
}


@pytest.mark.parametrize(("npl", "growth"), list(ALLOWED))
def test_the_flow_that_an_npl_ratio_allows(npl, growth):
    percent = [100 * flow_tolerance(npl, resolution_factor(years, growth)) for years in STAYS]
    assert percent == pytest.approx(ALLOWED[npl, growth], abs=0.051)


@given(st.floats(0.001, 0.3), st.floats(0.2, 5.0), st.floats(0.0, 0.3))
def test_a_steady_book_at_the_allowed_flow_stands_exactly_at_the_ratio(npl, years, growth):
    kappa = resolution_factor(years, growth)
    hazard = -math.log1p(-flow_tolerance(npl, kappa))
    assert hazard * kappa / (1 + hazard * kappa) == pytest.approx(npl, rel=1e-9)


def test_the_margin_for_year_effects_by_hand():
    # rho 5 %, one year: root(.05 x 2 / .95) = .32444; Phi^-1(.045) = -1.69540; z_.9 = 1.28155; Phi(-2.11119) = .017379
    assert macro_margin(0.045, 0.05, 1, 0.10) == pytest.approx(0.017379, abs=2e-6)


def test_without_correlation_there_is_no_margin():
    assert macro_margin(0.045, 0.0, 3, 0.05) == pytest.approx(0.045, rel=1e-12)


@given(st.floats(0.01, 0.2), st.floats(0.005, 0.2), st.integers(1, 20), st.floats(0.01, 0.3))
def test_the_margin_grows_with_correlation_and_shrinks_with_years(tolerance, rho, years, delta):
    tightened = macro_margin(tolerance, rho, years, delta)
    assert tightened < tolerance
    assert macro_margin(tolerance, 1.2 * rho, years, delta) < tightened
    assert macro_margin(tolerance, rho, years + 1, delta) > tightened


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: flow_tolerance(1.0, 1.0),
            "wanted an NPL ratio between 0 and 1 and kappa above 0 years; got 1.0 and 1.0",
        ),
        (lambda: flow_tolerance(0.04, 0.0), "kappa above 0 years; got 0.04 and 0.0"),
        (lambda: resolution_factor(0.0, 0.1), "wanted a positive stay in NPL .* got 0.0 years"),
        (lambda: resolution_factor(2.0, -0.5), "growth above minus one over the stay; got 2.0 years, growth -0.5"),
        (lambda: macro_margin(0.04, 1.0, 1, 0.1), "rho from 0 to below 1 and years above 0; got 0.04, 0.1, 1.0, 1"),
        (lambda: macro_margin(0.04, 0.1, 0, 0.1), "years above 0"),
    ],
)
def test_what_has_no_tolerance_is_refused_with_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_the_steps_from_an_npl_ratio_to_the_tested_level_by_hand():
    # kappa 1 / (.1 + 1) = .90909; D = .045 / (.955 x .90909) = .051832; 1 - exp(-D) = .050512;
    # rho 2 %, one year: root(.02 x 2 / .98) = .202031; Phi(-1.63992 - 1.28155 x .202031) = Phi(-1.89883)
    found = level(0.045, read_stock_flow("simulated_bank", DAY), 1, 0.10)
    assert (found.npl, found.new_loans) == (0.045, 0.045)
    assert found.flow == pytest.approx(0.050512, abs=1e-6)
    assert found.tested == pytest.approx(0.028794, abs=1e-6)


def test_final_losses_are_compared_with_the_ratio_as_it_stands():
    found = level(0.116, read_stock_flow("sba_study", date(2024, 12, 31)), 1, 0.10)
    assert found.flow == found.new_loans == found.npl == 0.116
    assert found.tested == pytest.approx(macro_margin(0.116, 0.23, 1, 0.10), rel=1e-7)


def test_a_legacy_book_above_the_tolerance_leaves_less_for_new_loans():
    assert beside_legacy(0.045, 0.4, 0.06) == pytest.approx((0.045 - 0.4 * 0.06) / 0.6)
    assert beside_legacy(0.045, 0.0, 0.5) == 0.045
    with pytest.raises(MendableError, match=r"80% of the balances at an NPL ratio of 6.00%, leave no NPL ratio"):
        beside_legacy(0.045, 0.8, 0.06)


@given(st.floats(0.0, 0.9), st.floats(0.0, 0.04))
def test_both_books_together_stand_at_the_tolerance(share, legacy):
    left = beside_legacy(0.045, share, legacy)
    assert share * legacy + (1 - share) * left == pytest.approx(0.045)


def test_a_young_programme_looks_good():
    # One-year loans, 4.6 % a year, 1.5 years among the NPL: ratio over that of the long run, at growth 0 and 30 %.
    after = [0.5, 1, 2, 3, 5]
    assert ramp_up(0.046, (1.5, 0.0), after) == pytest.approx([0.16, 0.28, 0.64, 0.82, 0.95], abs=0.005)
    assert ramp_up(0.046, (1.5, 0.3), after) == pytest.approx([0.22, 0.39, 0.77, 0.91, 0.99], abs=0.005)


@given(st.floats(0.005, 0.2), st.floats(0.05, 4.0), st.floats(0.0, 0.3))
def test_the_ratio_of_a_programme_rises_to_its_long_run(flow, stay, growth):
    path = ramp_up(flow, (stay, growth), np.arange(1, 60))
    assert (np.diff(path) > -1e-9).all()
    assert path[-1] == pytest.approx(1, abs=0.01)


STOCK_FLOW = """bank:
  meaning: {{en: s, zh: 存}}
  unit: fractions
  source: minute 3
  flag: B
  values: {{2024-01-01: {value}}}
"""


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("{counts: new_defaults, rho: 0.02}", "policy/stock_flow.yaml, bank: wanted the keys counts, resolution_years"),
        ("{counts: stock}", "wanted the keys counts"),
        ("3", "wanted the keys counts"),
        (
            "{counts: final_losses, rho: 1.0, legacy_share: 0, legacy_npl: 0}",
            "bank, rho: wanted a number from 0 to 0.9; got 1.0",
        ),
        (
            "{counts: new_defaults, resolution_years: 0, lending_growth: 0, rho: 0, legacy_share: 0, legacy_npl: 0}",
            "bank, resolution_years: wanted a number from 0.05 to 10; got 0",
        ),
    ],
)
def test_inputs_that_are_none_are_refused(tmp_path: Path, value: str, sentence: str) -> None:
    (tmp_path / "stock_flow.yaml").write_text(STOCK_FLOW.format(value=value), encoding="utf8")
    with pytest.raises(MendableError, match=sentence):
        read_stock_flow("bank", DAY, tmp_path)


def test_before_the_first_day_in_force_there_are_no_inputs():
    with pytest.raises(PolicyError, match="wanted a value in force on 2023-01-01"):
        read_stock_flow("simulated_bank", date(2023, 1, 1))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("lending_growth", "10"),
        ("resolution_years", "'1.0e9'"),
        ("resolution_years", "null"),
        ("rho", "no"),
        ("rho", "2"),
    ],
)
def test_a_slip_of_units_or_of_type_is_refused(tmp_path: Path, key: str, value: str) -> None:
    whole = {"counts": "new_defaults", "resolution_years": 1, "lending_growth": 0.1, "rho": 0.02}
    whole |= {"legacy_share": 0, "legacy_npl": 0, key: value}
    text = "{" + ", ".join(f"{name}: {known}" for name, known in whole.items()) + "}"
    (tmp_path / "stock_flow.yaml").write_text(STOCK_FLOW.format(value=text), encoding="utf8")
    with pytest.raises(PolicyError, match=f"bank, {key}: wanted a number from"):
        read_stock_flow("bank", DAY, tmp_path)


def test_a_delta_that_turns_the_margin_round_is_refused():
    with pytest.raises(MendableError, match="wanted a level tested of at most the ratio allowed"):
        level(0.045, read_stock_flow("simulated_bank", DAY), 1, 0.9)


@given(st.floats(0.002, 0.3))
def test_without_correlation_the_level_tested_is_the_ratio_allowed(npl):
    inputs = replace(read_stock_flow("sba_study", date(2024, 12, 31)), rho=0.0)
    found = level(npl, inputs, 1, 0.10)
    assert found.tested == pytest.approx(found.flow, rel=1e-7)
