"""Figures that the docs state of the samples are those of the samples."""

import pandas as pd
import pytest

from sources import sba
from tests.docs.pages import DOCS, ROOT


@pytest.fixture(scope="module")
def loans() -> pd.DataFrame:
    """SBA loans with their outcomes, and the year of approval."""
    tables = sba.tables(ROOT / "data" / "samples" / "sba" / "sba_sample.parquet")
    joined = tables["applications"].merge(tables["outcomes"], on="application_id")
    return joined.assign(year=joined["as_of"].dt.year, bad=joined["defaulted"].astype(float) * joined["weight"])


def test_most_charge_offs_of_the_calibration_year_are_of_the_crisis(loans: pd.DataFrame) -> None:
    bad = loans[(loans["year"] == 2004) & (loans["bad"] > 0)]
    late = bad.loc[bad["defaulted_on"] >= "2007-07-01", "weight"].sum() / bad["weight"].sum()
    assert f"{late:.0%}" == "79%"
    assert "79 % of their charge-offs are dated July 2007 or later" in (DOCS / "accuracy.md").read_text(encoding="utf8")


def test_loans_of_2006_to_2008_were_charged_off_about_twice_as_often_as_those_of_2004(loans: pd.DataFrame) -> None:
    rates = loans.groupby("year")["bad"].sum() / loans.groupby("year")["weight"].sum()
    assert f"{rates[2004]:.0%}" == "20%"
    assert (f"{rates.loc[2006:2008].min():.0%}", f"{rates.loc[2006:2008].max():.0%}") == ("38%", "46%")
    said = " ".join((DOCS / "accuracy.md").read_text(encoding="utf8").split())
    assert "20 % of the loans of 2004 were charged off, 38 to 46 % of those of 2006, 2007 and 2008" in said
