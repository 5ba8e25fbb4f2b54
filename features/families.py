"""Families of features that say the same: a family gives one reason, by the most telling of its features."""

from dataclasses import dataclass

from schemas.declarations import Text


@dataclass(frozen=True)
class Family:
    """What a family of features is called, and how it may be used.

    `tellable` says whether its reason may be told to the customer: not what other lenders reported, which the bank
    holds for its own decision, nor what is no trait of the enterprise. `lever` names features that stand for one
    quantity, so that whoever changes one of them changes all of them to the same value.
    """

    label: Text
    tellable: bool = True
    lever: tuple[str, ...] = ()


def _own(en: str, zh: str) -> Family:
    return Family(Text(en, zh), tellable=False)


FAMILIES: dict[str, Family] = {
    "rd_spend": Family(Text("R&D spend", "研发投入强度")),
    "rd_trend": Family(Text("Trend of R&D spend", "研发投入趋势")),
    "rd_accounting": Family(Text("Make-up of R&D spend", "研发投入构成")),
    "rd_confirmed": Family(Text("R&D confirmed by the tax office", "研发费用税务核实")),
    "rights_count": Family(Text("Valid IP rights", "有效知识产权数量")),
    "rights_quality": Family(Text("Quality of IP rights", "知识产权质量")),
    "rights_origin": Family(Text("Origin of IP rights", "知识产权来源")),
    "rights_renewal": Family(Text("Renewal of IP rights", "知识产权更新")),
    "rights_lapsed": Family(Text("Lapsed IP rights", "知识产权失效")),
    "rights_pledged": Family(Text("Pledged IP rights", "知识产权质押")),
    "rights_per_head": Family(Text("IP rights per R&D head", "人均知识产权产出")),
    "rd_staff": Family(Text("R&D staff", "研发与科技人员占比")),
    "education": Family(Text("Education of staff", "人员学历结构")),
    "core_team": Family(Text("Core technical team", "核心技术团队")),
    "staff_trend": Family(Text("Trend of staff", "人员增减")),
    "hitech_revenue": Family(Text("Revenue of hi-tech products", "高新技术产品（服务）收入")),
    "hitech_revenue_trend": Family(Text("Trend of hi-tech revenue", "高新技术产品（服务）收入趋势")),
    "technology_contracts": Family(Text("Technology contracts", "技术合同")),
    "buyers": Family(Text("Buyers of technology", "技术合同买方")),
    "conversion": Family(Text("Results put to use", "成果转化")),
    "titles": Family(Text("Titles", "资质认定")),
    "recognition": Family(Text("Platforms, awards, programmes, standards", "平台、奖励、项目与标准")),
    "innovation_points": Family(Text("Innovation points", "创新积分")),
    "title_criteria": Family(Text("Criteria of titles", "资质标准达标情况")),
    "leverage": Family(Text("Leverage", "负债水平"), lever=("leverage", "recent_leverage")),
    "liquidity": Family(Text("Liquidity", "短期偿债能力")),
    "cash_flow": Family(Text("Operating cash flow", "经营现金流")),
    "retained_earnings": Family(Text("Retained earnings", "留存收益")),
    "market_value": Family(Text("Market value", "市值")),
    "scale": Family(Text("Scale", "经营规模")),
    "statement_age": Family(Text("Age of the accounts", "财务报表时效")),
    "profitability": Family(Text("Profitability", "盈利能力")),
    "profit_trend": Family(Text("Trend of profit", "利润变动")),
    "sales_trend": Family(Text("Trend of revenue", "营业收入趋势")),
    "asset_trend": Family(Text("Trend of assets", "资产变动")),
    "turnover_of_assets": Family(Text("Turnover", "营运效率")),
    "working_capital_days": Family(Text("Receivables and inventory", "应收账款与存货周转")),
    "amount": Family(Text("Amount applied for", "申请金额")),
    "guarantee": Family(Text("Guarantees", "担保")),
    "loan_form": _own("Form of the loan", "贷款形式"),
    "lender_place": _own("Place of the branch", "受理机构所在地"),
    "equity_finance": Family(Text("Equity finance", "股权融资")),
    "investors": Family(Text("Kinds of investors", "投资方构成")),
    "shares_pledged": Family(Text("Pledged shares", "股权质押")),
    "lenders": _own("Lenders", "授信机构"),
    "borrowing": _own("Borrowing at all lenders", "全部贷款"),
    "line_use": _own("Use of credit lines", "授信使用率"),
    "overdue": Family(Text("Overdue payments", "逾期记录")),
    "enforcement": Family(Text("Court enforcements", "被执行案件")),
    "abnormal_list": Family(Text("List of abnormal operations", "经营异常名录")),
    "serious_breach": Family(Text("Serious breach", "严重违法失信")),
    "penalties": Family(Text("Administrative penalties", "行政处罚")),
    "last_record": Family(Text("Time since the last adverse record", "最近不良记录")),
    "industry": _own("Industry", "行业"),
    "age": Family(Text("Age of the enterprise", "企业年龄")),
    "capital": Family(Text("Registered and paid-in capital", "注册与实缴资本")),
    "listing": Family(Text("Listing", "上市（挂牌）")),
    "state_owned": _own("State ownership", "国有性质"),
    "franchise": Family(Text("Franchise", "特许经营")),
    "urban": _own("Urban seat", "城乡属性"),
    "jobs": Family(Text("Jobs planned and kept", "拟新增与保留岗位")),
}
"""Families by code, in the order of the catalogue; who may be told which is an assumption of this project."""
