"""A missing value is told apart: rejected, not delivered, not applicable, or unknown."""

import numpy as np
import pandas as pd
import pytest

from features.catalogue import by_name, compute
from features.states import not_applicable, state

PATENTS = {"class_1_valid": 0.0, "class_1_self_developed": 0.0, "valid_rights": 0.0}


def test_a_share_of_nothing_is_not_applicable_and_one_of_an_unknown_number_is_unknown():
    catalogue = [by_name()["class_1_share"], by_name()["leverage"]]
    known = pd.DataFrame(
        {
            "class_1_valid": [0.0, np.nan, 1.0],
            "valid_rights": [0.0, np.nan, 2.0],
            "liabilities": [1.0, np.nan, 1.0],
            "assets": [0.0, 5.0, 2.0],
        }
    )
    table = compute(known, catalogue)
    assert not_applicable(known, table, catalogue).tolist() == ["class_1_share,leverage", "", ""]


@pytest.mark.parametrize(
    ("gap", "absent", "inapplicable", "expected"),
    [
        ("statements (unique_key); conduct (a)", [], [], "rejected"),
        ("statements (unique_key)", ["statements"], ["leverage"], "rejected"),
        ("conduct (a)", [], [], "unknown"),
        ("statements (no_row)", [], [], "unknown"),
        ("statements (no_row)", ["statements"], [], "not_delivered"),
        ("statements (not_delivered)", ["statements"], ["leverage"], "not_delivered"),
        ("", ["patents"], ["leverage"], "not_applicable"),
        ("", ["patents"], ["quick_ratio"], "unknown"),
    ],
)
def test_the_first_reason_that_holds_is_told(gap, absent, inapplicable, expected):
    assert state(by_name()["leverage"], gap, absent, inapplicable) == expected
