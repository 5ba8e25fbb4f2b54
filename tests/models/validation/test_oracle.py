"""Our statistics beside an independent implementation of the same standards (riskvalidation, MIT licence)."""

import numpy as np
import pytest
from riskvalidation.validation import calibration, discrimination, rating_system, stability

from models.validation.auc_changes import auc_fall_p
from models.validation.calibration_tests import jeffreys_p, spiegelhalter
from models.validation.discrimination import auc, auc_difference, deterioration_p
from models.validation.grade_scale import migration_p, migration_z
from models.validation.movement import psi_p
from models.validation.murphy import murphy
from models.validation.stability import concentration_p, herfindahl, migration
from models.validation.year_effects import correlated_binomial_p, normal_test

MOVES = [[80, 15, 5], [10, 70, 20], [2, 18, 80]]
PDS = [0.002, 0.004, 0.009, 0.02, 0.05, 0.1, 0.2]
LOANS, DEFAULTS = [150, 300, 400, 300, 200, 100, 50], [0, 2, 3, 9, 8, 14, 13]


@pytest.fixture(scope="module")
def loans() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcomes with their true PDs, and another score of the same loans."""
    draw = np.random.default_rng(4)
    pds = draw.beta(1, 15, 800).clip(1e-4)
    return (draw.random(800) < pds).astype(int), pds, pds * draw.lognormal(0, 0.5, 800)


def test_jeffreys_of_grades_and_portfolio() -> None:
    theirs = calibration.pd_jeffreys_grades(LOANS, DEFAULTS, PDS)
    ours = [jeffreys_p(d, n, p) for d, n, p in zip(DEFAULTS, LOANS, PDS, strict=True)]
    assert [each.p_value for each in theirs[:7]] == pytest.approx(ours)
    whole = jeffreys_p(sum(DEFAULTS), sum(LOANS), float(np.average(PDS, weights=LOANS)))
    assert theirs[7].p_value == pytest.approx(whole)


@pytest.mark.parametrize("rho", [0.01, 0.05, 0.2])
def test_the_correlated_binomial(rho: float) -> None:
    theirs = calibration.pd_binomial_vasicek(1000, 18, 0.01, rho)
    assert theirs.p_value == pytest.approx(correlated_binomial_p(18, 1000, 0.01, rho), rel=1e-6)


def test_the_multi_year_normal_test() -> None:
    pds, rates = [0.010, 0.012, 0.011, 0.013, 0.012], [0.012, 0.015, 0.009, 0.017, 0.016]
    assert calibration.pd_normal_multiperiod(rates, pds).p_value == pytest.approx(normal_test(pds, rates).p_value)


def test_spiegelhalter_is_theirs_on_both_sides(loans: tuple[np.ndarray, ...]) -> None:
    bad, pds, _ = loans
    theirs = calibration.pd_spiegelhalter(bad.tolist(), pds.tolist())
    ours = spiegelhalter(bad, pds)
    assert min(theirs.p_value, 1 - theirs.p_value) == pytest.approx(ours.p_value / 2)


def test_the_brier_score_by_grades() -> None:
    pds = np.repeat(PDS, LOANS)
    bad = np.concatenate([np.arange(n) < d for n, d in zip(LOANS, DEFAULTS, strict=True)]).astype(int)
    groups = np.repeat([f"G{number}" for number in range(7)], LOANS)
    theirs = calibration.pd_brier(bad.tolist(), pds.tolist(), groups=groups.tolist())
    ours = murphy(bad, pds, bins=1500)  # every PD a bin of its own
    assert ours.within == pytest.approx(0)
    extras = theirs.extras
    assert (extras["reliability"], extras["resolution"], extras["uncertainty"]) == pytest.approx(ours[1:4])


def test_delong_and_the_change_since_development(loans: tuple[np.ndarray, ...]) -> None:
    bad, first, second = loans
    theirs = discrimination.disc_delong(first.tolist(), second.tolist(), bad.tolist())
    assert theirs.p_value == pytest.approx(auc_difference(bad, first, second).p_value)
    initial, current = auc(bad[:500], first[:500]), auc(bad, second)
    ecb = discrimination.disc_auc_vs_initial(initial.auc, second.tolist(), bad.tolist())
    both = discrimination.disc_auc_vs_initial(
        initial.auc, second.tolist(), bad.tolist(), auc_initial_variance=initial.standard_error**2
    )
    assert ecb.p_value == pytest.approx(deterioration_p(initial.auc, current))
    assert both.p_value == pytest.approx(auc_fall_p(initial, current))


def test_the_stability_index_beside_chance() -> None:
    before, after = [100, 200, 300, 250, 150], [130, 190, 260, 240, 180]
    e, a = np.array(before) / 1000, np.array(after) / 1000
    value = float(((a - e) * np.log(a / e)).sum())
    theirs = stability.stability_psi(before, after)
    assert theirs.p_value == pytest.approx(psi_p(value, 1000, 1000, 5))


def test_concentration_and_migration() -> None:
    before, after = [5, 10, 20, 30, 20, 10, 5], [3, 7, 20, 40, 20, 7, 3]
    theirs = rating_system.rating_hhi(after, before)
    assert theirs.p_value == pytest.approx(concentration_p(herfindahl(before), herfindahl(after), 7))
    bandwidths = rating_system.rating_mwb(MOVES).extras
    assert (bandwidths["mwb_upper"], bandwidths["mwb_lower"]) == pytest.approx(migration(MOVES))
    p = migration_p(migration_z(MOVES))
    cells = rating_system.rating_migration_ztests(MOVES).extras["cells"]
    assert [cell["p"] for cell in cells] == pytest.approx([p[cell["from"] - 1, cell["to"] - 1] for cell in cells])
    assert len(cells) == 6
