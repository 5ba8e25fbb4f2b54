import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.certificate import Certificate
from decisions.decide import RULES, decide

CERTIFICATES = {
    "micro": Certificate("micro", True, 0.040, 0.045, 0.1, "certified"),
    "large": Certificate("large", False, None, 0.020, 0.1, "too_few_loans"),
}


def decided(pd_, size_class):
    """The one row of one application."""
    return decide(pd.Series([pd_]), pd.Series([size_class], dtype="str"), CERTIFICATES, 1.25).iloc[0]


@pytest.mark.parametrize(
    ("pd_", "size_class", "decision", "rule", "limit"),
    [
        (0.010, "micro", "approve", "within_cut_off", 0.04),
        (0.040, "micro", "approve", "within_cut_off", 0.04),
        (0.041, "micro", "refer", "within_refer_band", 0.05),
        (0.050, "micro", "refer", "within_refer_band", 0.05),
        (0.051, "micro", "decline", "above_refer_band", 0.05),
        (0.020, "large", "refer", "not_certified_within_tolerance", 0.02),
        (0.021, "large", "decline", "not_certified_above_tolerance", 0.02),
        (np.nan, "micro", "refer", "no_pd", np.nan),
        (np.nan, np.nan, "refer", "no_pd", np.nan),
        (0.010, "tiny", "refer", "unknown_size_class", np.nan),
        (0.010, np.nan, "refer", "unknown_size_class", np.nan),
    ],
)
def test_each_rule(pd_, size_class, decision, rule, limit):
    row = decided(pd_, size_class)
    assert (row["decision"], row["rule"]) == (decision, rule)
    assert row["limit"] == pytest.approx(limit, nan_ok=True)


@pytest.mark.parametrize(
    ("pd_", "size_class", "decision", "rule", "limit"),
    [
        (0.010, "micro", "refer", "data_gap", 0.05),
        (0.045, "micro", "refer", "data_gap", 0.05),
        (0.051, "micro", "decline", "above_refer_band", 0.05),
        (0.010, "large", "refer", "data_gap", 0.02),
        (0.021, "large", "decline", "not_certified_above_tolerance", 0.02),
        (np.nan, "micro", "refer", "no_pd", np.nan),
        (0.010, "tiny", "refer", "unknown_size_class", np.nan),
    ],
)
def test_with_a_data_gap_nothing_is_approved_and_what_is_declined_stays_declined(
    pd_, size_class, decision, rule, limit
):
    sizes = pd.Series([size_class], dtype="str")
    row = decide(pd.Series([pd_]), sizes, CERTIFICATES, 1.25, gap=pd.Series([True])).iloc[0]
    assert (row["decision"], row["rule"]) == (decision, rule)
    assert row["limit"] == pytest.approx(limit, nan_ok=True)
    without = decide(pd.Series([pd_]), sizes, CERTIFICATES, 1.25, gap=pd.Series([False])).iloc[0]
    assert without["rule"] == decided(pd_, size_class)["rule"]


def test_decisions_keep_the_index_and_every_rule_is_declared():
    index = pd.Index(["a", "b", "c"])
    found = decide(
        pd.Series([0.01, 0.2, np.nan], index), pd.Series(["micro", "large", "micro"], index), CERTIFICATES, 1.25
    )
    assert found.index.equals(index)
    assert found.columns.tolist() == ["decision", "rule", "limit"]
    assert set(found["rule"]) <= set(RULES)
    assert [RULES[rule] for rule in found["rule"]] == found["decision"].tolist()


def test_without_any_certificate_every_application_is_referred():
    found = decide(pd.Series([0.01, 0.5]), pd.Series(["micro", "large"]), {}, 1.25)
    assert found["decision"].tolist() == ["refer", "refer"]


def test_no_application_gives_no_decision():
    found = decide(pd.Series([], dtype="float64"), pd.Series([], dtype="str"), CERTIFICATES, 1.25)
    assert found.empty
    assert found.columns.tolist() == ["decision", "rule", "limit"]


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20), st.sampled_from(["micro", "large", "tiny"]))
def test_a_lower_pd_is_never_decided_worse(pds, size_class):
    ordered = pd.Series(sorted(pds))
    found = decide(ordered, pd.Series(size_class, index=ordered.index), CERTIFICATES, 1.25)
    rank = found["decision"].map({"approve": 0, "refer": 1, "decline": 2})
    assert rank.is_monotonic_increasing


@pytest.mark.parametrize(
    ("pd_", "size_class", "band", "sentence"),
    [
        (
            pd.Series([0.1]),
            pd.Series(["micro"]),
            0.9,
            "refer_band must be a multiple of the cut-off, at least 1; got 0.9",
        ),
        (pd.Series([0.1]), pd.Series(["micro"], index=[5]), 1.0, "their indexes differ"),
        (
            pd.Series([1.1], index=["x"]),
            pd.Series(["micro"], index=["x"]),
            1.0,
            "PD must be between 0 and 1; got 1.1 for application x",
        ),
    ],
)
def test_what_cannot_be_decided_is_refused_with_a_sentence(pd_, size_class, band, sentence):
    with pytest.raises(ValueError, match=sentence):
        decide(pd_, size_class, CERTIFICATES, band)
