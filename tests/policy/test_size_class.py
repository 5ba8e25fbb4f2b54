"""Size class by the statistical standard: the table as drawn in the standard, every edge of every industry."""

import pandas as pd
import pytest

from features.segments.size_class import size_class, statistical_industry, statistical_size_class
from policy.loader import figure

# Inclusive lower bounds of small, medium, large. Staff in persons; revenue and assets in 10,000 CNY.
TABLE = """
agriculture                    revenue     50     500    20000
industry                       staff       20     300     1000
industry                       revenue    300    2000    40000
construction                   revenue    300    6000    80000
construction                   assets     300    5000    80000
wholesale                      staff        5      20      200
wholesale                      revenue   1000    5000    40000
retail                         staff       10      50      300
retail                         revenue    100     500    20000
transport                      staff       20     300     1000
transport                      revenue    200    3000    30000
storage                        staff       20     100      200
storage                        revenue    100    1000    30000
post                           staff       20     300     1000
post                           revenue    100    2000    30000
lodging                        staff       10     100      300
lodging                        revenue    100    2000    10000
catering                       staff       10     100      300
catering                       revenue    100    2000    10000
information_transmission       staff       10     100     2000
information_transmission       revenue    100    1000   100000
software                       staff       10     100      300
software                       revenue     50    1000    10000
real_estate_development        revenue    100    1000   200000
real_estate_development        assets    2000    5000    10000
property_management            staff      100     300     1000
property_management            revenue    500    1000     5000
leasing_and_business_services  staff       10     100      300
leasing_and_business_services  assets     100    8000   120000
other                          staff       10     100      300
"""
ROWS = [(row[0], row[1], [int(n) for n in row[2:]]) for row in map(str.split, TABLE.strip().splitlines())]
INDUSTRIES = list(dict.fromkeys(industry for industry, _, _ in ROWS))
CLASSES = ("micro", "small", "medium", "large")
PLENTY = {"staff": 1e6, "revenue": 1e12, "assets": 1e12}
EDGES = [(i, k, n * (1 if k == "staff" else 10_000), step) for i, k, ns in ROWS for step, n in enumerate(ns, start=1)]


def classified(industry: str, **indicators: float | None) -> str:
    known = {name: pd.Series([indicators[name]], dtype="float64") for name in ("staff", "revenue", "assets")}
    bounds = figure("size_class", "statistical_2017").on(pd.Timestamp("2024-01-05").date())
    return str(size_class(pd.Series([industry], dtype="str"), **known, bounds=bounds).iloc[0])


def test_the_table_has_sixteen_industries_and_so_has_the_policy() -> None:
    assert len(INDUSTRIES) == 16
    assert list(figure("size_class", "statistical_2017").on(pd.Timestamp("2024-01-05").date())) == INDUSTRIES


@pytest.mark.parametrize(("industry", "indicator", "edge", "step"), EDGES)
def test_a_lower_bound_is_inclusive(industry: str, indicator: str, edge: int, step: int) -> None:
    assert classified(industry, **{**PLENTY, indicator: edge}) == CLASSES[step]


@pytest.mark.parametrize(("industry", "indicator", "edge", "step"), EDGES)
def test_just_below_a_lower_bound_is_one_class_down(industry: str, indicator: str, edge: int, step: int) -> None:
    below = edge - 1 if indicator == "staff" else edge - 0.01
    assert classified(industry, **{**PLENTY, indicator: below}) == CLASSES[step - 1]


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_indicators_that_the_industry_does_not_list_do_not_count(industry: str) -> None:
    listed = {indicator for name, indicator, _ in ROWS if name == industry}
    unlisted = {name: 0.0 for name in PLENTY if name not in listed}
    assert classified(industry, **{**PLENTY, **unlisted}) == "large"


@pytest.mark.parametrize(
    ("industry", "staff", "revenue", "assets", "expected"),
    [
        ("industry", 1000, 399_990_000, 0, "medium"),  # large by staff only: one class down
        ("industry", 1000, 19_990_000, 0, "small"),  # two bounds missed: the class whose bounds all hold
        ("industry", 19, 400_000_000, 0, "micro"),  # one indicator in the micro band is enough
        ("industry", 1000, 2_990_000, 0, "micro"),
        ("software", 100, 10_000_000, 0, "medium"),
        ("software", 99, 10_000_000, 0, "small"),
        ("leasing_and_business_services", 300, 0, 999_999, "micro"),
        ("other", 10, 0, 0, "small"),
    ],
)
def test_all_bounds_for_large_medium_small_and_any_one_for_micro(
    industry: str, staff: float, revenue: float, assets: float, expected: str
) -> None:
    assert classified(industry, staff=staff, revenue=revenue, assets=assets) == expected


@pytest.mark.parametrize(
    ("staff", "revenue", "expected"),
    [
        (None, 25_000_000, "medium"),  # decided by revenue alone
        (250, None, "small"),  # decided by staff alone
        (None, None, "nan"),
        (5, None, "micro"),  # micro whatever the revenue
    ],
)
def test_an_unknown_indicator_is_left_out(staff: float | None, revenue: float | None, expected: str) -> None:
    assert classified("industry", staff=staff, revenue=revenue, assets=None) == expected


CODES = """
0111 agriculture                  0511 agriculture                  0610 industry
C3921 industry                    3921 industry                     4690 industry
4710 construction                 5090 construction                 F5110 wholesale
5299 retail                       5310 other                        5411 transport
5829 transport                    5910 transport                    5921 storage
59 storage                        6010 post                         6110 lodging
6299 catering                     6311 information_transmission     I6420 information_transmission
I65 software                      6513 software                     6610 other
7010 real_estate_development      K7020 property_management         7030 other
7040 other                        7090 other                        7110 leasing_and_business_services
7299 leasing_and_business_services  7340 other                      M7320 other
8090 other                        8310 other                        8411 other
8510 other                        9000 other                        9700 other
"""
PAIRS = list(zip(CODES.split()[::2], CODES.split()[1::2], strict=True))


@pytest.mark.parametrize(("code", "industry"), PAIRS)
def test_the_industry_of_a_code(code: str, industry: str) -> None:
    assert statistical_industry(pd.Series([code], dtype="str")).tolist() == [industry]


@pytest.mark.parametrize("code", [None, "", "70", "K70", "0011", "98", "abc", "3", "39215"])
def test_a_code_that_fits_nothing_has_no_industry_and_no_size_class(code: str | None) -> None:
    codes = pd.Series([code], dtype="str")
    assert statistical_industry(codes).isna().all()
    many = pd.Series([1e9])
    assert statistical_size_class(codes, many, many, many).isna().all()
