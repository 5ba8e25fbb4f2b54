"""Tables about lending: applications with their day of decision, and what became of the loans."""

import pandas as pd

from schemas.declarations import Column, Condition, Follows, Part, Table, Text
from schemas.firm import ENTERPRISE_ID, MOST_MONEY, date, flag, money, people

APPLICATION_ID = Column("application_id", "string", Text("Identifier of the application", "申请编号"), required=True)

APPLICATIONS = Table(
    "applications",
    Text("Loan applications: the unit of work, each with its as_of", "贷款申请，每笔带决策日"),
    key=("application_id",),
    columns=(
        APPLICATION_ID,
        ENTERPRISE_ID,
        date(
            "as_of",
            "Day of decision; nothing known later may be used",
            "决策日（其后获知的信息不得使用）",
            required=True,
        ),
        Column("product", "string", Text("Product applied for", "申请产品")),
        Column(
            "purpose",
            "string",
            Text("Purpose of the loan, in words or a code", "贷款用途"),
        ),
        Column(
            "collateral",
            "string",
            Text("What is pledged for the loan; empty where nothing is stated", "抵质押物（未说明则留空）"),
        ),
        Column(
            "amount",
            "number",
            Text("Amount applied for", "申请金额"),
            unit="CNY",
            low=0,
            high=MOST_MONEY,
            required=True,
        ),
        Column(
            "exposure",
            "number",
            Text("Amount that counts in the NPL ratio", "计入不良率的敞口"),
            unit="CNY",
            low=0,
            high=MOST_MONEY,
            positive=True,
            required=True,
        ),
        Column(
            "term_months",
            "number",
            Text("Term applied for", "申请期限"),
            unit="months",
            low=0,
            high=600,
            positive=True,
        ),
        flag("related_party", "Applicant is a related party of the bank", "是否本行关联方"),
        flag("accepted", "Granted under the policy of its day", "当时政策下是否批准"),
        flag("revolving", "Revolving line", "是否循环额度"),
        flag("simplified", "Simplified procedure", "是否简易程序"),
        flag("new_business", "New business, as declared", "申报为新设企业"),
        people("jobs_planned", "Jobs to be created, as declared", "申报拟新增岗位"),
        people("jobs_kept", "Jobs to be kept, as declared", "申报拟保留岗位"),
        Column("lender", "string", Text("Branch or bank that took the application", "受理机构")),
        Column("lender_province", "string", Text("Province or state of that branch or bank", "受理机构所在地")),
        money("guaranteed", "Amount guaranteed by a public agency", "公共担保金额"),
    ),
    parents={"enterprise_id": "enterprises"},
    # Interest that is added to the debt may carry the exposure above what was asked for; rules take the larger one.
    parts=(Part("guaranteed", "amount", "warn"), Part("exposure", "amount", "warn")),
    optional=False,
)


def _no_default_day_without_default(rows: pd.DataFrame) -> pd.Series:
    return rows["defaulted"].fillna(True) | rows["defaulted_on"].isna()


def _good_known_when_over(rows: pd.DataFrame) -> pd.Series:
    """A good outcome is known when the window has closed, or when the loan was closed in full if that came first."""
    over = rows[["window_ends_on", "closed_on"]].min(axis=1)
    return rows["defaulted"].fillna(True) | ~(rows["known_on"] < over)


def _default_has_a_day(rows: pd.DataFrame) -> pd.Series:
    return ~rows["defaulted"].fillna(False) | rows["defaulted_on"].notna()


OUTCOMES = Table(
    "outcomes",
    Text("What became of granted loans; a rejected application has none", "贷款结果（被拒申请无结果）"),
    key=("application_id",),
    columns=(
        APPLICATION_ID,
        Column(
            "window_months",
            "number",
            Text("Length of the outcome window; missing means the life of the loan", "表现期长度（缺失表示贷款全期）"),
            unit="months",
            low=1,
            high=600,
        ),
        date("window_ends_on", "Day the window closes", "表现期结束日", required=True),
        Column("defaulted", "boolean", Text("Defaulted within the window", "表现期内是否违约"), required=True),
        date("defaulted_on", "Day of default", "违约日", past=True),
        date("closed_on", "Day the loan was closed in full, before its window closed", "贷款提前结清日", past=True),
        date(
            "known_on",
            "Day the outcome was known: day of default, or the end of the window",
            "结果获知日",
            required=True,
        ),
        Column(
            "weight",
            "number",
            Text("Loans of the population one row stands for", "样本权重（代表的总体笔数）"),
            unit="loans",
            low=0,
            high=1e6,
            positive=True,
            required=True,
        ),
    ),
    parents={"application_id": "applications"},
    ordered=(("defaulted_on", "window_ends_on"), ("defaulted_on", "known_on")),
    follows=(
        Follows("defaulted_on", "applications", "as_of"),
        Follows("closed_on", "applications", "as_of"),
        Follows("window_ends_on", "applications", "as_of", strictly=True),
    ),
    conditions=(
        Condition(
            "no_default_day_without_default",
            ("defaulted", "defaulted_on"),
            Text("a loan that did not default has no day of default", "未违约贷款不得有违约日"),
            _no_default_day_without_default,
            "COALESCE(defaulted, TRUE) OR defaulted_on IS NULL",
        ),
        Condition(
            "good_known_when_window_closed",
            ("defaulted", "known_on", "window_ends_on", "closed_on"),
            Text(
                "a good outcome is not known before the window closed, or the loan was closed in full",
                "正常结果不得早于表现期结束日（或提前结清日）获知",
            ),
            _good_known_when_over,
            "COALESCE(defaulted, TRUE) OR NOT COALESCE(known_on < LEAST(window_ends_on, closed_on), FALSE)",
        ),
        Condition(
            "default_has_a_day",
            ("defaulted", "defaulted_on"),
            Text(
                "a default has a day; without one it counts at the end of the window",
                "违约应有违约日，缺失时按表现期末计",
            ),
            _default_has_a_day,
            "NOT COALESCE(defaulted, FALSE) OR defaulted_on IS NOT NULL",
            "warn",
        ),
    ),
    optional=False,
)
