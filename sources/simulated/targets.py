"""What the simulated portfolio is calibrated to: published figures and assumptions beside what was generated."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from schemas.declarations import Text
from sources.simulated.moments import moments
from sources.simulated.world import ACCEPTED_SHARE, DEFAULT_RATE


@dataclass(frozen=True)
class Target:
    """One figure the portfolio should show: `value` within `tolerance` in `unit`.

    `flag`: V verified in a copy of the source, D derived from such, R recalled, A assumption of this project.
    """

    name: str
    label: Text
    value: float
    tolerance: float
    unit: str
    flag: str
    source: str


_GRANTS = "CNIPA: patents granted in 2023, 92.1 / 209 / 63.8 ten-thousand inventions / utility models / designs"
_GUANGZHOU = "Statistics of hi-tech enterprises, Guangzhou 2024"
_HTE = "Published counts of hi-tech enterprises in force (2023) over 46.3 ten-thousand"
_EMERGING = "Strategic emerging industries above scale, economic census 2023"
_LOSS = (
    "Between 23.3 % of small and micro enterprises in the first quarter of 2015 (Xinhua, 2015-04-17) and 38.7 % of all "
    "enterprises (Society for Market Supervision, Enterprise Annual Report 2016); read in weak copies"
)
_NONE = "Nothing is published: assumption of this project"

TARGETS: tuple[Target, ...] = (
    Target("grants_invention", Text("Inventions among grants", "授权中发明占比"),
           0.252, 0.03, "fraction", "D", _GRANTS),
    Target("grants_utility", Text("Utility models among grants", "授权中实用新型占比"),
           0.573, 0.03, "fraction", "D", _GRANTS),
    Target("grants_design", Text("Designs among grants", "授权中外观设计占比"), 0.175, 0.03, "fraction", "D", _GRANTS),
    Target("inventions_each", Text("Valid inventions of enterprises with any, 2024", "拥有有效发明的企业户均件数"),
           7.05, 1.2, "rights", "D", "CNIPA: 350.6 ten-thousand inventions of 49.7 ten-thousand enterprises, 2024"),
    Target("examination_months", Text("Examination of inventions", "发明审查周期"), 15.5, 0.5, "months", "V",
           "CNIPA: mean examination of inventions in 2024; counted here from publication"),
    Target("rd_at_least_10", Text("Hi-tech, R&D of 10 % of revenue or more", "高企研发强度10%及以上占比"),
           0.377, 0.04, "fraction", "V", _GUANGZHOU),
    Target("rd_5_to_10", Text("Hi-tech, R&D of 5 to 10 % of revenue", "高企研发强度5%-10%占比"),
           0.389, 0.04, "fraction", "V", _GUANGZHOU),
    Target("rd_3_to_5", Text("Hi-tech, R&D of 3 to 5 % of revenue", "高企研发强度3%-5%占比"),
           0.213, 0.04, "fraction", "V", _GUANGZHOU),
    Target("revenue_100m", Text("Hi-tech, revenue of 100 million or more", "高企营收1亿元及以上占比"),
           0.238, 0.05, "fraction", "V", _GUANGZHOU),
    Target("revenue_below_50m", Text("Hi-tech, revenue below 50 million", "高企营收5000万元以下占比"),
           0.594, 0.06, "fraction", "D", _GUANGZHOU),
    Target("growth_at_least_10", Text("Hi-tech, revenue grown by 10 % or more", "高企营收增长10%及以上占比"),
           0.323, 0.12, "fraction", "V", _GUANGZHOU + "; applicants for loans are younger and grow more"),
    Target("rd_staff_share", Text("R&D staff among all staff", "研发人员占从业人员比重"), 0.1242, 0.12, "fraction", "V",
           "169 national hi-tech zones, all enterprises; technology enterprises have more"),
    Target("guangdong", Text("Enterprises in Guangdong", "广东企业占比"), 0.162, 0.015, "fraction", "D", _HTE),
    Target("jiangsu", Text("Enterprises in Jiangsu", "江苏企业占比"), 0.110, 0.015, "fraction", "D", _HTE),
    Target("new_materials", Text("New materials within industry", "工业中新材料占比"),
           0.213, 0.02, "fraction", "V", _EMERGING),
    Target("information_services", Text("Information technology within services", "服务业中新一代信息技术占比"),
           0.407, 0.03, "fraction", "V", _EMERGING),
    Target("private", Text("Private enterprises", "民营企业占比"),
           0.84, 0.02, "fraction", "V", "Little giants of the fourth batch"),
    Target("mean_exposure", Text("Mean exposure of granted loans", "平均授信金额"), 3.155e6, 0.4e6, "CNY", "D",
           "Innovation points 2024: 384.92 of 100 million over 12 200 deals"),
    Target("mean_balance", Text("Mean balance of technology SMEs with loans", "科技型中小企业户均贷款余额"),
           1.32e7, 2.5e6, "CNY", "D", "PBoC, end of 2025: 3.63 trillion over 27.5 ten-thousand enterprises"),
    Target("riskiest_age", Text("Year of life with the highest default rate", "违约率最高的企业年龄"),
           3.0, 1.5, "years", "V",
           "Exits by age (administration for industry and commerce 2013): peak in year 3; the shape only"),
    Target("default_micro_small", Text("Default rate of micro and small, by amount", "小微企业违约率（按金额）"),
           0.040, 0.012, "fraction", "A",
           "NPL ratio of inclusive small and micro loans 4.18 % (2018) to 2.18 % (2021); the flow is assumed"),
    Target("default_startup", Text("Default rate of startups", "初创期违约率"),
           DEFAULT_RATE["startup"], 0.010, "fraction", "A", _NONE),
    Target("default_growth", Text("Default rate of growth enterprises", "成长期违约率"),
           DEFAULT_RATE["growth"], 0.008, "fraction", "A", _NONE),
    Target("default_mature", Text("Default rate of mature enterprises", "成熟期违约率"),
           DEFAULT_RATE["mature"], 0.006, "fraction", "A", _NONE),
    Target("accepted", Text("Applications the old policy accepted", "原政策批准率"),
           ACCEPTED_SHARE, 0.02, "fraction", "A", _NONE),
    Target("share_startup", Text("Applications of startups", "初创期申请占比"), 0.35, 0.05, "fraction", "A", _NONE),
    Target("loss", Text("Annual statements with a loss", "年度亏损占比"), 0.34, 0.06, "fraction", "V-", _LOSS),
    Target("loss_startup", Text("Annual statements of startups with a loss", "初创期年度亏损占比"),
           0.45, 0.06, "fraction", "A", _NONE),
    Target("loss_growth", Text("Annual statements of growth enterprises with a loss", "成长期年度亏损占比"),
           0.30, 0.05, "fraction", "A", _NONE),
    Target("loss_mature", Text("Annual statements of mature enterprises with a loss", "成熟期年度亏损占比"),
           0.20, 0.05, "fraction", "R", "Loss-making share of industrial enterprises above scale, about a fifth"),
    Target("negative_equity", Text("Annual statements with negative equity", "资不抵债年度占比"),
           0.025, 0.010, "fraction", "A", _NONE),
    Target("details_missing", Text("Annual statements without working capital or cash flow", "缺营运资金或现金流"),
           0.27, 0.04, "fraction", "A", _NONE + "; abridged statements 15 %, single items 5 % each"),
    Target("rd_missing", Text("Annual statements without R&D spend", "缺少研发费用的年报占比"),
           0.20, 0.03, "fraction", "A", _NONE + "; small enterprises need not show it apart"),
    Target("without_statements", Text("Enterprises without statements", "未提供财务报表的企业占比"),
           0.04, 0.01, "fraction", "A", _NONE),
    Target("without_headcount", Text("Enterprises without headcount", "未提供人员情况的企业占比"),
           0.10, 0.015, "fraction", "A", _NONE),
    Target("open_overdue", Text("Applications with a debt overdue on the day", "申请日有未结清逾期占比"),
           0.020, 0.006, "fraction", "A", _NONE),
    Target("open_enforcement", Text("Applications under enforcement on the day", "申请日有未结被执行案件占比"),
           0.012, 0.006, "fraction", "A", _NONE),
    Target("open_abnormal_list", Text("Applications on the list of abnormal operations", "申请日列入经营异常名录占比"),
           0.020, 0.006, "fraction", "A", _NONE),
    Target("adverse_ratio", Text("Default rate with such a record over that without", "有此类记录者违约率倍数"),
           2.2, 0.8, "times", "A", _NONE),
    Target("bad_year_ratio", Text("Default rate of loans in the bad year over others", "不良年份违约率倍数"),
           1.6, 0.5, "times", "A", _NONE),
    Target("share_mature", Text("Applications of mature enterprises", "成熟期申请占比"),
           0.30, 0.05, "fraction", "A", _NONE),
)  # fmt: skip


def comparison(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Each target beside the generated moment.

    Columns name, label_en, label_zh, unit, target, generated, tolerance, within, flag, source.
    """
    generated = moments(tables)
    rows = [
        {
            "name": t.name,
            "label_en": t.label.en,
            "label_zh": t.label.zh,
            "unit": t.unit,
            "target": t.value,
            "generated": generated[t.name],
            "tolerance": t.tolerance,
            "within": abs(generated[t.name] - t.value) <= t.tolerance,
            "flag": t.flag,
            "source": t.source,
        }
        for t in TARGETS
    ]
    return pd.DataFrame(rows)
