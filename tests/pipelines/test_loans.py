import pytest

from pipelines.loans import shape
from pipelines.params import ParamsError


def test_features_are_grouped_by_domain_unless_never() -> None:
    names = ["leverage", "loan_amount", "quick_ratio"]
    assert shape(names, "never").groups is None
    assert shape(names, "always").groups == [["leverage", "quick_ratio"], ["loan_amount"]]
    assert shape(names, "within_one_error").directions == {"leverage": 1, "quick_ratio": -1, "loan_amount": 0}


def test_another_word_is_refused() -> None:
    with pytest.raises(ParamsError, match="must be one of never, always, within_one_error; got True"):
        shape(["leverage"], True)
