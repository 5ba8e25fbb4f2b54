"""The worked example: simulated files of a bank, made here from a seed, and what the mapping makes of them."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from schemas.check import validated
from schemas.conform import conform
from schemas.tables import TABLES
from sources.bank.reading import read
from sources.bank.trial import dry_run

EXAMPLE = Path(__file__).parents[3] / "data/samples/bank_example"
MAPPING = EXAMPLE / "mapping.yaml"
ENTERPRISES = 48
CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PLACES = (
    ("广东", "深圳", "440300"),
    ("江苏", "苏州", "320500"),
    ("浙江", "杭州", "330100"),
    ("湖北", "武汉", "420100"),
)
INDUSTRIES = ("3921", "6513", "3973", "2770", "3499", "7340")

Rows = list[list[object]]


def credit_code(number: int, district: str) -> str:
    """Code of an enterprise that does not exist, with both check digits right (GB 11714, GB 32100-2015)."""
    body = f"XXXX{number:04d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    places = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    rest = (11 - sum(places.index(c) * w for c, w in zip(body, weights, strict=True)) % 11) % 11
    code = f"91{district}{body}{'X' if rest == 10 else rest}"
    total = sum(CODE.index(c) * pow(3, i, 31) for i, c in enumerate(code))
    return code + CODE[(31 - total % 31) % 31]


def money(value: float) -> str:
    """Amount as the example bank writes it: 万元, two digits, thousands separated."""
    return f"{value:,.2f}"


def enterprises(rng: np.random.Generator) -> Rows:
    founded = [pd.Timestamp(2005, 1, 1) + pd.Timedelta(days=int(d)) for d in rng.integers(0, 5400, ENTERPRISES)]
    rows: Rows = []
    for i in range(ENTERPRISES):
        province, city, district = PLACES[i % len(PLACES)]
        capital = float(np.round(np.exp(rng.normal(7, 1)), 0))
        owner = rng.choice(["民营", "国有", "外资", "其他"], p=[0.8, 0.1, 0.05, 0.05])
        listing = rng.choice(["未上市", "新三板", "科创板"], p=[0.8, 0.15, 0.05])
        paid = capital * rng.uniform(0.3, 1)
        who = [f"{600100 + i:08d}", credit_code(i + 1, district), province, city, INDUSTRIES[i % 6]]
        rows.append([*who, f"{founded[i]:%Y%m%d}", money(capital), money(paid), owner, listing, "示例客户"])
    return rows


def statements(rng: np.random.Generator, year: int, revenue: np.ndarray) -> Rows:
    rows: Rows = []
    for i, sales in enumerate(revenue):
        assets, leverage = sales * rng.uniform(0.8, 2.0), rng.uniform(0.2, 0.8)
        liabilities, profit, rd = assets * leverage, sales * rng.normal(0.05, 0.1), sales * rng.uniform(0.03, 0.2)
        amounts = [sales, sales * rng.uniform(0.4, 0.95), sales - profit, profit, assets, assets * 0.6, liabilities]
        amounts += [liabilities * 0.7, sales * rng.uniform(0.1, 0.5), sales * rng.uniform(0.05, 0.3)]
        amounts += [assets * rng.uniform(0.02, 0.2), profit * rng.uniform(0.2, 1.5), liabilities * 0.4, rd]
        came = pd.Timestamp(year + 1, 3, 1) + pd.Timedelta(days=int(rng.integers(0, 80)))
        received = "未填报" if rng.random() < 0.15 else f"{came.year}年{came.month}月{came.day}日"
        share = f"{rng.uniform(80, 100):.1f}"
        rows.append([f"{600100 + i:08d}", year, "合并", *(money(a) for a in amounts), share, received])
    return rows


def people(rng: np.random.Generator) -> Rows:
    rows: Rows = []
    for i in range(ENTERPRISES):
        for year in (2021, 2022):
            staff = int(np.exp(rng.normal(4, 0.8)))
            rd = int(staff * rng.uniform(0.1, 0.5))
            rows.append(
                [f"{600100 + i:08d}", f"{year}/12/31", staff, rd, int(rd * 0.3), int(staff * 0.5), int(staff * 0.05)]
            )
    return rows


def patents(rng: np.random.Generator) -> Rows:
    rows: Rows = []
    for i in range(ENTERPRISES):
        for _ in range(int(rng.poisson(4))):
            kind = str(rng.choice(["发明专利", "实用新型", "外观设计"], p=[0.35, 0.5, 0.15]))
            filed = pd.Timestamp(2016, 1, 1) + pd.Timedelta(days=int(rng.integers(0, 2300)))
            grant = filed + pd.Timedelta(
                days=int(rng.integers(500, 1100) if kind == "发明专利" else rng.integers(150, 330))
            )
            public = filed + pd.DateOffset(months=18) if kind == "发明专利" else grant
            number = f"{filed.year}{len(rows) + 10000:05d}.{len(rows) % 10}"
            lapse = "99991231" if rng.random() < 0.8 else f"{grant + pd.DateOffset(years=2):%Y%m%d}"
            dates = [f"{filed:%Y-%m-%d}", f"{public:%Y-%m-%d}", f"{grant:%Y-%m-%d}" if rng.random() < 0.8 else "-"]
            flags = ["是" if rng.random() < 0.05 else "否", "是" if rng.random() < 0.7 else "否"]
            rows.append([number, f"{600100 + i:08d}", kind, *dates, lapse, *flags])
    return rows


def software(rng: np.random.Generator) -> Rows:
    rows: Rows = []
    for i in range(0, ENTERPRISES, 2):
        filed = pd.Timestamp(2020, 1, 1) + pd.Timedelta(days=int(rng.integers(0, 900)))
        registered = filed + pd.Timedelta(days=int(rng.integers(20, 90)))
        rows.append([f"{registered.year}SR{i:06d}", f"{600100 + i:08d}", f"{filed:%Y.%m.%d}", f"{registered:%Y.%m.%d}"])
    return rows


def borrowings(rng: np.random.Generator) -> Rows:
    rows: Rows = []
    for i in range(ENTERPRISES):
        for lender in range(int(rng.integers(0, 4))):
            line = float(np.round(np.exp(rng.normal(6, 0.7)), -1))
            for month in ("202209", "202212"):
                rows.append(
                    [
                        f"{600100 + i:08d}",
                        f"机构{lender + 1:02d}",
                        month,
                        f"{line:.0f}",
                        f"{line * rng.uniform(0, 1):.2f}",
                    ]
                )
    return rows


def lending(rng: np.random.Generator) -> tuple[Rows, Rows]:
    applications: Rows = []
    outcomes: Rows = []
    for i in range(ENTERPRISES + 8):
        day = pd.Timestamp(2022, 6, 1) + pd.Timedelta(days=int(rng.integers(0, 300)))
        number, amount, granted = (
            f"LN{day:%Y%m}{i:04d}",
            float(np.round(np.exp(rng.normal(6, 0.6)), -1)),
            rng.random() < 0.8,
        )
        answer, line = "同意" if granted else "否决", "Y" if rng.random() < 0.5 else "N"
        who = f"{600100 + i % ENTERPRISES:08d}"
        applications.append(
            [number, who, f"{day:%Y%m%d}", "科技信用贷", f"{amount:.0f}", f"{amount:.0f}", answer, line, "A03"]
        )
        if granted:
            ends, bad = day + pd.DateOffset(months=12), rng.random() < 0.06
            turned = f"{day + pd.DateOffset(months=7):%Y%m%d}" if bad else ""
            outcomes.append([number, 12, f"{ends:%Y%m%d}", "是" if bad else "否", turned, turned or f"{ends:%Y%m%d}"])
    return applications, outcomes


HEADERS: dict[str, str] = {
    "客户基本信息表.csv": "客户号,统一社会信用代码,注册地（省）,注册地（市）,国标行业代码(4位),成立日期,注册资本(万元),"
    "实缴资本(万元),所有制性质,上市情况,备注",
    "人员情况.csv": "客户号,统计日,从业人数（人）,其中研发人员,硕士及以上,本科及以上,当年招收应届生",
    "专利清单.csv": "专利申请号,权利人客户号,专利类型,申请日,公开（公告）日,授权日,失效日,PCT申请,与主营业务相关",
    "软件著作权.csv": "登记号,权利人客户号,受理日,登记日",
    "征信_授信余额.txt": "客户号,授信机构,报告月份,授信额度,贷款余额",
    "贷款申请.csv": "申请编号,客户号,审批日,产品名称,申请金额(万元),审批敞口(万元),审批结论,循环额度,客户经理",
    "贷款表现.csv": "申请编号,表现期（月）,表现期止,是否不良,转不良日,结果获知日",
    "财务报表_2021.csv": "客户号,报表年度,报表口径,营业收入(万元),其中:高新技术产品(服务)收入(万元),成本费用总额(万元),"
    "净利润(万元),资产总计(万元),流动资产(万元),负债合计(万元),流动负债(万元),应收账款(万元),存货(万元),货币资金(万元),"
    "经营现金流净额(万元),有息负债(万元),研发费用(万元),境内研发占比(%),报表收到日",
}
HEADERS["财务报表_2022.csv"] = HEADERS["财务报表_2021.csv"]


def write_example(folder: Path) -> None:
    """The files of the example, the same bytes every time; all values simulated."""
    rng = np.random.default_rng(20240105)
    customers = enterprises(rng)
    revenue = np.exp(rng.normal(8, 1.2, ENTERPRISES))
    applications, outcomes = lending(rng)
    files = {
        "客户基本信息表.csv": customers,
        "财务报表_2021.csv": statements(rng, 2021, revenue),
        "财务报表_2022.csv": statements(rng, 2022, revenue * rng.uniform(0.7, 1.6, ENTERPRISES)),
        "人员情况.csv": people(rng),
        "专利清单.csv": patents(rng),
        "软件著作权.csv": software(rng),
        "征信_授信余额.txt": borrowings(rng),
        "贷款申请.csv": applications,
        "贷款表现.csv": outcomes,
    }
    for name, rows in files.items():
        text = name.endswith(".txt")
        with (folder / name).open("w", encoding="gb18030" if text else "gbk", newline="") as file:
            writer = csv.writer(file, delimiter="|" if text else ",", lineterminator="\n")
            writer.writerow(HEADERS[name].split(","))
            writer.writerows(rows)


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return read(MAPPING, str(EXAMPLE)).tables


def test_the_files_of_the_example_are_the_ones_made_here(tmp_path):
    write_example(tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in EXAMPLE.iterdir() if path.suffix in {".csv", ".txt"}}
    assert made == kept


def test_the_example_is_small():
    assert sum(path.stat().st_size for path in EXAMPLE.iterdir()) < 100_000


def test_every_table_of_the_example_conforms(tables):
    assert set(tables) == {
        "enterprises",
        "statements",
        "headcount",
        "patents",
        "borrowings",
        "applications",
        "outcomes",
    }
    for name, frame in tables.items():
        conformed = conform(frame, TABLES[name])
        assert not conformed.duplicated(list(TABLES[name].key)).any()
        required = [c.name for c in TABLES[name].columns if c.required]
        assert conformed[required].notna().all(axis=None)


def test_money_in_ten_thousands_becomes_yuan_and_percent_becomes_a_fraction(tables):
    with (EXAMPLE / "财务报表_2021.csv").open(encoding="gbk", newline="") as file:
        theirs = next(csv.DictReader(file))
    ours = tables["statements"].iloc[0]
    assert ours["revenue"] == pytest.approx(float(theirs["营业收入(万元)"].replace(",", "")) * 10_000)
    assert ours["rd_domestic_share"] == pytest.approx(float(theirs["境内研发占比(%)"]) / 100)


def test_files_of_several_years_and_two_kinds_of_rights_become_one_table_each(tables):
    assert len(tables["statements"]) == 2 * ENTERPRISES
    assert set(tables["statements"]["period_end"].dt.strftime("%Y-%m-%d")) == {"2021-12-31", "2022-12-31"}
    assert set(tables["patents"]["kind"]) == {"invention", "utility", "design", "software"}


def test_identifiers_keep_their_leading_zeros(tables):
    assert tables["enterprises"]["enterprise_id"].iloc[0] == "00600100"


def test_a_statement_without_a_day_of_receipt_is_known_by_the_declared_lag(tables):
    missing = tables["statements"]["known_on"].isna()
    assert 0 < missing.sum() < len(missing)
    conformed = conform(tables["statements"], TABLES["statements"])
    april = conformed.loc[missing & (conformed["period_end"] == "2021-12-31"), "known_on"]
    assert (april == pd.Timestamp("2022-04-30")).all()


def test_every_identifier_points_to_a_row_that_is_there(tables):
    known = set(tables["enterprises"]["enterprise_id"])
    for name in ("statements", "headcount", "patents", "borrowings", "applications"):
        assert set(tables[name]["enterprise_id"]) <= known
    assert set(tables["outcomes"]["application_id"]) <= set(tables["applications"]["application_id"])


def test_the_dry_run_of_the_example_is_ready_and_says_what_is_missing():
    found = dry_run(MAPPING, str(EXAMPLE))
    assert found.ready
    assert found.missing_tables == (
        "technology_contracts",
        "qualifications",
        "equity_rounds",
        "equity_pledges",
        "guarantees",
        "conduct",
    )
    assert ("statements", "rd_capitalised") in found.missing
    assert ("headcount", "known_on") not in found.missing
    assert found.lagged == ("headcount", "borrowings")
    assert ("客户基本信息表.csv", "备注") in found.unused
    assert ("贷款申请.csv", "客户经理") in found.unused
    assert [a.rows_in for a in found.accounts if a.source == "财务报表_2021.csv"] == [ENTERPRISES]


def test_validation_rejects_no_row_of_the_example(tables):
    conformed = {name: conform(frame, TABLES[name]) for name, frame in tables.items()}
    result = validated(conformed, pd.Timestamp("2024-06-30"))
    assert all(q.rejected == q.duplicates == sum(q.warned.values()) == 0 for q in result.quality)
