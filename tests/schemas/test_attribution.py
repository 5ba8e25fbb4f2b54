"""Whom a rejected row speaks of, and how many rows speak of nobody."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.attribution import attributed, subjects, unattributed
from schemas.check import validated
from schemas.conform import conform
from schemas.gaps import no_gaps
from schemas.tables import TABLES

DAY = pd.Timestamp("2024-06-30")
FIRM = {"founded_on": "2015-01-01"}
RECORD = {"kind": "overdue", "happened_on": "2023-01-01", "known_on": "2023-02-01"}


def known(*enterprises, applications=("1",)):
    ids = {"enterprise_id": enterprises, "application_id": applications}
    return {key: pd.Series(values, dtype="str") for key, values in ids.items()}


def gap(*ids, table="conduct"):
    key = "application_id" if table == "guarantees" else "enterprise_id"
    rows = pd.DataFrame({"table": table, key: list(ids), "rules": "a"})
    return pd.concat([no_gaps(), rows], ignore_index=True).astype(no_gaps().dtypes.to_dict())


def names(found):
    return found["enterprise_id"].tolist()


@pytest.mark.parametrize("theirs", ["Ｅ０１", "e01", " E01", "E01\u3000", "E01"])
def test_a_row_speaks_of_the_enterprise_whose_identifier_is_written_alike(theirs):
    found = attributed(gap(theirs), known("E01", "E02"))
    assert names(found) == ["E01"]
    assert unattributed(found, known("E01", "E02")) == {}


def test_the_fold_works_on_the_side_of_the_enterprise_too():
    assert names(attributed(gap("E01", "620"), known("ｅ０１", "000620"))) == ["ｅ０１", "000620"]


def test_an_exact_identifier_speaks_of_nobody_else():
    assert names(attributed(gap("e01"), known("E01", "e01"))) == ["e01"]
    assert names(attributed(gap("620"), known("0620", "620"))) == ["620"]


def test_a_row_that_may_speak_of_two_counts_for_both():
    assert sorted(names(attributed(gap("Ｅ０１"), known("E01", "e01")))) == ["E01", "e01"]


def test_rows_of_nobody_stay_and_are_counted_by_table():
    rows = pd.concat([gap("E09", None, "\u200b", "E01"), gap("9", table="guarantees")], ignore_index=True)
    found = attributed(rows, known("E01"))
    assert len(found) == 5
    assert unattributed(found, known("E01")) == {"guarantees": 1, "conduct": 3}


def test_a_guarantee_speaks_of_its_application():
    found = attributed(gap("０１", table="guarantees"), known("01", applications=("1", "2")))
    assert found["application_id"].tolist() == ["1"]


def test_no_rows_and_nobody_are_no_trouble():
    assert attributed(no_gaps(), known("E01")).empty
    assert names(attributed(gap("E01"), known())) == ["E01"]


WRITTEN = st.lists(st.text("aA１1 0.\u3000", min_size=1, max_size=4), min_size=0, max_size=6)


@given(rows=WRITTEN, enterprises=st.lists(st.text("aA１1 0.", min_size=1, max_size=4), max_size=6, unique=True))
def test_no_row_is_lost_and_every_row_is_attributed_or_counted(rows, enterprises):
    found = attributed(gap(*rows), known(*enterprises))
    lost = unattributed(found, known(*enterprises)).get("conduct", 0)
    assert lost + found["enterprise_id"].isin(enterprises).sum() == len(found) >= len(rows)
    again = attributed(found, known(*enterprises))
    pd.testing.assert_frame_equal(again, found)


def checked(**tables):
    frames = {name: conform(pd.DataFrame(rows), TABLES[name]) for name, rows in tables.items()}
    return validated(frames, DAY)


def test_enterprises_and_applications_that_were_rejected_are_known_too():
    applied = {"as_of": "2024-01-01", "amount": 1.0, "exposure": 1.0}
    result = checked(
        enterprises=[{"enterprise_id": "E1", **FIRM}, {"enterprise_id": "E2", "founded_on": "2190-01-01"}],
        applications=[
            {"application_id": "1", "enterprise_id": "E1", **applied},
            {"application_id": "2", "enterprise_id": "E3", **applied},
        ],
    )
    found = subjects(result)
    assert sorted(found["enterprise_id"]) == ["E1", "E2", "E3"]
    assert sorted(found["application_id"]) == ["1", "2"]


def test_a_record_under_an_identifier_of_another_width_is_rejected_and_never_kept():
    result = checked(
        enterprises=[{"enterprise_id": "E1", **FIRM}],
        applications=[
            {"application_id": "1", "enterprise_id": "E1", "as_of": "2024-01-01", "amount": 1, "exposure": 1}
        ],
        conduct=[{"enterprise_id": "Ｅ１", "record_id": "r", **RECORD}],
        guarantees=[{"application_id": "０1", "guarantor_kind": "owner", "known_on": "2023-01-01"}],
    )
    assert result.tables["conduct"].empty
    assert result.rejects["conduct"]["rules"].tolist() == [["enterprise_id_in_enterprises"]]
    assert result.rejects["guarantees"]["rules"].tolist() == [["application_id_in_applications"]]
