"""The day each kind of row is known where the source gives none: that day and not a day earlier."""

import pandas as pd
import pytest

from schemas.conform import conform, known_from_lag
from schemas.tables import TABLES

CASES = [
    ("statements", {"period_end": "2020-12-31", "period": "annual"}, "2021-04-30"),
    ("statements", {"period_end": "2021-03-31", "period": "quarterly"}, "2021-04-30"),
    ("headcount", {"period_end": "2020-12-31"}, "2021-04-30"),
    ("patents", {"applied_on": "2020-01-15", "kind": "invention"}, "2021-07-15"),
    ("patents", {"applied_on": "2020-01-15", "kind": "invention", "published_on": "2020-09-01"}, "2020-09-01"),
    ("patents", {"applied_on": "2020-01-15", "kind": "invention", "published_on": "2022-09-01"}, "2021-07-15"),
    ("patents", {"applied_on": "2020-01-15", "kind": "utility"}, "2020-11-15"),
    ("patents", {"applied_on": "2020-01-15", "kind": "design"}, "2020-09-15"),
    ("patents", {"applied_on": "2020-01-15", "kind": "software"}, "2020-04-15"),
    ("patents", {"applied_on": "2020-01-15", "kind": "circuit_layout"}, "2020-07-15"),
    ("patents", {"applied_on": "2020-01-15", "kind": "plant_variety"}, "2021-07-15"),
    ("patents", {"applied_on": "2020-01-15", "kind": "new_drug"}, "2021-07-15"),
    ("patents", {"applied_on": "2020-01-15", "kind": "other_class_1"}, "2021-07-15"),
    ("technology_contracts", {"signed_on": "2020-01-15"}, "2020-04-15"),
    ("technology_contracts", {"signed_on": "2020-01-15", "registered_on": "2020-02-20"}, "2020-02-20"),
    ("qualifications", {"granted_on": "2020-01-15"}, "2020-01-15"),
    ("equity_rounds", {"closed_on": "2020-01-15"}, "2020-02-15"),
    ("equity_pledges", {"pledged_on": "2020-01-15"}, "2020-01-15"),
    ("borrowings", {"reported_on": "2020-01-31"}, "2020-02-29"),
    ("conduct", {"happened_on": "2020-01-15"}, "2020-02-15"),
]


@pytest.mark.parametrize(("name", "row", "known_on"), CASES)
def test_a_row_is_known_after_its_declared_lag_and_not_a_day_earlier(name, row, known_on):
    found = known_from_lag(pd.DataFrame([row]), TABLES[name].lag)[0]
    assert found == pd.Timestamp(known_on)


def test_every_declared_lag_and_every_exception_has_a_case():
    declared = {name for name, table in TABLES.items() if table.lag is not None}
    assert {name for name, _, _ in CASES} == declared
    for name in declared:
        lag = TABLES[name].lag
        if lag.by is not None:
            assert set(lag.overrides) <= {row[lag.by] for n, row, _ in CASES if n == name}
        assert lag.source


def test_a_day_given_by_the_source_stands_and_only_missing_ones_are_computed():
    rows = pd.DataFrame(
        {
            **{"enterprise_id": ["e", "e"], "period_end": ["2019-12-31", "2020-12-31"], "staff": [1, 2]},
            **{"known_on": ["2020-02-01", None]},
        }
    )
    found = conform(rows, TABLES["headcount"])["known_on"]
    assert found.tolist() == [pd.Timestamp("2020-02-01"), pd.Timestamp("2021-04-30")]
