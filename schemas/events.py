"""Tables about money from others and conduct: equity, borrowings, guarantees, adverse records."""

from schemas.declarations import Column, Lag, Table, Text
from schemas.firm import ENTERPRISE_ID, KNOWN_ON, MOST_OF_A_DEAL, date, flag, money

EQUITY_ROUNDS = Table(
    "equity_rounds",
    Text("Equity financing rounds, one row an investor", "股权融资，每个投资方一行"),
    key=("enterprise_id", "round_id"),
    columns=(
        ENTERPRISE_ID,
        Column("round_id", "string", Text("Identifier of the investment", "融资编号"), required=True),
        date("closed_on", "Day the round closed", "交割日", required=True),
        Column(
            "round",
            "string",
            Text("Round", "轮次"),
            values=("seed", "angel", "a", "b", "c", "d_plus", "pre_ipo", "strategic"),
        ),
        money("amount", "Amount invested", "投资金额", high=MOST_OF_A_DEAL),
        Column(
            "investor_kind",
            "string",
            Text("Kind of investor", "投资方类型"),
            values=("vc", "pe", "government_fund", "bank_aic", "corporate", "angel", "insurance"),
        ),
        Column(
            "money_source",
            "string",
            Text("Where the fund's money comes from, looked through", "穿透后的资金来源"),
            values=("government", "bank", "insurance", "corporate", "wealthy_individuals", "foreign", "unknown"),
        ),
        flag("bank_group", "Invested by an institution of the bank's own group", "是否由本行集团内机构投资"),
        KNOWN_ON,
    ),
    parents={"enterprise_id": "enterprises"},
    lag=Lag(
        after="closed_on",
        months=1,
        source="Change of shareholders is registered within 30 days (Company Registration Rules).",
    ),
    ordered=(("closed_on", "known_on"),),
)

EQUITY_PLEDGES = Table(
    "equity_pledges",
    Text("Pledges of the enterprise's own shares", "股权质押"),
    key=("enterprise_id", "pledge_id"),
    columns=(
        ENTERPRISE_ID,
        Column("pledge_id", "string", Text("Registration number of the pledge", "质权登记编号"), required=True),
        date("pledged_on", "Day of registration", "出质登记日", required=True),
        date("released_on", "Day of release", "注销日"),
        Column("share", "number", Text("Share of the equity pledged", "出质股权占比"), unit="fraction", low=0, high=1),
        KNOWN_ON,
    ),
    parents={"enterprise_id": "enterprises"},
    lag=Lag(after="pledged_on", months=0, source="Pledges of shares are public on the day of registration."),
    ordered=(("pledged_on", "released_on"), ("pledged_on", "known_on")),
)

BORROWINGS = Table(
    "borrowings",
    Text(
        "Lines and balances of every lender, from the credit registry, one row a lender and month end",
        "征信系统各机构授信与余额",
    ),
    key=("enterprise_id", "lender_id", "reported_on"),
    columns=(
        ENTERPRISE_ID,
        Column("lender_id", "string", Text("Lender", "授信机构"), required=True),
        date("reported_on", "Day the balance stands for", "余额日期", required=True),
        money("line", "Credit line", "授信额度"),
        money("balance", "Outstanding balance", "贷款余额"),
        KNOWN_ON,
    ),
    parents={"enterprise_id": "enterprises"},
    lag=Lag(
        after="reported_on",
        months=1,
        source="Monthly reporting to the credit registry: known a month later (assumption of this project).",
    ),
    ordered=(("reported_on", "known_on"),),
)

GUARANTEES = Table(
    "guarantees",
    Text("Guarantees and risk-sharing cover of applications", "担保与风险分担"),
    key=("application_id", "guarantor_kind"),
    columns=(
        Column("application_id", "string", Text("Application covered", "申请编号"), required=True),
        Column(
            "guarantor_kind",
            "string",
            Text("Kind of guarantor", "担保方类型"),
            values=("government_agency", "guarantee_fund", "guarantee_company", "owner", "enterprise", "insurance"),
            required=True,
        ),
        money("covered", "Amount covered", "担保金额"),
        KNOWN_ON,
    ),
    parents={"application_id": "applications"},
)

CONDUCT = Table(
    "conduct",
    Text(
        "Adverse records: overdue debts, enforcement, dishonest-debtor and abnormal lists, penalties",
        "不良记录：逾期、执行、失信、经营异常、处罚",
    ),
    key=("enterprise_id", "record_id"),
    columns=(
        ENTERPRISE_ID,
        Column("record_id", "string", Text("Identifier of the record", "记录编号"), required=True),
        Column(
            "kind",
            "string",
            Text("Kind of record", "记录类型"),
            values=("overdue", "enforcement", "dishonest_debtor", "abnormal_list", "penalty", "serious_breach"),
            required=True,
        ),
        date("happened_on", "Day it began", "发生日", required=True),
        date("resolved_on", "Day it ended", "解除日"),
        money("amount", "Amount concerned", "涉及金额", high=MOST_OF_A_DEAL),
        Column(
            "days_past_due",
            "number",
            Text("Days past due, overdue records only", "逾期天数"),
            unit="days",
            low=0,
            high=36525,
        ),
        KNOWN_ON,
    ),
    parents={"enterprise_id": "enterprises"},
    lag=Lag(
        after="happened_on",
        months=1,
        source="Credit registry and court lists: known a month later (assumption of this project).",
    ),
    ordered=(("happened_on", "resolved_on"), ("happened_on", "known_on")),
)
