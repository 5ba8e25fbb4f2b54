"""Grades: rates that rise, moves that thin out; the ECB's formulas by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr
from scipy.stats import fisher_exact

from models.validation.grade_scale import migration_matrix, migration_p, migration_z, neighbours
from models.validation.stability import concentration_p, herfindahl, migration

MOVES = [[80, 15, 5], [10, 70, 20], [2, 18, 80]]


def test_neighbours_are_fishers_exact_test_of_both_sides() -> None:
    (found,) = neighbours([12, 4], [200, 150])
    table = [[4, 146], [12, 188]]
    assert found.falls == pytest.approx(fisher_exact(table, alternative="less").pvalue)
    assert found.rises == pytest.approx(fisher_exact(table, alternative="greater").pvalue)


def test_rates_in_the_wrong_order_are_found_and_empty_grades_passed_over() -> None:
    found = neighbours([2, 0, 60, 20], [1000, 0, 1000, 1000])
    assert len(found) == 2
    assert found[0].rises < 1e-6
    assert found[1].falls < 1e-5


def test_counts_that_cannot_be_are_told() -> None:
    with pytest.raises(ValueError, match="wanted 0 <= defaults <= loans in every grade"):
        neighbours([3], [2])


def test_a_migration_matrix_counts_pairs_in_the_order_of_the_scale() -> None:
    found = migration_matrix(
        pd.Series(["G1", "G2", "G2", "G1"]), pd.Series(["G2", "G2", "G1", "G2"]), ["G1", "G2", "G3"]
    )
    assert found.tolist() == [[0, 2, 0], [1, 1, 0], [0, 0, 0]]
    assert migration(MOVES) == pytest.approx((0.75, 0.64))


def test_z_of_migration_by_hand() -> None:
    z = migration_z(MOVES)
    # Row 3, column 1 (below the diagonal): .02 against .18 one step nearer.
    assert z[2, 0] == pytest.approx((0.18 - 0.02) / np.sqrt((0.02 * 0.98 + 0.18 * 0.82 + 2 * 0.02 * 0.18) / 100))
    # Row 1, column 3 (above): .05 against .15.
    assert z[0, 2] == pytest.approx((0.15 - 0.05) / np.sqrt((0.05 * 0.95 + 0.15 * 0.85 + 2 * 0.05 * 0.15) / 100))
    assert np.isnan(np.diag(z)).all()
    assert migration_p(z)[2, 0] == pytest.approx(float(ndtr(z[2, 0])))


def test_moves_that_jump_over_the_next_grade_have_a_small_p_value() -> None:
    assert migration_p(migration_z([[60, 5, 35], [0, 100, 0], [0, 0, 100]]))[0, 2] < 0.001
    with pytest.raises(ValueError, match="wanted a square matrix of counts"):
        migration_z([[1, 2]])


def test_the_index_of_concentration_of_the_standard() -> None:
    before, after = herfindahl([5, 10, 20, 30, 20, 10, 5]), herfindahl([3, 7, 20, 40, 20, 7, 3])
    assert (before.variation, before.index) == pytest.approx((0.604152, 0.159902), abs=1e-6)
    assert (after.variation, after.index) == pytest.approx((0.872467, 0.290864), abs=1e-6)
    assert concentration_p(before, after, 7) == pytest.approx(0.251180, abs=1e-6)
