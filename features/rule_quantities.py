"""What the rules of policy/rules.yaml compare: quantities known on the day, one column each, beside the features.

No model sees them. Where more records can only make one worse (`floor`), what the fit rows say is a lower bound: it
stands even when other rows of its table were rejected, so that a rejected row never turns a refusal into less.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from features import rule_functions as of
from features.declarations import Definition
from schemas.declarations import Text

REGION = "in_accepted_region"
"""The one quantity of the rules that is not computed here: scoring adds it, from the acceptance model."""


@dataclass(frozen=True, kw_only=True)
class RuleQuantity(Definition):
    """One quantity of the rules: its function, label and unit; `text` where its values are codes."""

    label: Text
    unit: str
    floor: bool = False
    text: bool = False


RULE_QUANTITIES: tuple[RuleQuantity, ...] = (
    RuleQuantity(of.product, label=Text("Product", "产品"), unit="code", text=True),
    RuleQuantity(of.data_gaps, label=Text("Tables with a data gap", "存在数据缺口的表"), unit="tables"),
    RuleQuantity(
        of.open_serious_breach, label=Text("Serious breach on record", "严重违法失信记录"), unit="flag", floor=True
    ),
    RuleQuantity(
        of.open_dishonest_records,
        label=Text("Dishonest person subject to enforcement", "失信被执行人记录"),
        unit="records",
        floor=True,
    ),
    RuleQuantity(of.open_overdues, label=Text("Open overdue debts", "未结清逾期"), unit="records", floor=True),
    RuleQuantity(of.open_enforcements, label=Text("Open enforcements", "未结被执行案件"), unit="records", floor=True),
    RuleQuantity(
        of.enforcement_over_net_assets,
        label=Text("Open enforcement over net assets", "未结被执行金额占净资产比"),
        unit="fraction",
        floor=True,
    ),
    RuleQuantity(of.abnormal_listing, label=Text("Abnormal listing", "列入经营异常名录"), unit="flag", floor=True),
    RuleQuantity(of.enterprise_age_months, label=Text("Age of the enterprise", "企业成立时间"), unit="months"),
    RuleQuantity(of.statement_age_months, label=Text("Age of the last statement", "最近报表距今时间"), unit="months"),
    RuleQuantity(
        of.annual_statement_age_months,
        label=Text("Age of the last annual statement", "最近年报距今时间"),
        unit="months",
    ),
    RuleQuantity(
        of.headcount_age_months, label=Text("Age of the last headcount", "最近人员统计距今时间"), unit="months"
    ),
    RuleQuantity(of.main_figures_missing, label=Text("Main figures missing", "年报主要科目缺失数"), unit="figures"),
    RuleQuantity(of.staff_missing, label=Text("Staff missing", "从业人员缺失"), unit="flag"),
    RuleQuantity(
        of.registry_report_age_months,
        label=Text("Time since the last credit registry report", "最近征信报送距今时间"),
        unit="months",
    ),
    RuleQuantity(
        of.lenders_after_loan, label=Text("Lenders after the loan", "放款后授信机构数"), unit="lenders", floor=True
    ),
    RuleQuantity(
        of.new_lenders_12m, label=Text("New lenders, 12 months", "近12个月新增授信机构数"), unit="lenders", floor=True
    ),
    RuleQuantity(
        of.debt_after_over_revenue,
        label=Text("All debt after the loan over revenue", "放款后总负债占营收比"),
        unit="fraction",
    ),
    RuleQuantity(
        of.debt_after_over_assets,
        label=Text("All debt after the loan over assets", "放款后总借款占资产比"),
        unit="fraction",
    ),
    RuleQuantity(of.rights_to_pledge, label=Text("Valid rights free to pledge", "可质押有效知识产权"), unit="rights"),
    RuleQuantity(
        of.protection_beyond_loan_months,
        label=Text("Protection of the right beyond the loan", "权利保护期超出贷款期限"),
        unit="months",
    ),
    RuleQuantity(
        of.amount_over_rd,
        label=Text("Amount over R&D confirmed by tax", "申请金额与税务确认研发费用之比"),
        unit="ratio",
    ),
    RuleQuantity(
        of.amount_over_contracts,
        label=Text("Amount over registered contracts", "申请金额与登记技术合同额之比"),
        unit="ratio",
    ),
    RuleQuantity(
        of.group_investments, label=Text("Investments of the bank's group", "本行集团内机构投资"), unit="investments"
    ),
    RuleQuantity(of.is_related_party, label=Text("Related party", "关联方"), unit="flag"),
)
"""Every quantity a rule may compare but REGION, in the order of the columns."""


def names() -> tuple[str, ...]:
    """Names of the quantities computed here, which are columns of the feature table after the features."""
    return tuple(quantity.name for quantity in RULE_QUANTITIES)


def rule_quantities(known: Mapping[str, pd.Series] | pd.DataFrame, gapped: pd.DataFrame) -> pd.DataFrame:
    """The quantities, one row per application on the index of `gapped`.

    `known` are as-of quantities from the fit rows; `gapped` the same without what is not known (`features.gaps`).
    """
    found = {}
    left = {str(name): gapped[name] for name in gapped.columns}
    for quantity in RULE_QUANTITIES:
        if quantity.text:
            found[quantity.name] = quantity.function(*(left[name] for name in quantity.inputs))
            continue
        value = quantity.values(left)
        if quantity.floor:
            least = quantity.values(known)
            value = value.where(~(least > 0), least)
        found[quantity.name] = value
    return pd.DataFrame(found, index=gapped.index)
