"""The indicators that innovation-points schemes draw on, each a function named as in policy/innovation_points.yaml."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from features.rules.logic import ratio
from schemas.declarations import Text


@dataclass(frozen=True)
class Indicator:
    """One indicator: the function that computes it from as-of quantities, its label and unit."""

    function: Callable[..., pd.Series]
    label: Text
    unit: str

    @property
    def name(self) -> str:
        """Name of the indicator in a scheme: the name of its function."""
        return self.function.__name__

    @property
    def inputs(self) -> tuple[str, ...]:
        """As-of quantities the function takes."""
        return tuple(inspect.signature(self.function).parameters)


def rd_expense(rd_expense: pd.Series) -> pd.Series:
    """R&D expense of the last year [CNY]."""
    return rd_expense


def rd_growth(rd_expense: pd.Series, rd_expense_prior: pd.Series) -> pd.Series:
    """Growth of R&D expense on the year before [fraction]; missing where there was none."""
    return ratio(rd_expense, rd_expense_prior) - 1


def rd_intensity(rd_expense: pd.Series, revenue: pd.Series) -> pd.Series:
    """R&D expense over revenue [fraction]."""
    return ratio(rd_expense, revenue)


def st_staff_share(st_staff: pd.Series, staff: pd.Series) -> pd.Series:
    """Science and technology staff over staff [fraction]."""
    return ratio(st_staff, staff)


def rd_staff_share(rd_staff: pd.Series, staff: pd.Series) -> pd.Series:
    """R&D staff over staff [fraction]."""
    return ratio(rd_staff, staff)


def related_inventions_applied(related_inventions_applied_1y: pd.Series) -> pd.Series:
    """Invention applications related to the main business, last year [count]."""
    return related_inventions_applied_1y


def related_pct_applied(related_pct_applied_1y: pd.Series) -> pd.Series:
    """PCT applications related to the main business, last year [count]."""
    return related_pct_applied_1y


def contract_turnover(contract_turnover_1y: pd.Series) -> pd.Series:
    """Turnover of technology contracts, last year [CNY]."""
    return contract_turnover_1y


def hitech_revenue(hitech_revenue: pd.Series) -> pd.Series:
    """Revenue from hi-tech products [CNY]."""
    return hitech_revenue


def hitech_revenue_share(hitech_revenue: pd.Series, revenue: pd.Series) -> pd.Series:
    """Revenue from hi-tech products over revenue [fraction]."""
    return ratio(hitech_revenue, revenue)


def revenue(revenue: pd.Series) -> pd.Series:
    """Revenue of the last year [CNY]."""
    return revenue


def revenue_growth(revenue_growth: pd.Series) -> pd.Series:
    """Growth of revenue on the year before [fraction]."""
    return revenue_growth


def postgraduate_share(postgraduates: pd.Series, staff: pd.Series) -> pd.Series:
    """Staff with a postgraduate degree over staff [fraction]."""
    return ratio(postgraduates, staff)


def rd_deduction_tax(rd_deduction_tax: pd.Series) -> pd.Series:
    """Income tax saved by the R&D super-deduction [CNY]."""
    return rd_deduction_tax


def return_on_net_assets(profit: pd.Series, net_assets: pd.Series) -> pd.Series:
    """Net profit over net assets [fraction]; missing where net assets are not positive."""
    return ratio(profit, net_assets)


def profit_margin(profit: pd.Series, revenue: pd.Series) -> pd.Series:
    """Net profit over revenue [fraction]."""
    return ratio(profit, revenue)


def leverage(liabilities: pd.Series, assets: pd.Series) -> pd.Series:
    """Liabilities over assets [fraction]."""
    return ratio(liabilities, assets)


def rights_per_100_rd_staff(class_1_valid: pd.Series, class_2_valid: pd.Series, rd_staff: pd.Series) -> pd.Series:
    """Rights in force for every hundred R&D staff [count]."""
    return 100 * ratio(class_1_valid + class_2_valid, rd_staff)


def graduates_hired(graduates_hired: pd.Series) -> pd.Series:
    """Fresh graduates hired, last year [persons]."""
    return graduates_hired


def platforms(provincial_platforms_2y: pd.Series) -> pd.Series:
    """R&D platforms of provincial rank or above, two years [count]."""
    return provincial_platforms_2y


def awards(provincial_awards_2y: pd.Series) -> pd.Series:
    """Science and technology awards of provincial rank or above, two years [count]."""
    return provincial_awards_2y


def programmes(provincial_programmes_2y: pd.Series) -> pd.Series:
    """Science and technology programmes of provincial rank or above, two years [count]."""
    return provincial_programmes_2y


def vc_raised(vc_raised_total: pd.Series) -> pd.Series:
    """Venture capital received so far [CNY]."""
    return vc_raised_total


def national_or_provincial_awards(provincial_awards_2y: pd.Series, national_awards_5y: pd.Series) -> pd.Series:
    """Provincial awards of two years or national awards of five, whichever known is more [count]."""
    return pd.concat([provincial_awards_2y, national_awards_5y], axis=1).max(axis=1)


def growth_titles(specialised_sme_valid: pd.Series, little_giant_valid: pd.Series) -> pd.Series:
    """1 where a specialised-SME or little-giant title is valid [flag]; stands in for lists of fast growers."""
    return pd.concat([specialised_sme_valid, little_giant_valid], axis=1).max(axis=1)


INDICATORS: tuple[Indicator, ...] = (
    Indicator(rd_expense, Text("R&D expense", "研发费用金额"), "CNY"),
    Indicator(rd_growth, Text("Growth of R&D expense", "研发费用增速"), "fraction"),
    Indicator(rd_intensity, Text("R&D over revenue", "研发费用占营业收入的比例"), "fraction"),
    Indicator(st_staff_share, Text("Share of science and technology staff", "科技人员占职工总数的比重"), "fraction"),
    Indicator(rd_staff_share, Text("Share of R&D staff", "研发人员占从业人员的比重"), "fraction"),
    Indicator(
        related_inventions_applied, Text("Related invention applications", "与主营业务相关的发明专利申请量"), "count"
    ),
    Indicator(related_pct_applied, Text("Related PCT applications", "与主营业务相关的PCT专利申请量"), "count"),
    Indicator(contract_turnover, Text("Technology-contract turnover", "技术合同成交额"), "CNY"),
    Indicator(hitech_revenue, Text("Hi-tech product revenue", "高新技术产品收入"), "CNY"),
    Indicator(hitech_revenue_share, Text("Share of hi-tech product revenue", "高新技术产品收入占比"), "fraction"),
    Indicator(revenue, Text("Revenue", "营业收入"), "CNY"),
    Indicator(revenue_growth, Text("Revenue growth", "营业收入增长率"), "fraction"),
    Indicator(postgraduate_share, Text("Share of postgraduates", "研究生以上人员占比"), "fraction"),
    Indicator(rd_deduction_tax, Text("Tax saved by the R&D super-deduction", "研发费用加计扣除所得税减免额"), "CNY"),
    Indicator(return_on_net_assets, Text("Return on net assets", "净资产利润率"), "fraction"),
    Indicator(profit_margin, Text("Profit margin", "净利润率"), "fraction"),
    Indicator(leverage, Text("Liabilities over assets", "资产负债率"), "fraction"),
    Indicator(rights_per_100_rd_staff, Text("Rights per 100 R&D staff", "每百名研发人员知识产权数"), "count"),
    Indicator(graduates_hired, Text("Fresh graduates hired", "吸纳应届毕业生人数"), "persons"),
    Indicator(platforms, Text("Provincial R&D platforms, 2 years", "近两年省级及以上研发或创新平台数量"), "count"),
    Indicator(awards, Text("Provincial awards, 2 years", "近两年省级及以上科技奖励数量"), "count"),
    Indicator(programmes, Text("Provincial programmes, 2 years", "近两年省级及以上科技计划项目数量"), "count"),
    Indicator(vc_raised, Text("Venture capital received", "获得风险投资金额"), "CNY"),
    Indicator(national_or_provincial_awards, Text("National or provincial awards", "国家级或省级科技奖励"), "count"),
    Indicator(growth_titles, Text("Specialised or little-giant title", "专精特新或小巨人资质"), "flag"),
)
