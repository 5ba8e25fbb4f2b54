"""Normal quantiles of columns, hand-worked."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from models.challengers.normal_quantiles import normal_quantiles


def column(*values: float) -> pd.DataFrame:
    return pd.DataFrame({"a": values})


def test_values_get_the_quantile_of_the_middle_of_their_ranks() -> None:
    found = normal_quantiles(column(10, 20, 20, 1e9))(column(10, 20, 1e9))[:, 0]
    # ranks 1, 2-3, 4 of 4: middles 1/8, 4/8, 7/8
    assert found == pytest.approx(norm.ppf([0.125, 0.5, 0.875]))


def test_a_new_value_lies_between_its_neighbours_and_never_beyond_the_ends() -> None:
    quantiles = normal_quantiles(column(0, 10))
    low, middle, high = quantiles(column(-1e300, 5, 1e300))[:, 0]
    assert (low, high) == pytest.approx((norm.ppf(0.25), norm.ppf(0.75)))
    assert middle == pytest.approx(0.0)


def test_a_missing_value_is_the_median_and_so_is_a_column_without_values() -> None:
    assert normal_quantiles(column(1, 2, np.nan, 3))(column(np.nan))[0, 0] == 0.0
    assert normal_quantiles(column(np.nan, np.nan))(column(np.nan, 7))[:, 0].tolist() == [0.0, 0.0]
