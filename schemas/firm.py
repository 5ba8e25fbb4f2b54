"""Tables about the enterprise itself: registration, financial statements, headcount."""

import pandas as pd

from schemas.declarations import Column, Condition, Lag, Part, Table, Text
from schemas.identifiers import folded

ENTERPRISE_ID = Column(
    "enterprise_id", "string", Text("The bank's own identifier of the enterprise", "企业在本行的编号"), required=True
)
EARLIEST = "1901-01-01"
"""No day of a bank's tables comes before it: the days that programs write for "unknown" do (1, 1753, 1899, 1900)."""
KNOWN_ON = Column(
    "known_on",
    "date",
    Text("Day the bank could know this row", "银行可获知该记录之日"),
    required=True,
    earliest=EARLIEST,
)
MOST_MONEY = 1e13
"""Plausible bound of an amount in the accounts of one enterprise [currency units]: twice the assets of State Grid.

Amounts are added as decimals with 16 digits before the point, so that a larger one would also end the whole batch.
"""
MOST_OF_A_DEAL = 1e11
"""Plausible bound of a single contract, investment or record [currency units]; many of them are added up."""
MOST_PEOPLE = 5e6
"""Plausible bound of a headcount [persons]: twice the largest private employer there is."""


def money(name: str, en: str, zh: str, low: float | None = 0.0, high: float = MOST_MONEY) -> Column:
    """Amount of money in the currency of the source (CNY unless the source says otherwise), in whole units.

    With `low` None the amount may be negative, down to minus `high`.
    """
    return Column(name, "number", Text(en, zh), unit="CNY", low=-high if low is None else low, high=high)


def people(name: str, en: str, zh: str) -> Column:
    """Headcount [persons], never negative."""
    return Column(name, "number", Text(en, zh), unit="persons", low=0.0, high=MOST_PEOPLE)


def date(name: str, en: str, zh: str, required: bool = False, past: bool = False) -> Column:
    """Calendar day, not before EARLIEST; `past` where it cannot come after the day the tables were extracted."""
    return Column(name, "date", Text(en, zh), required=required, earliest=EARLIEST, past=past)


def flag(name: str, en: str, zh: str) -> Column:
    """Yes, no, or missing."""
    return Column(name, "boolean", Text(en, zh))


def _not_the_first_day_of_unix(rows: pd.DataFrame) -> pd.Series:
    return rows["founded_on"] != pd.Timestamp("1970-01-01")


def _unlike_any_other(rows: pd.DataFrame) -> pd.Series:
    alike = folded(rows["enterprise_id"])
    return alike.isna() | ~alike.duplicated(keep=False)


ENTERPRISES = Table(
    "enterprises",
    Text("Registration of each enterprise, one row each", "企业登记信息，每户一行"),
    key=("enterprise_id",),
    columns=(
        ENTERPRISE_ID,
        Column(
            "credit_code",
            "string",
            Text("Unified social credit code, GB 32100-2015, check digit verified", "统一社会信用代码（校验位已核）"),
            pattern=r"[0-9A-HJ-NPQRTUWXY]{18}",
        ),
        Column("name", "string", Text("Registered name; shown, never a feature", "企业名称（仅供展示，不进入特征）")),
        Column(
            "controller",
            "string",
            Text(
                "Actual controller: a person or an enterprise; shown on the memo alone, never a feature",
                "实际控制人（自然人或企业；仅在授信审查意见中显示，不进入特征）",
            ),
        ),
        Column("province", "string", Text("Province or state of registration", "注册省份（州）")),
        Column("city", "string", Text("City of registration", "注册城市")),
        Column("industry", "string", Text("Industry code: GB/T 4754 division and class", "国民经济行业代码")),
        date("founded_on", "Day of registration", "成立日期", past=True),
        money("registered_capital", "Registered capital", "注册资本"),
        money("paid_in_capital", "Paid-in capital", "实缴资本"),
        Column(
            "ownership",
            "string",
            Text("Kind of owner", "所有制性质"),
            values=("private", "state", "foreign", "joint_venture", "collective"),
        ),
        Column(
            "listing",
            "string",
            Text("Market where the shares trade", "上市板块"),
            values=("unlisted", "regional", "neeq", "star", "gem", "bse", "main"),
        ),
        flag("franchise", "Works under a franchise", "是否特许经营"),
        Column("setting", "string", Text("Urban or rural seat", "城乡属性"), values=("urban", "rural")),
    ),
    parts=(Part("paid_in_capital", "registered_capital", "warn"),),
    conditions=(
        Condition(
            "founded_on_not_unix_zero",
            ("founded_on",),
            Text(
                "founded_on is not 1970-01-01, which programs write for 0 or unknown",
                "founded_on 不是 1970-01-01（程序常以其表示零或未知）",
            ),
            _not_the_first_day_of_unix,
            "founded_on IS DISTINCT FROM TIMESTAMP '1970-01-01'",
            "warn",
        ),
        Condition(
            "enterprise_id_unlike_any_other",
            ("enterprise_id",),
            Text(
                "enterprise_id differs from all others by more than width, case, blanks and leading zeros: or else one "
                "enterprise may be there twice, with its records under the other",
                "enterprise_id 与其他编号的差别不只在全角半角、大小写、空白与前导零（否则同一企业可能有两个编号，"
                "其记录分属两处）",
            ),
            _unlike_any_other,
            "folded(enterprise_id) IS NULL OR count(*) OVER (PARTITION BY folded(enterprise_id)) = 1",
            "warn",
            across=True,
        ),
    ),
    optional=False,
)

STATEMENTS = Table(
    "statements",
    Text(
        "Financial statements, annual and quarterly; a restatement is a further row",
        "财务报表，年报与季报；更正另列一行",
    ),
    key=("enterprise_id", "period_end", "period", "known_on"),
    columns=(
        ENTERPRISE_ID,
        date("period_end", "Last day of the reporting period", "报告期末日", required=True),
        Column(
            "period", "string", Text("Length of the period", "报表类型"), values=("annual", "quarterly"), required=True
        ),
        KNOWN_ON,
        money("revenue", "Operating revenue of the period", "营业收入"),
        money("hitech_revenue", "Revenue from hi-tech products and services", "高新技术产品（服务）收入"),
        money("costs", "Total cost and expense", "成本费用总额"),
        money("profit", "Net profit", "净利润", low=None),
        money("assets", "Total assets", "资产总额"),
        money("current_assets", "Current assets", "流动资产"),
        money("liabilities", "Total liabilities", "负债总额"),
        money("current_liabilities", "Current liabilities", "流动负债"),
        money("receivables", "Accounts receivable", "应收账款"),
        money("inventory", "Inventory", "存货"),
        money("cash", "Cash and cash equivalents", "货币资金"),
        money("operating_cash_flow", "Net cash flow from operations", "经营活动现金流量净额", low=None),
        money("interest_bearing_debt", "Interest-bearing debt", "有息负债"),
        money("market_value", "Market value of the shares, listed enterprises only", "总市值（上市企业）"),
        money("retained_earnings", "Retained earnings", "留存收益", low=None),
        money("ebit", "Earnings before interest and tax", "息税前利润", low=None),
        money("rd_expensed", "R&D expensed", "费用化研发支出"),
        money("rd_capitalised", "R&D capitalised", "资本化研发支出"),
        Column(
            "rd_domestic_share",
            "number",
            Text("Share of R&D incurred in China", "境内研发费用占比"),
            unit="fraction",
            low=0,
            high=1,
        ),
        money("rd_deduction_tax", "Income tax saved by the R&D super-deduction", "研发费用加计扣除所得税减免额"),
    ),
    parents={"enterprise_id": "enterprises"},
    lag=Lag(
        after="period_end",
        months=4,
        by="period",
        overrides={"quarterly": 1},
        source="Annual: four months after the end of the fiscal year (CSRC disclosure rules; annual reports by 30 "
        "April). Quarterly: one month after the end of the quarter (same rules).",
    ),
    ordered=(("period_end", "known_on"),),
    parts=(
        Part("current_assets", "assets"),
        Part("receivables", "assets"),
        Part("inventory", "assets"),
        Part("cash", "assets"),
        Part("current_liabilities", "liabilities"),
        Part("interest_bearing_debt", "liabilities"),
        # Long-term receivables, restricted cash and slow stock may stand outside current assets; hi-tech revenue is
        # declared under rules of its own.
        Part("receivables", "current_assets", "warn"),
        Part("inventory", "current_assets", "warn"),
        Part("cash", "current_assets", "warn"),
        Part("hitech_revenue", "revenue", "warn"),
    ),
)

HEADCOUNT = Table(
    "headcount",
    Text("Staff at the end of a period", "期末人员情况"),
    key=("enterprise_id", "period_end", "known_on"),
    columns=(
        ENTERPRISE_ID,
        date("period_end", "Day the people were counted", "统计日", required=True),
        KNOWN_ON,
        people("staff", "Staff", "从业人员"),
        people("rd_staff", "R&D staff", "研发人员"),
        people("st_staff", "Science and technology staff", "科技人员"),
        people("postgraduates", "Staff with a postgraduate degree", "研究生以上学历人员"),
        people("bachelors", "Staff with a bachelor's degree or higher", "本科以上学历人员"),
        people("graduates_hired", "Fresh graduates hired in the twelve months before", "近十二个月吸纳应届毕业生"),
        people("core_team", "Members of the core technical team", "核心技术团队人数"),
        people("core_joins", "Joins of the core team in the twelve months before", "近十二个月核心团队加入"),
        people("core_leaves", "Leaves of the core team in the twelve months before", "近十二个月核心团队离职"),
    ),
    parents={"enterprise_id": "enterprises"},
    lag=Lag(after="period_end", months=4, source="Counted with the annual report: known when the statement is."),
    ordered=(("period_end", "known_on"),),
    parts=(
        Part("rd_staff", "staff"),
        Part("st_staff", "staff"),
        Part("postgraduates", "staff"),
        Part("bachelors", "staff"),
        # Some banks count advisers in the team, hires who left again, or bachelors without the postgraduates.
        Part("core_team", "staff", "warn"),
        Part("graduates_hired", "staff", "warn"),
        Part("rd_staff", "st_staff", "warn"),
        Part("postgraduates", "bachelors", "warn"),
    ),
)
