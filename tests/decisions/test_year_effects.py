from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr, ndtri

from decisions.year_effects import year_effects, years_spanned
from policy.loader import figure
from sources import sba, us_firms

SAMPLES = Path(__file__).parents[2] / "data" / "samples"


def book(rates: dict[int, float], loans: int) -> pd.DataFrame:
    """So many loans a year, of which the share in `rates` defaulted."""
    years = np.repeat(np.array([f"{year}-06-30" for year in rates], dtype="datetime64[ns]"), loans)
    bad = np.concatenate([np.arange(loans) < round(rate * loans) for rate in rates.values()]).astype(float)
    return pd.DataFrame({"as_of": years, "defaulted": bad, "weight": 1.0})


def test_rho_of_three_years_by_hand() -> None:
    # Probits of 2, 4 and 8 %: -2.05375, -1.75069, -1.40507: variance .10540; chance p(1-p)/(100,000 phi^2): .00006.
    found = year_effects(book({2020: 0.02, 2021: 0.04, 2022: 0.08}, 100_000))
    assert found.rates == {2020: 0.02, 2021: 0.04, 2022: 0.08}
    assert found.rho == pytest.approx(0.1053 / 1.1053, abs=2e-4)
    assert found.upper == pytest.approx(0.99954 / 1.99954, abs=1e-3)  # 2 x .10540 / chi2 at 10 % (.21072) = 1.0004


def test_equal_years_show_no_correlation_and_what_chance_adds_is_taken_off() -> None:
    assert year_effects(book({2020: 0.05, 2021: 0.05, 2022: 0.05}, 1000)).rho == 0.0
    assert year_effects(book({2020: 0.045, 2021: 0.05, 2022: 0.055}, 1000)).rho == 0.0


def test_too_few_years_have_no_correlation() -> None:
    assert year_effects(book({2020: 0.05, 2021: 0.06}, 1000)).rho is None
    assert year_effects(book({2020: 0.05, 2021: 0.06, 2022: 0.0}, 1000)).upper is None


def test_the_upper_value_covers_the_true_correlation_nine_times_in_ten() -> None:
    random, true, covered, middle = np.random.default_rng(3), 0.05, 0, []
    for _ in range(300):
        effects = random.normal(size=10)
        rates = ndtr((ndtri(0.05) + np.sqrt(true) * effects) / np.sqrt(1 - true))
        drawn = {2000 + year: random.binomial(4000, rate) / 4000 for year, rate in enumerate(rates)}
        found = year_effects(book(drawn, 4000))
        assert found.rho is not None
        assert found.upper is not None
        covered, middle = covered + (found.upper >= true), [*middle, found.rho]
    assert covered / 300 == pytest.approx(0.90, abs=0.045)
    assert np.mean(middle) == pytest.approx(true, abs=0.006)


@pytest.mark.parametrize(
    ("name", "tables", "years"),
    [
        ("sba_study", lambda: sba.tables(SAMPLES / "sba" / "sba_sample.parquet"), ("1990", "2004")),
        ("us_firms_study", lambda: us_firms.tables(SAMPLES / "us_firms" / "firm_years.parquet"), ("2000", "2014")),
    ],
)
def test_the_correlation_of_a_study_is_the_upper_value_of_its_years(name: str, tables, years: tuple[str, str]) -> None:
    found = tables()
    loans = (
        found["applications"]
        .merge(found["outcomes"], on="application_id")
        .assign(weight=lambda t: t.get("weight", 1.0))
    )
    loans = loans.assign(as_of=pd.to_datetime(loans["as_of"]), defaulted=loans["defaulted"].astype(float))
    loans = loans[loans["as_of"].between(f"{years[0]}-01-01", f"{years[1]}-12-31")]
    upper = year_effects(loans).upper
    assert upper is not None
    assert figure("stock_flow", name).on(date(2024, 12, 31))["rho"] == pytest.approx(upper, abs=0.01)


def test_calibration_years_are_whole_and_at_least_one() -> None:
    def spanned(*days: str) -> float:
        return years_spanned(pd.Series(pd.to_datetime(list(days))))

    assert spanned("2023-01-01", "2023-12-31") == 1
    assert spanned("2023-03-01", "2023-04-01") == 1
    assert spanned("2021-01-01", "2023-12-31") == 3
    assert years_spanned(pd.Series([], dtype="datetime64[ns]")) == 1
