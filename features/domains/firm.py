"""Features of the firm itself."""

import pandas as pd

from features.declarations import Feature
from features.industry import division, group
from features.once import once
from features.ratios import ratio
from schemas.declarations import Text


def industry_division(industry: pd.Series) -> pd.Series:
    """First two digits of the industry code, after its section letter if any [code]; missing where there are none."""
    return once(industry, lambda codes: pd.to_numeric(division(codes), errors="coerce"))


def industry_group(industry: pd.Series) -> pd.Series:
    """First four digits of the industry code, after its section letter if any [code]; missing where it is shorter."""
    return once(industry, lambda codes: pd.to_numeric(group(codes), errors="coerce"))


def paid_in_share(paid_in_capital: pd.Series, registered_capital: pd.Series) -> pd.Series:
    """Paid-in over registered capital [fraction]; missing where no capital is registered."""
    return ratio(paid_in_capital, registered_capital)


def is_listed(listing: pd.Series) -> pd.Series:
    """1 where the shares trade on a national market: NEEQ, BSE, GEM, STAR or a main board [flag]."""
    return listing.isin(["neeq", "bse", "gem", "star", "main"]).astype("float64").where(listing.notna())


def is_state_owned(ownership: pd.Series) -> pd.Series:
    """1 where the state owns the enterprise [flag]."""
    return (ownership == "state").astype("float64").where(ownership.notna())


def job_growth(jobs_planned: pd.Series, staff: pd.Series) -> pd.Series:
    """Jobs to be created over staff [ratio]; missing where no staff is counted."""
    return ratio(jobs_planned, staff)


FIRM = (
    Feature.as_is(
        "staff",
        name="staff_count",
        definition="Staff on the last count known on the day [persons].",
        domain="firm",
        family="scale",
        label=Text("Staff", "从业人员"),
        unit="persons",
        source="headcount",
        low=0,
        expected="falls",
    ),
    Feature(
        industry_division,
        domain="firm",
        family="industry",
        label=Text("Industry division", "行业大类"),
        unit="code",
        source="enterprises",
        low=1,
        high=99,
    ),
    Feature(
        industry_group,
        domain="firm",
        family="industry",
        label=Text("Industry group", "行业中类"),
        unit="code",
        source="enterprises",
        low=100,
        high=9999,
    ),
    Feature.as_is(
        "age_months",
        name="enterprise_age",
        definition="Months since the enterprise was founded [months].",
        domain="firm",
        family="age",
        label=Text("Age", "企业年龄"),
        unit="months",
        source="enterprises",
        low=0,
        high=2400,
        expected="falls",
    ),
    Feature(
        paid_in_share,
        domain="firm",
        family="capital",
        label=Text("Capital paid in", "实缴资本占比"),
        unit="fraction",
        source="enterprises",
        actionable=True,
        low=0,
        expected="falls",
    ),
    Feature.as_is(
        "registered_capital",
        name="registered_amount",
        definition="Registered capital [CNY].",
        domain="firm",
        family="capital",
        label=Text("Registered capital", "注册资本"),
        unit="CNY",
        source="enterprises",
        low=0,
    ),
    Feature(
        is_listed,
        domain="firm",
        family="listing",
        label=Text("Listed", "上市（挂牌）企业"),
        unit="flag",
        source="enterprises",
        low=0,
        high=1,
    ),
    Feature(
        is_state_owned,
        domain="firm",
        family="state_owned",
        label=Text("State-owned", "国有企业"),
        unit="flag",
        source="enterprises",
        low=0,
        high=1,
    ),
    Feature.as_is(
        "franchise",
        name="is_franchise",
        definition="1 where the enterprise works under a franchise [flag].",
        domain="firm",
        family="franchise",
        label=Text("Franchise", "特许经营"),
        unit="flag",
        source="enterprises",
        low=0,
        high=1,
    ),
    Feature.as_is(
        "urban",
        name="is_urban",
        definition="1 where the seat is urban, 0 rural [flag].",
        domain="firm",
        family="urban",
        label=Text("Urban seat", "城镇企业"),
        unit="flag",
        source="enterprises",
        low=0,
        high=1,
    ),
    Feature.as_is(
        "new_business",
        name="is_new_business",
        definition="1 where the applicant declares a new business [flag].",
        domain="firm",
        family="age",
        label=Text("New business", "新设企业"),
        unit="flag",
        source="applications",
        low=0,
        high=1,
        expected="rises",
    ),
    Feature.as_is(
        "jobs_planned",
        name="planned_jobs",
        definition="Jobs to be created, as declared in the application [persons].",
        domain="firm",
        family="jobs",
        label=Text("Jobs to be created", "拟新增岗位"),
        unit="persons",
        source="applications",
        low=0,
    ),
    Feature.as_is(
        "jobs_kept",
        name="kept_jobs",
        definition="Jobs to be kept, as declared in the application [persons].",
        domain="firm",
        family="jobs",
        label=Text("Jobs to be kept", "拟保留岗位"),
        unit="persons",
        source="applications",
        low=0,
    ),
    Feature(
        job_growth,
        domain="firm",
        family="jobs",
        label=Text("Jobs to be created per staff", "拟新增岗位/从业人员"),
        unit="ratio",
        source="applications, headcount",
        low=0,
    ),
)
