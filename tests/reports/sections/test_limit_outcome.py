"""Tolerance and realised ratio, on ten applications added up by hand."""

import pytest

from reports.sections.limit_outcome import limit_outcomes, verdict


def test_the_realised_ratio_is_of_amounts_and_weighted(inputs):
    micro, small, medium, large, total = limit_outcomes(inputs)
    # micro approved: a (100 × 1) and b (100 × 2, defaulted); d was referred
    assert micro.realised == pytest.approx(200 / 300)
    assert micro.approved_share == pytest.approx(300 / 400)
    assert micro.verdict == "exceeded"
    # small approved: c (300 × 1) alone, paid
    assert small.realised == 0.0
    assert small.verdict == "met"
    assert medium.verdict == "not_certified"
    assert large.loans == 0
    assert large.approved_share is None
    assert total.realised == pytest.approx(200 / 600)
    assert total.ratio_of_all == pytest.approx(400 / 900)


def test_the_limit_is_the_tolerance_of_each_day_averaged_by_approved_amount(inputs, changed):
    """a (100), b (100, weight 2) and c (300) are approved, each under the tolerance of its own day."""
    dated = inputs.decisions.assign(tolerance=[0.10, 0.07, 0.04, 0.9, 0.9, 0.9])
    micro, small, *_, total = limit_outcomes(changed(decisions=dated))
    assert micro.tolerance == pytest.approx((100 * 0.10 + 200 * 0.07) / 300)
    assert small.tolerance == pytest.approx(0.04)
    assert total.tolerance == pytest.approx((100 * 0.10 + 200 * 0.07 + 300 * 0.04) / 600)


@pytest.mark.parametrize(
    ("certified", "tolerance", "realised", "expected"),
    [
        (True, 0.103, 0.103, "met"),
        (True, 0.103, 0.1031, "exceeded"),
        (True, 0.103, None, "nothing_approved"),
        (False, 0.083, 0.02, "not_certified"),
    ],
)
def test_a_limit_is_met_up_to_and_with_the_tolerance_itself(certified, tolerance, realised, expected):
    assert verdict(certified, tolerance, realised) == expected
