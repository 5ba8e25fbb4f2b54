"""The indicators that innovation-points schemes draw on, each named as in policy/innovation_points.yaml."""

from dataclasses import dataclass

import pandas as pd

from features.declarations import Definition, handed_on
from features.ratios import ratio
from schemas.declarations import Text


@dataclass(frozen=True, kw_only=True)
class Indicator(Definition):
    """One indicator: the function that computes it from as-of quantities, its label and unit; a scheme names it."""

    label: Text
    unit: str

    @classmethod
    def as_is(cls, quantity: str, *, name: str, definition: str, label: Text, unit: str) -> "Indicator":
        """The indicator `name` that hands on a quantity as it is."""
        return cls(handed_on, name=name, inputs=(quantity,), definition=definition, label=label, unit=unit)


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


def hitech_revenue_share(hitech_revenue: pd.Series, revenue: pd.Series) -> pd.Series:
    """Revenue from hi-tech products over revenue [fraction]."""
    return ratio(hitech_revenue, revenue)


def postgraduate_share(postgraduates: pd.Series, staff: pd.Series) -> pd.Series:
    """Staff with a postgraduate degree over staff [fraction]."""
    return ratio(postgraduates, staff)


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


def national_or_provincial_awards(provincial_awards_2y: pd.Series, national_awards_5y: pd.Series) -> pd.Series:
    """Provincial awards of two years or national awards of five, whichever known is more [count]."""
    return pd.concat([provincial_awards_2y, national_awards_5y], axis=1).max(axis=1)


def growth_titles(specialised_sme_valid: pd.Series, little_giant_valid: pd.Series) -> pd.Series:
    """1 where a specialised-SME or little-giant title is valid [flag]; stands in for lists of fast growers."""
    return pd.concat([specialised_sme_valid, little_giant_valid], axis=1).max(axis=1)


INDICATORS: tuple[Indicator, ...] = (
    Indicator.as_is(
        "rd_expense",
        name="rd_expense",
        definition="R&D expense of the last year [CNY].",
        label=Text("R&D expense", "研发费用金额"),
        unit="CNY",
    ),
    Indicator(rd_growth, label=Text("Growth of R&D expense", "研发费用增速"), unit="fraction"),
    Indicator(rd_intensity, label=Text("R&D over revenue", "研发费用占营业收入的比例"), unit="fraction"),
    Indicator(
        st_staff_share, label=Text("Share of science and technology staff", "科技人员占职工总数的比重"), unit="fraction"
    ),
    Indicator(rd_staff_share, label=Text("Share of R&D staff", "研发人员占从业人员的比重"), unit="fraction"),
    Indicator.as_is(
        "related_inventions_applied_1y",
        name="related_inventions_applied",
        definition="Invention applications related to the main business, last year [count].",
        label=Text("Related invention applications", "与主营业务相关的发明专利申请量"),
        unit="count",
    ),
    Indicator.as_is(
        "related_pct_applied_1y",
        name="related_pct_applied",
        definition="PCT applications related to the main business, last year [count].",
        label=Text("Related PCT applications", "与主营业务相关的PCT专利申请量"),
        unit="count",
    ),
    Indicator.as_is(
        "contract_turnover_1y",
        name="contract_turnover",
        definition="Turnover of technology contracts, last year [CNY].",
        label=Text("Technology-contract turnover", "技术合同成交额"),
        unit="CNY",
    ),
    Indicator.as_is(
        "hitech_revenue",
        name="hitech_revenue",
        definition="Revenue from hi-tech products [CNY].",
        label=Text("Hi-tech product revenue", "高新技术产品收入"),
        unit="CNY",
    ),
    Indicator(
        hitech_revenue_share, label=Text("Share of hi-tech product revenue", "高新技术产品收入占比"), unit="fraction"
    ),
    Indicator.as_is(
        "revenue",
        name="revenue",
        definition="Revenue of the last year [CNY].",
        label=Text("Revenue", "营业收入"),
        unit="CNY",
    ),
    Indicator.as_is(
        "revenue_growth",
        name="revenue_growth",
        definition="Growth of revenue on the year before [fraction].",
        label=Text("Revenue growth", "营业收入增长率"),
        unit="fraction",
    ),
    Indicator(postgraduate_share, label=Text("Share of postgraduates", "研究生以上人员占比"), unit="fraction"),
    Indicator.as_is(
        "rd_deduction_tax",
        name="rd_deduction_tax",
        definition="Income tax saved by the R&D super-deduction [CNY].",
        label=Text("Tax saved by the R&D super-deduction", "研发费用加计扣除所得税减免额"),
        unit="CNY",
    ),
    Indicator(return_on_net_assets, label=Text("Return on net assets", "净资产利润率"), unit="fraction"),
    Indicator(profit_margin, label=Text("Profit margin", "净利润率"), unit="fraction"),
    Indicator(leverage, label=Text("Liabilities over assets", "资产负债率"), unit="fraction"),
    Indicator(
        rights_per_100_rd_staff, label=Text("Rights per 100 R&D staff", "每百名研发人员知识产权数"), unit="count"
    ),
    Indicator.as_is(
        "graduates_hired",
        name="graduates_hired",
        definition="Fresh graduates hired, last year [persons].",
        label=Text("Fresh graduates hired", "吸纳应届毕业生人数"),
        unit="persons",
    ),
    Indicator.as_is(
        "provincial_platforms_2y",
        name="platforms",
        definition="R&D platforms of provincial rank or above, two years [count].",
        label=Text("Provincial R&D platforms, 2 years", "近两年省级及以上研发或创新平台数量"),
        unit="count",
    ),
    Indicator.as_is(
        "provincial_awards_2y",
        name="awards",
        definition="Science and technology awards of provincial rank or above, two years [count].",
        label=Text("Provincial awards, 2 years", "近两年省级及以上科技奖励数量"),
        unit="count",
    ),
    Indicator.as_is(
        "provincial_programmes_2y",
        name="programmes",
        definition="Science and technology programmes of provincial rank or above, two years [count].",
        label=Text("Provincial programmes, 2 years", "近两年省级及以上科技计划项目数量"),
        unit="count",
    ),
    Indicator.as_is(
        "vc_raised_total",
        name="vc_raised",
        definition="Venture capital received so far [CNY].",
        label=Text("Venture capital received", "获得风险投资金额"),
        unit="CNY",
    ),
    Indicator(
        national_or_provincial_awards, label=Text("National or provincial awards", "国家级或省级科技奖励"), unit="count"
    ),
    Indicator(growth_titles, label=Text("Specialised or little-giant title", "专精特新或小巨人资质"), unit="flag"),
)
