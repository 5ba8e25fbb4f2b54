import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from features.catalogue import CATALOGUE, COMPUTED, CatalogueError, by_name, compute, entries
from features.declarations import DOMAINS, IDENTITY, Feature
from features.domains.finance import leverage
from features.queries import QUERIES, quantity_names
from features.version import version
from schemas.declarations import Text
from schemas.tables import TABLES


def test_the_catalogue_has_eighty_features_and_more_in_all_nine_domains():
    assert len(COMPUTED) >= 80
    assert {feature.domain for feature in CATALOGUE} == set(DOMAINS)


def test_names_are_unique_and_no_feature_hides_an_identity_column():
    names = [feature.name for feature in CATALOGUE]
    assert len(names) == len(set(names))
    assert not set(names) & set(IDENTITY)


def test_every_quantity_comes_from_one_query_and_every_feature_takes_known_quantities():
    names = quantity_names()
    assert len(names) == len(set(names))
    for feature in CATALOGUE:
        assert set(feature.inputs) <= set(names), feature.name


def test_queries_read_declared_tables_and_take_dates_and_texts_from_their_columns():
    for query in QUERIES:
        assert set(query.tables) <= set(TABLES)
        assert {*query.dates, *query.texts} <= set(query.columns)


@pytest.mark.parametrize("feature", COMPUTED, ids=lambda f: f.name)
def test_an_entry_says_what_a_reader_needs(feature):
    assert re.search(r"\[[^\]]+\]", feature.definition), "the definition names its unit"
    assert feature.label.en
    assert re.search(r"[\u4e00-\u9fff]", feature.label.zh)
    assert feature.unit
    assert feature.source
    if feature.low is not None and feature.high is not None:
        assert feature.low < feature.high


def test_labels_are_unique_in_both_languages():
    for language in ("en", "zh"):
        labels = [getattr(feature.label, language) for feature in CATALOGUE]
        assert sorted({x for x in labels if labels.count(x) > 1}) == []


def test_rd_intensity_has_no_direction_because_survival_is_an_inverse_u_in_it():
    risks = {name: feature.risk for name, feature in by_name().items()}
    assert risks["rd_intensity"] is None
    assert (risks["leverage"], risks["current_ratio"], risks["runway_months"]) == ("rises", "falls", "falls")


def test_a_feature_of_a_quantity_that_is_not_there_is_an_error():
    with pytest.raises(CatalogueError, match=r"feature leverage: wanted quantity assets; none of the queries gives it"):
        compute(pd.DataFrame({"liabilities": [1.0]}), [by_name()["leverage"]])


def test_computing_gives_every_entry_in_order_and_ranks_stay_missing():
    frame = pd.DataFrame({name: [np.nan] for name in quantity_names()})
    frame = frame.astype(dict.fromkeys(("industry", "ownership", "listing", "stage", "size_class"), "str"))
    frame = frame.astype(
        dict.fromkeys([n for n in quantity_names() if n == "as_of" or n.endswith("_on")], "datetime64[us]")
    )
    found = compute(frame)
    assert list(found.columns) == [feature.name for feature in CATALOGUE]
    assert set(found.dtypes) == {np.dtype("float64")}
    assert found.isna().all().all()


def test_the_version_changes_with_a_direction_and_not_with_a_label():
    first = by_name()["leverage"]
    assert version([first]) == version([first])
    assert version([first]) != version([by_name()["current_ratio"]])
    assert len(version()) == 12


def test_entries_are_plain_data_with_inputs():
    entry = next(e for e in entries() if e["name"] == "leverage")
    assert entry["inputs"] == ["liabilities", "assets"]
    assert entry["label_zh"] == "资产负债率"


LENT: dict[str, Any] = {
    **{"domain": "financing", "family": "lenders", "unit": "lenders", "source": "s"},
    "label": Text("Lenders", "授信机构数"),
}


def test_a_feature_that_hands_on_a_quantity_is_declared_and_covered_by_the_version():
    lent = Feature.as_is("lenders", name="lender_count", definition="Lenders on the day [lenders].", **LENT)
    assert (lent.name, lent.inputs, lent.definition) == ("lender_count", ("lenders",), "Lenders on the day [lenders].")
    assert list(lent.values(pd.DataFrame({"lenders": [3, 0]}))) == [3.0, 0.0]
    assert lent.values(pd.DataFrame({"lenders": [3, 0]})).dtype == np.dtype("float64")
    other_words = Feature.as_is("lenders", name="lender_count", definition="Lenders a year ago [lenders].", **LENT)
    other_quantity = Feature.as_is("lines", name="lender_count", definition="Lenders on the day [lenders].", **LENT)
    assert len({version([feature]) for feature in (lent, other_words, other_quantity)}) == 3


def test_a_rank_is_defined_by_the_feature_it_ranks():
    rank = Feature.as_is("lenders", name="lender_count", definition="Lenders [lenders].", **LENT).as_rank()
    assert rank.name == "lender_count_peer_rank"
    assert rank.inputs == ("lenders",)
    assert rank.definition == "Rank of lender_count among peers of stage and industry in the year before [fraction]."


def test_what_is_said_of_a_feature_is_said_by_keyword():
    with pytest.raises(TypeError, match="positional"):
        Feature(leverage, "finance", Text("Leverage", "资产负债率"), "fraction", "statements")  # type: ignore[misc]
    with pytest.raises(TypeError, match="direction"):
        Feature(leverage, direction="rises", **LENT)
