"""A small bank that can be trained on, as a bank keeps it: GBK text files, workbooks, and tables in PostgreSQL."""

from pathlib import Path

import openpyxl
import pandas as pd
import sqlalchemy as sa

from sources.simulated.portfolio import SimulatedParams, tables

APPLICATIONS = 4500
KINDS = {
    "overdue": "逾期",
    "enforcement": "被执行",
    "dishonest_debtor": "失信被执行人",
    "penalty": "处罚",
    "serious_breach": "严重违法",
    "abnormal_list": "经营异常",
}
OWNERS = {"private": "民营", "state": "国有", "joint_venture": "合资", "foreign": "外资"}
STATEMENT = {
    "revenue": "营业收入(万元)",
    "profit": "净利润(万元)",
    "assets": "资产总计(万元)",
    "current_assets": "流动资产(万元)",
    "liabilities": "负债合计(万元)",
    "current_liabilities": "流动负债(万元)",
    "cash": "货币资金(万元)",
    "operating_cash_flow": "经营现金流净额(万元)",
    "interest_bearing_debt": "有息负债(万元)",
    "rd_expensed": "研发费用(万元)",
}
BAD_RECORD = "E-none,R-bad,逾期,2024-02-30,,31\r\n"
"""A record whose day does not exist, of an enterprise that is not the bank's."""


def write_files(export: Path, made: dict[str, pd.DataFrame]) -> None:
    """Customers, staff and bad records as GBK text; the annual statements of each year as a workbook.

    The first customer stands there twice, and one bad record cannot be read.
    """
    export.mkdir(parents=True)
    known = made["enterprises"]
    customers = pd.DataFrame(
        {
            "客户号": known["enterprise_id"],
            "注册地": known["province"],
            "行业代码": known["industry"],
            "成立日期": known["founded_on"].dt.strftime("%Y年%m月%d日"),
            "注册资本(万元)": (known["registered_capital"] / 1e4).map("{:,.2f}".format),
            "所有制": known["ownership"].map(OWNERS),
        }
    )
    _text(pd.concat([customers, customers.iloc[:1]]), export / "客户.csv")
    staff = made["headcount"][["enterprise_id", "period_end", "staff", "rd_staff"]]
    _text(staff.set_axis(["客户号", "统计日", "从业人数", "研发人员"], axis=1), export / "人员.csv")
    records = made["conduct"].assign(kind=made["conduct"]["kind"].map(KINDS))
    records = records[["enterprise_id", "record_id", "kind", "happened_on", "resolved_on", "days_past_due"]]
    _text(records.set_axis(["客户号", "编号", "类型", "发生日", "解除日", "逾期天数"], axis=1), export / "不良记录.csv")
    with (export / "不良记录.csv").open("a", encoding="gbk", newline="") as opened:
        opened.write(BAD_RECORD)
    annual = made["statements"][made["statements"]["period"] == "annual"]
    for year, rows in annual.groupby(annual["period_end"].dt.year):
        _workbook(rows, int(year), export / f"财务报表_{year}.xlsx")


def _text(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, encoding="gbk", date_format="%Y/%m/%d", lineterminator="\r\n", na_rep="-")


def _workbook(rows: pd.DataFrame, year: int, path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("年报")
    sheet.append(["客户号", "报表年度", "收到日", *STATEMENT.values()])
    amounts = (rows[list(STATEMENT)] / 1e4).round(4).astype("object").where(rows[list(STATEMENT)].notna(), None)
    for name, day, values in zip(rows["enterprise_id"], rows["known_on"], amounts.to_numpy(), strict=True):
        sheet.append([name, f"{year}年度", day.date(), *values])
    book.save(path)


def write_database(url: str, made: dict[str, pd.DataFrame]) -> None:
    """Applications and outcomes in the schema 授信, money in 万元."""
    asked, known = made["applications"], made["outcomes"]
    applications = pd.DataFrame(
        {
            "申请编号": asked["application_id"],
            "客户号": asked["enterprise_id"],
            "审批日": asked["as_of"].dt.date,
            "申请金额": asked["amount"] / 1e4,
            "审批敞口": asked["exposure"] / 1e4,
            "是否通过": asked["accepted"].astype("bool"),
        }
    )
    outcomes = pd.DataFrame(
        {
            "申请编号": known["application_id"],
            "表现期": known["window_months"],
            "表现期止": known["window_ends_on"],
            "是否不良": known["defaulted"].astype("bool"),
            "转不良日": known["defaulted_on"],
            "获知日": known["known_on"],
        }
    )
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text('CREATE SCHEMA "授信"'))
        for name, frame in (("贷款申请", applications), ("贷款表现", outcomes)):
            frame.to_sql(name, connection, schema="授信", index=False, method="multi", chunksize=2000)
    engine.dispose()


def small_bank() -> dict[str, pd.DataFrame]:
    """Canonical tables of the bank before they are written its way."""
    return tables(SimulatedParams(APPLICATIONS, 11, 0.02))
