import pandas as pd
import pytest


def contract(number, amount, signed_on="2021-01-15", buyer="b", known_on="2021-05-01"):
    row = {"contract_id": number, "amount": amount, "signed_on": signed_on, "counterparty_id": buyer}
    return row | {"known_on": known_on}


def test_turnover_of_the_last_year_and_of_the_year_before(known):
    rows = [
        contract("1", 100.10),
        contract("2", 50.05, "2020-07-01"),
        contract("3", 30.00, "2020-06-30"),
        contract("4", 20.00, "2019-07-01"),
        contract("5", 10.00, "2019-06-30"),
        contract("6", 5.00, "2018-06-30"),
        contract("7", 1000.00, known_on="2021-07-01"),
        contract("8", 1000.00, "2021-07-02", known_on="2021-06-01"),
    ]
    found = known(technology_contracts=rows)
    assert found["contract_turnover_1y"] == 150.15
    assert found["contract_turnover_year_before"] == 50
    assert found["contracts_3y"] == 5


def test_concentration_of_buyers_is_the_herfindahl_index(known):
    rows = [contract("1", 50.0, buyer="b"), contract("2", 25.0, buyer="c"), contract("3", 25.0, buyer="d")]
    found = known(technology_contracts=rows)
    assert found["buyer_hhi"] == pytest.approx(0.375, abs=1e-12)
    assert found["buyers_3y"] == 3


def test_without_contracts_turnover_is_zero_and_concentration_missing(known):
    found = known(technology_contracts=[])
    assert found["contract_turnover_1y"] == 0
    assert pd.isna(found["buyer_hhi"])


def test_contracts_without_an_amount_leave_the_turnover_missing(known):
    found = known(technology_contracts=[contract("1", None)])
    assert pd.isna(found["contract_turnover_1y"])
    assert found["contract_turnover_year_before"] == 0


def test_conversions_are_contracts_signed_and_related_rights_granted_in_36_months(known):
    rights = {"kind": "invention", "applied_on": "2015-01-01", "known_on": "2016-07-01"}
    rows = [
        {"patent_id": "1", "granted_on": "2018-07-01", "related": True},
        {"patent_id": "2", "granted_on": "2018-06-30", "related": True},
        {"patent_id": "3", "granted_on": "2021-07-01", "related": True},
        {"patent_id": "4", "granted_on": "2020-01-01", "related": False},
    ]
    contracts = [contract("1", 1.0, "2018-07-01"), contract("2", 1.0, "2018-06-30")]
    found = known(technology_contracts=contracts, patents=[rights | row for row in rows])
    assert found["conversions_3y"] == 2


def test_conversions_are_missing_where_one_of_their_tables_is(known):
    found = known(technology_contracts=[contract("1", 1.0)])
    assert pd.isna(found["conversions_3y"])
