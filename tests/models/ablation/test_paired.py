import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ablation.paired import Group, measured, resampled
from models.validation.discrimination import auc


def group(
    defaulted: list[float], exposure: list[float] | None = None, counts: list[list[float]] | None = None
) -> Group:
    n = len(defaulted)
    return Group(
        np.array(defaulted),
        np.ones(n),
        np.array(exposure or [1.0] * n),
        np.array(["micro"] * n, dtype=object),
        np.array(counts or [[1.0] * n]),
    )


def test_loans_are_approved_in_order_of_pd_as_far_as_the_ratio_stays_within_the_tolerance() -> None:
    loans = group([0, 0, 1, 0, 1], exposure=[100, 50, 10, 40, 200])
    found = measured(loans, np.array([-4.0, -3.0, -2.0, -1.0, 0.0]), {"micro": 0.05})
    # After the third loan 10 of 160 is bad, 6.25 %; after the fourth 10 of 200, 5 %.
    assert found["approved"][0] == pytest.approx(200 / 400)
    assert measured(loans, np.array([-4.0, -3.0, -2.0, -1.0, 0.0]), {"micro": 0.04})["approved"][0] == 150 / 400


def test_a_class_without_a_tolerance_is_not_approved() -> None:
    assert measured(group([0, 0, 1]), np.array([-2.0, -1.0, 0.0]), {"large": 0.5})["approved"][0] == 0.0


def test_equal_scores_are_approved_together_or_not_at_all() -> None:
    found = measured(group([0, 0, 1]), np.array([-1.0, 0.0, 0.0]), {"micro": 0.3})
    assert found["approved"][0] == pytest.approx(1 / 3)


def test_a_resample_counts_a_loan_as_often_as_it_was_drawn() -> None:
    counts = [[1.0, 1.0, 1.0], [2.0, 0.0, 1.0], [3.0, 0.0, 0.0]]
    found = measured(group([0, 1, 1], counts=counts), np.array([-1.0, -2.0, 1.0]), {"micro": 0.5})
    assert found["auc"].tolist()[:2] == [0.5, 1.0]
    assert np.isnan(found["auc"][2])
    loss = np.log1p(np.exp([-1.0, 2.0, -1.0]))
    assert found["log_loss"] == pytest.approx([loss.mean(), (2 * loss[0] + loss[2]) / 3, loss[0]])


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(1, 4)), min_size=2, max_size=40))
def test_the_auc_is_that_of_the_midrank_formula(rows: list[tuple[bool, int, int]]) -> None:
    defaulted, score, weight = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    if 0 < defaulted.sum() < len(rows):
        loans = Group(defaulted, weight, weight, np.array(["micro"] * len(rows)), np.ones((1, len(rows))))
        assert measured(loans, score, {})["auc"][0] == pytest.approx(auc(defaulted, score, weight).auc)


def test_resamples_keep_an_enterprise_whole_and_draw_as_many() -> None:
    enterprise = np.array(["a", "b", "a", "c", "b"], dtype=object)
    counts = resampled(enterprise, 30, seed=1)
    assert counts.shape == (31, 5)
    assert (counts[0] == 1).all()
    assert (counts[:, 0] == counts[:, 2]).all()
    assert (counts[1:, [0, 1, 3]].sum(axis=1) == 3).all()
    assert (resampled(enterprise, 30, seed=1) == counts).all()
