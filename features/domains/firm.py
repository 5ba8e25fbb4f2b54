"""Features of the firm itself."""

import pandas as pd

from features.declarations import Feature
from features.ratios import ratio
from schemas.declarations import Text


def staff_count(staff: pd.Series) -> pd.Series:
    """Staff on the last count known on the day [persons]."""
    return staff


def industry_division(industry: pd.Series) -> pd.Series:
    """First two digits of the industry code, after its section letter if any [code]; missing where there are none."""
    return pd.to_numeric(industry.str.extract(r"^[A-T]?(\d{2})", expand=False), errors="coerce")


def industry_group(industry: pd.Series) -> pd.Series:
    """First four digits of the industry code, after its section letter if any [code]; missing where it is shorter."""
    return pd.to_numeric(industry.str.extract(r"^[A-T]?(\d{4})", expand=False), errors="coerce")


def enterprise_age(age_months: pd.Series) -> pd.Series:
    """Months since the enterprise was founded [months]."""
    return age_months


def paid_in_share(paid_in_capital: pd.Series, registered_capital: pd.Series) -> pd.Series:
    """Paid-in over registered capital [fraction]; missing where no capital is registered."""
    return ratio(paid_in_capital, registered_capital)


def registered_amount(registered_capital: pd.Series) -> pd.Series:
    """Registered capital [CNY]."""
    return registered_capital


def is_listed(listing: pd.Series) -> pd.Series:
    """1 where the shares trade on a national market: NEEQ, BSE, GEM, STAR or a main board [flag]."""
    return listing.isin(["neeq", "bse", "gem", "star", "main"]).astype("float64").where(listing.notna())


def is_state_owned(ownership: pd.Series) -> pd.Series:
    """1 where the state owns the enterprise [flag]."""
    return (ownership == "state").astype("float64").where(ownership.notna())


def is_franchise(franchise: pd.Series) -> pd.Series:
    """1 where the enterprise works under a franchise [flag]."""
    return franchise


def is_urban(urban: pd.Series) -> pd.Series:
    """1 where the seat is urban, 0 rural [flag]."""
    return urban


def is_new_business(new_business: pd.Series) -> pd.Series:
    """1 where the applicant declares a new business [flag]."""
    return new_business


def planned_jobs(jobs_planned: pd.Series) -> pd.Series:
    """Jobs to be created, as declared in the application [persons]."""
    return jobs_planned


def kept_jobs(jobs_kept: pd.Series) -> pd.Series:
    """Jobs to be kept, as declared in the application [persons]."""
    return jobs_kept


def job_growth(jobs_planned: pd.Series, staff: pd.Series) -> pd.Series:
    """Jobs to be created over staff [ratio]; missing where no staff is counted."""
    return ratio(jobs_planned, staff)


FIRM = (
    Feature(staff_count, "firm", Text("Staff", "从业人员"), "persons", "headcount", low=0),
    Feature(industry_division, "firm", Text("Industry division", "行业大类"), "code", "enterprises", low=1, high=99),
    Feature(industry_group, "firm", Text("Industry group", "行业中类"), "code", "enterprises", low=100, high=9999),
    Feature(enterprise_age, "firm", Text("Age", "企业年龄"), "months", "enterprises", low=0, high=2400),
    Feature(paid_in_share, "firm", Text("Capital paid in", "实缴资本占比"), "fraction", "enterprises", None, True, 0),
    Feature(registered_amount, "firm", Text("Registered capital", "注册资本"), "CNY", "enterprises", low=0),
    Feature(is_listed, "firm", Text("Listed", "上市（挂牌）企业"), "flag", "enterprises", low=0, high=1),
    Feature(is_state_owned, "firm", Text("State-owned", "国有企业"), "flag", "enterprises", low=0, high=1),
    Feature(is_franchise, "firm", Text("Franchise", "特许经营"), "flag", "enterprises", low=0, high=1),
    Feature(is_urban, "firm", Text("Urban seat", "城镇企业"), "flag", "enterprises", low=0, high=1),
    Feature(is_new_business, "firm", Text("New business", "新设企业"), "flag", "applications", low=0, high=1),
    Feature(planned_jobs, "firm", Text("Jobs to be created", "拟新增岗位"), "persons", "applications", low=0),
    Feature(kept_jobs, "firm", Text("Jobs to be kept", "拟保留岗位"), "persons", "applications", low=0),
    Feature(
        job_growth,
        "firm",
        Text("Jobs to be created per staff", "拟新增岗位/从业人员"),
        "ratio",
        "applications, headcount",
        low=0,
    ),
)
