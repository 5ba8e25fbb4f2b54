from pathlib import Path

import pandas as pd
import pytest

from features.catalogue import CATALOGUE
from models.errors import ModelError
from models.fitting.feature_set import shape, unused_features, usable_features
from pipelines.loans import require_run


def test_features_are_grouped_by_domain_unless_never() -> None:
    names = ["leverage", "loan_amount", "quick_ratio"]
    assert shape(names, "never").groups is None
    assert shape(names, "always").groups == [["leverage", "quick_ratio"], ["loan_amount"]]
    assert shape(names, "within_one_error").directions == {"leverage": 1, "quick_ratio": -1, "loan_amount": 0}


def test_another_word_is_refused() -> None:
    with pytest.raises(ModelError, match="must be one of never, always, within_one_error; got True"):
        shape(["leverage"], True)


def test_features_without_two_values_are_told_apart() -> None:
    table = pd.DataFrame({f.name: [None, None, None] for f in CATALOGUE}, dtype="float64")
    table = table.assign(leverage=[1.0, 2.0, None], loan_amount=[5.0, 5.0, None])
    assert usable_features(table) == ["leverage"]
    unused = unused_features(table)
    assert unused["constant"] == ["loan_amount"]
    assert len(unused["missing"]) == len(CATALOGUE) - 2


def test_a_table_without_a_feature_of_the_catalogue_is_refused() -> None:
    table = pd.DataFrame({f.name: [1.0, 2.0] for f in CATALOGUE if f.name != "leverage"})
    for look in (usable_features, unused_features):
        with pytest.raises(ModelError, match="the feature table lacks leverage of the catalogue"):
            look(table)


def test_what_wants_a_run_says_how_to_make_it(tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    require_run(tmp_path / "there", tmp_path / "there", "sba")
    with pytest.raises(
        ModelError, match=r"wanted .*pool.json of a run of sba; there is none. First: techcredit run --so"
    ):
        require_run(tmp_path / "there", tmp_path / "pool.json", "sba")
