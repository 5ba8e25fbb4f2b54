from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from policy.loader import PolicyError, figure, figures
from sources import sba, us_firms

SAMPLES = Path(__file__).parents[2] / "data" / "samples"


def test_the_overall_ratio_of_the_sba_study_is_that_of_the_loans_approved_1990_to_2004() -> None:
    found = sba.tables(SAMPLES / "sba" / "sba_sample.parquet")
    loans = found["applications"].merge(found["outcomes"], on="application_id")
    loans = loans[loans["as_of"].between("1990-01-01", "2004-12-31")]
    amount = loans["exposure"] * loans["weight"]
    ratio = (amount * loans["defaulted"].astype(float)).sum() / amount.sum()
    assert figure("tolerance", "overall_npl_sba").on(date(2024, 12, 31)) == pytest.approx(ratio, abs=5e-4)


def test_the_overall_ratio_of_the_us_study_is_that_of_the_firm_years_decided_2000_to_2014() -> None:
    found = us_firms.tables(SAMPLES / "us_firms" / "firm_years.parquet")
    rows = found["applications"].merge(found["outcomes"], on="application_id")
    rows = rows[pd.to_datetime(rows["as_of"]) <= "2014-12-31"]
    ratio = (rows["exposure"] * rows["defaulted"].astype(float)).sum() / rows["exposure"].sum()
    assert figure("tolerance", "overall_npl_us_firms").on(date(2015, 1, 1)) == pytest.approx(ratio, abs=5e-5)


def test_the_value_in_force_is_the_latest_not_after_the_day(tmp_path: Path) -> None:
    text = (
        "limit: {meaning: {en: l, zh: 限}, unit: fraction, source: minute 1, flag: B, "
        "values: {2024-01-01: 1, 2025-01-01: 2}}"
    )
    (tmp_path / "bank.yaml").write_text(text, encoding="utf8")
    limit = figure("bank", "limit", tmp_path)
    assert [limit.on(date(2024, 1, 1)), limit.on(date(2024, 12, 31)), limit.on(date(2025, 1, 1))] == [1, 1, 2]
    assert limit.since(date(2026, 1, 1)) == date(2025, 1, 1)


def test_a_day_before_the_first_value_is_refused() -> None:
    with pytest.raises(
        PolicyError, match="uplift_micro: wanted a value in force on 2023-12-31; the first is in force from 2024-01-05"
    ):
        figure("tolerance", "uplift_micro").on(date(2023, 12, 31))


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (
            "x: {meaning: {en: a, zh: b}, unit: u, source: s, flag: Z, values: {2024-01-01: 1}}",
            "flag must be one of V, ",
        ),
        (
            "x: {meaning: {en: a, zh: b}, unit: u, flag: V, values: {2024-01-01: 1}}",
            "wanted keys flag, meaning, source, unit, values",
        ),
        ("x: {meaning: {en: a, zh: b}, unit: u, source: s, flag: V, values: {soon: 1}}", "wanted values by date"),
    ],
)
def test_a_malformed_figure_is_refused(tmp_path: Path, text: str, match: str) -> None:
    (tmp_path / "bad.yaml").write_text(text, encoding="utf8")
    with pytest.raises(PolicyError, match=match):
        figures("bad", tmp_path)


def test_an_unknown_document_or_figure_is_refused() -> None:
    with pytest.raises(PolicyError, match=r"policy document must be one of .*tolerance.*; got 'nothing'"):
        figures("nothing")
    with pytest.raises(PolicyError, match=r"wanted one of .*uplift_micro.*; got 'uplift'"):
        figure("tolerance", "uplift")
