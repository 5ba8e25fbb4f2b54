"""The SBA sample: debentures of the 504 programme are left out by facts of the day of approval, and counted."""

from pathlib import Path

import pandas as pd
import pytest

from schemas.conform import conform
from schemas.tables import TABLES
from sources import sba
from sources.registry import SourceParams, source_data

SAMPLE = Path(__file__).parents[2] / "data" / "samples" / "sba"
FILE = SAMPLE / "sba_sample.parquet"


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    return pd.read_parquet(FILE)


@pytest.fixture(scope="module")
def found() -> dict[str, pd.DataFrame]:
    return sba.tables(FILE)


def loan(day: str, approved: float, guaranteed: float) -> pd.DataFrame:
    return pd.DataFrame({"approval_date": pd.to_datetime([day]), "gr_appv": [approved], "sba_appv": [guaranteed]})


@pytest.mark.parametrize(
    ("day", "approved", "guaranteed", "left_out"),
    [
        ("1999-05-04", 300_000.0, 300_000.0, True),
        ("1999-05-04", 300_000.0, 270_000.0, False),
        ("2009-06-14", 35_000.0, 35_000.0, True),
        ("2009-06-15", 35_000.0, 35_000.0, False),
        ("2010-09-30", 35_000.0, 35_000.0, False),
        ("2010-10-01", 35_000.0, 35_000.0, True),
        ("2010-01-01", 35_001.0, 35_001.0, True),
    ],
)
def test_a_loan_guaranteed_whole_is_left_out_unless_it_is_of_the_recovery_programme(
    day, approved, guaranteed, left_out
):
    assert sba.debenture(loan(day, approved, guaranteed)).tolist() == [left_out]


def test_the_rule_does_not_read_outcomes_or_terms(raw):
    known = raw[["approval_date", "gr_appv", "sba_appv"]]
    assert sba.debenture(known).equals(sba.debenture(raw))


def test_every_loan_of_the_sample_is_given_on_or_counted_as_left_out(raw, found):
    out = sba.left_out(FILE)
    assert out == {"cdc_504_debenture": 3_045}
    assert len(found["applications"]) + sum(out.values()) == len(raw) == 63_645
    assert source_data("sba", SAMPLE, SourceParams()).left_out == out


@pytest.mark.parametrize("name", ["enterprises", "headcount", "applications", "outcomes"])
def test_the_loans_left_out_are_in_no_table(raw, found, name):
    gone = set(raw.loc[sba.debenture(raw), "loan_nr_chk_dgt"].astype("int64").astype("str"))
    frame = conform(found[name], TABLES[name])
    assert not gone & set(frame[TABLES[name].key[0]])
    assert len(frame) == 60_600


@pytest.mark.parametrize(
    ("first", "last", "left_out", "failed_of_them", "kept", "failed_of_kept"),
    [
        (1900, 1989, 412, 1, 2_152, 1_543),
        (1990, 2003, 1_880, 1, 25_807, 7_795),
        (2004, 2004, 147, 0, 5_127, 2_718),
        (2005, 2005, 182, 0, 6_352, 4_128),
        (2006, 2008, 348, 0, 17_898, 13_571),
        (2009, 2014, 76, 0, 3_264, 1_323),
    ],
)
def test_the_table_of_the_readme_is_recomputed(raw, first, last, left_out, failed_of_them, kept, failed_of_kept):
    years = raw["approval_date"].dt.year.between(first, last)
    out = sba.debenture(raw)
    assert (int((years & out).sum()), int(raw.loc[years & out, "default"].sum())) == (left_out, failed_of_them)
    assert (int((years & ~out).sum()), int(raw.loc[years & ~out, "default"].sum())) == (kept, failed_of_kept)


def test_the_loans_of_the_recovery_programme_are_kept_and_have_real_outcomes(raw):
    recovery = (raw["sba_appv"] >= raw["gr_appv"]) & ~sba.debenture(raw)
    assert (int(recovery.sum()), int(raw.loc[recovery, "default"].sum())) == (237, 162)
